import type { Response } from 'supertest';
import type { BrowserSession } from './browser-session.ts';

/** Sends a form from several browsers at the same moment: every one has opened the page `from` before any sends. */
export async function postAtOnce(
  visitors: BrowserSession[],
  path: string,
  fields: (index: number) => Record<string, string>,
  from = path,
): Promise<Response[]> {
  const tokens = await Promise.all(visitors.map((visitor) => visitor.token(from)));
  return Promise.all(
    visitors.map(({ agent }, index) =>
      agent
        .post(path)
        .set('Accept', 'text/html')
        .type('form')
        .send({ _csrf: tokens[index], ...fields(index) }),
    ),
  );
}

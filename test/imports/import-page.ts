import * as cheerio from 'cheerio';
import type { Response } from 'supertest';
import { newId } from '../../server/shared/ids.ts';
import type { BrowserSession } from '../support/browser-session.ts';
import { until } from '../support/until.ts';

export type Sent = { name: string; bytes: Buffer | string };

/** Sends documents as the page does, and gives the answer. */
export async function sendDocuments(
  by: BrowserSession,
  studyPath: string,
  files: Sent[],
  { id = newId() }: { id?: string } = {},
): Promise<Response & { id: string }> {
  const request = by.agent
    .post(`${studyPath}/imports`)
    .set('Accept', 'text/html')
    .field('_csrf', await by.token())
    .field('id', id);
  for (const { name, bytes } of files)
    void request.attach('files', Buffer.from(bytes), { filename: name, contentType: 'application/octet-stream' });
  return Object.assign(await request, { id });
}

/** The page of an import once nothing is being done any more. */
export async function settledPage(by: BrowserSession, path: string): Promise<cheerio.CheerioAPI> {
  let $ = cheerio.load('');
  await until(async () => {
    const answer = await by.get(path);
    $ = cheerio.load(answer.text);
    return answer.status === 200 && answer.headers.refresh === undefined;
  });
  return $;
}

import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import type { BrowserSession } from '../support/browser-session.ts';

export const words = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Sends a codebook as the page does; `$` is the comparison, or the page that refuses it. */
export async function sendCodebook(
  { session, study }: { session: BrowserSession; study: { path: string } },
  name: string,
  content: string | Buffer,
  id = newId(),
) {
  const answer = await session.agent
    .post(`${study.path}/codebook/imports`)
    .set('Accept', 'text/html')
    .field('_csrf', await session.token())
    .field('id', id)
    .attach('file', Buffer.from(content), { filename: name, contentType: 'text/csv' });
  const at = `${study.path}/codebook/imports/${id}`;
  const $ = cheerio.load(answer.status === 303 ? (await session.get(at)).text : answer.text);
  return { answer, at, id, $ };
}

/** In the file, new, different, the same, only here. */
export function countsOn($: cheerio.CheerioAPI): number[] {
  return $('.app-import-counts dd')
    .toArray()
    .map((item) => Number($(item).text()));
}

/** What the page sends when nobody changes anything on it. */
export function fieldsOn($: cheerio.CheerioAPI): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = { seen: String($('input[name=seen]').attr('value')) };
  for (const input of $('form[action$=confirmation] input:checked').toArray()) {
    const { name, value } = input.attribs as { name: string; value: string };
    fields[name] = name in fields ? [fields[name]!, value].flat() : value;
  }
  return fields;
}

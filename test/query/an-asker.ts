import { expect } from '@jest/globals';
import { codePointLength } from '../../server/shared/text.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

/** A researcher of a study with the themes A, B and N, and short ways to write, code and ask. */
export async function anAsker(t: TestApp) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const session = await BrowserSession.as(t.app, cast.researcher);
  const theme = async (name: string, parentId?: string) =>
    (await aTheme(t.owner, cast.study.id, { by, name, parentId: parentId ?? null })).id;
  const [a, b, n] = [await theme('A'), await theme('B'), await theme('N')];
  const path = `${cast.study.path}/queries`;
  const write = async (body: string, visitId = cast.visit.id) => ({
    ...(await aNote(t.owner, cast.study.id, { visitId, by, body })),
    body,
  });
  const code = (note: { id: string; revisionId: string; body: string }, words: string, themeId: string, coder = by) => {
    const start = codePointLength(note.body.slice(0, note.body.indexOf(words)));
    return aCoding(t.owner, cast.study.id, { note, themeId, by: coder, start, end: start + codePointLength(words) });
  };
  type Fields = [string, string][];
  /** The passages found, page after page; their number has to be the one that the page says. */
  async function found(fields: Fields, at = `${path}/results?${new URLSearchParams(fields)}`): Promise<string[]> {
    const all: string[] = [];
    let href: string | undefined = at;
    let said = '';
    while (href !== undefined) {
      const $ = await session.page(href);
      said = $('.app-query__counts').text();
      all.push(
        ...$('.app-extract__quote')
          .map((_, one) => $(one).text())
          .get(),
      );
      href = $('a[rel=next]').attr('href');
    }
    expect(said.startsWith(`${all.length} passage`)).toBe(true);
    return all;
  }
  const ask = (relation: string, more: Fields = []) =>
    found([['a', a], ['relation', relation], ...(relation === 'alone' ? [] : [['b', b] as [string, string]]), ...more]);
  return { ...cast, by, session, theme, a, b, n, path, write, code, found, ask };
}

import type { Actor } from '../../server/database/connection.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

/** A study with a researcher signed in, and short ways to write notes and to search them. */
export async function aSearcher(t: TestApp) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const session = await BrowserSession.as(t.app, cast.researcher);
  const path = `${cast.study.path}/search`;
  const write = (title: string, body: string, given: { by?: string; visitId?: string } = {}) =>
    aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title, body, ...given });
  const at = (query: Record<string, string>) => session.page(`${path}?${new URLSearchParams(query)}`);
  /** The titles found, page after page. */
  async function titles(q: string, filter: Record<string, string> = {}): Promise<string[]> {
    const all: string[] = [];
    let href: string | undefined = `${path}?${new URLSearchParams({ q, ...filter })}`;
    while (href !== undefined) {
      const $ = await session.page(href);
      all.push(
        ...$('.app-found__title a')
          .map((_, one) => $(one).text())
          .get(),
      );
      href = $('a[rel=next]').attr('href');
    }
    return all;
  }
  const found = async (q: string, filter?: Record<string, string>) => (await titles(q, filter)).toSorted();
  return { ...cast, by, session, path, write, at, titles, found };
}

export function actorOf(cast: Awaited<ReturnType<typeof aSearcher>>): Actor {
  return {
    personId: cast.researcher.id,
    membershipId: cast.by,
    studyId: cast.study.id,
    studyName: 'Study',
    timeZone: 'Europe/London',
    name: 'R',
    role: 'researcher',
    agencyId: null,
  };
}

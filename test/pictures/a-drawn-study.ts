import { expect } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, anAgency, aNote, aPhase, aTheme, aVisit } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

export const KINDS = [
  'themes-by-agency',
  'themes-by-phase',
  'themes-together',
  'coding-over-time',
  'saturation',
  'coders',
];

/**
 * A study with two agencies, two phases, themes connecting > goals and rest, and three notes in visit order, of 10 words
 * ("aaaaaaaaa " ten times without the last blank: 99 characters) each: at the first agency in the first and the second
 * phase, at the other in the second.
 */
export async function aDrawnStudy(t: TestApp) {
  const { owner } = t;
  const cast = await aFullStudy(owner, { name: 'Connecting' });
  const studyId = cast.study.id;
  const by = cast.researcher.membershipId;
  const other = await anAgency(owner, studyId, { name: 'Zeta <b>agency</b>', code: 'ZETA' });
  const later = await aPhase(owner, studyId, { name: 'Return visits', position: 9999 });
  const connecting = await aTheme(owner, studyId, { by, name: 'Connecting', position: 1 });
  const goals = await aTheme(owner, studyId, { by, name: '<script>alert(1)</script>', parentId: connecting.id });
  const rest = await aTheme(owner, studyId, { by, name: '=rest()', position: 2 });
  const gone = await aTheme(owner, studyId, { by, name: 'Gone', position: 3, removed: true });
  const body = 'aaaaaaaaa '.repeat(10).trim();
  const note = async (agencyId: string, phaseId: string, startsAt: string, title: string) => {
    const start = new Date(startsAt);
    const end = new Date(start.getTime() + 3_600_000);
    const visit = await aVisit(owner, studyId, { agencyId, phaseId, by, startsAt: start, endsAt: end });
    return aNote(owner, studyId, { visitId: visit.id, by, body, title });
  };
  const first = await note(cast.agency.id, cast.phase.id, '2011-11-30T23:30:00Z', 'The first');
  // Half past midnight on the first of June in London.
  const second = await note(cast.agency.id, later.id, '2012-05-31T23:30:00Z', 'The second');
  const third = await note(other.id, later.id, '2012-06-02T10:00:00Z', '+third');
  const code = (
    where: { id: string; revisionId: string },
    themeId: string,
    [start, end]: [number, number],
    coder = by,
    more: { removed?: boolean } = {},
  ) => aCoding(owner, studyId, { note: where, themeId, by: coder, start, end, ...more });
  const session = await BrowserSession.as(t.app, cast.lead);
  const path = cast.study.path;

  /** How many extracts the page that `href` leads to says it has. */
  async function extractsBehind(href: string): Promise<number> {
    const $ = await session.page(href);
    expect($('h1').text()).toBe('Extracts');
    const said = /^([\d,]+) codings? /.exec($('.app-extracts__counts').text());
    return Number(said?.[1]?.replaceAll(',', ''));
  }

  /** The rows of the table of a picture: its header and its cells, as they are read. */
  async function table(picture: string): Promise<string[][]> {
    const $ = await session.page(`${path}/pictures/${picture}`);
    return $('.app-picture-table tbody tr')
      .map((_, row) => [
        $(row)
          .children()
          .map((__, cell) => $(cell).text().replaceAll(/\s+/g, ' ').trim())
          .get(),
      ])
      .get() as unknown as string[][];
  }

  const themes = { connecting, goals, rest, gone };
  const notes = { first, second, third };
  return { ...cast, other, later, themes, notes, code, session, path, extractsBehind, table };
}

/** Codings that make the numbers of the tests: each says what they come to. */
export async function aCodedStudy(t: TestApp) {
  const cast = await aDrawnStudy(t);
  const { themes, notes, code, colleague } = cast;
  await code(notes.first, themes.connecting.id, [0, 10]);
  await code(notes.first, themes.goals.id, [5, 20]);
  await code(notes.first, themes.goals.id, [9, 15], colleague.membershipId);
  await code(notes.second, themes.goals.id, [0, 50]);
  await code(notes.third, themes.rest.id, [0, 10]);
  await code(notes.third, themes.goals.id, [10, 20]);
  // None of these count.
  await code(notes.third, themes.rest.id, [20, 30], undefined, { removed: true });
  await code(notes.third, themes.gone.id, [0, 99]);
  return cast;
}

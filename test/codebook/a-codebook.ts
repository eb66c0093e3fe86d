import type { CheerioAPI } from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aTheme } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

/** A study with the codebook Networks > (Family, Friends), Places; a researcher and the lead are signed in. */
export async function aCodebook(t: TestApp) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const theme = (name: string, position: number, parentId: string | null = null) =>
    aTheme(t.owner, cast.study.id, { by, name, position, parentId });
  const networks = await theme('Networks', 1);
  const places = await theme('Places', 2);
  const family = await theme('Family', 1, networks.id);
  const friends = await theme('Friends', 2, networks.id);
  const session = await BrowserSession.as(t.app, cast.researcher);
  // One token for the session, before several requests at once could each be given one.
  await session.token();
  const themes = `${cast.study.path}/themes`;
  return { ...cast, by, networks, places, family, friends, session, themes };
}

/** The fields of the form of a new theme. */
export function fields(given: Record<string, string> = {}): Record<string, string> {
  return {
    id: newId(),
    name: 'Trust',
    parent: '',
    definition: 'Reliance on somebody',
    whenToUse: 'When it is said',
    whenNotToUse: 'When it is only hoped for',
    example: '“I can count on her”',
    colour: '#1d70b8',
    ...given,
  };
}

/** The present themes of a study as "2.1 Name", as the database holds them, with the positions of siblings for numbers. */
export async function treeOf(t: TestApp, studyId: string): Promise<string[]> {
  const rows: { id: string; parent_id: string | null; name: string; position: number }[] = await t
    .owner('themes')
    .where({ study_id: studyId })
    .whereNull('removed_at')
    .orderBy(['position', 'name']);
  const below = (parentId: string | null, number: string): string[] =>
    rows
      .filter(({ parent_id }) => parent_id === parentId)
      .flatMap(({ id, name, position }) => [`${number}${position} ${name}`, ...below(id, `${number}${position}.`)]);
  return below(null, '');
}

/** The tree as the page at hand shows it: "2.1 Name". */
export function shownTree($: CheerioAPI): string[] {
  return $('.app-theme')
    .toArray()
    .map((item) => {
      const row = $(item).children('.app-theme__row');
      return `${row.find('.app-theme__number').text().replace(/\.$/, '')} ${row.find('.app-theme__name a').text()}`;
    });
}

/** The sentences of the error summary. */
export function refusals($: CheerioAPI): string[] {
  return $('.govuk-error-summary__list a')
    .toArray()
    .map((link) => $(link).text());
}

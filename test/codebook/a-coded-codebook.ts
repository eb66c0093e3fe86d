import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aNote } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';
import { newId } from '../../server/shared/ids.ts';
import { aCodebook } from './a-codebook.ts';

/** aCodebook() with a note of which Family has two passages and Friends one; Family and Friends share [4, 20). */
export async function aCodedCodebook(t: TestApp) {
  const cast = await aCodebook(t);
  const { study, visit, by, family, friends } = cast;
  const note = await aNote(t.owner, study.id, { visitId: visit.id, by, title: 'The kitchen' });
  const coding = (themeId: string, start: number, end: number, coder = by) =>
    aCoding(t.owner, study.id, { note, themeId, by: coder, start, end });
  const shared = await coding(family.id, 4, 20);
  const alone = await coding(family.id, 21, 30);
  const there = await coding(friends.id, 4, 20);
  const lead = await BrowserSession.as(t.app, cast.lead);
  await lead.token();
  const steps = `${study.path}/codebook/steps`;
  return { ...cast, note, coding, shared, alone, there, leadSession: lead, steps };
}

type Coded = Awaited<ReturnType<typeof aCodedCodebook>>;

/** Merges and gives the id of the step. */
export async function merge(of: Coded, from: { id: string }, into: { id: string }, session = of.session) {
  const id = newId();
  const answer = await session.post(`${of.themes}/${from.id}/merge`, { id, target: into.id });
  return { id, answer };
}

/** What has which theme: "<theme name> by <coder> [start, end)", removed ones with a minus before them. */
export async function codedAs(t: TestApp, noteId: string): Promise<string[]> {
  const rows: { theme: string; id: string; start_position: number; end_position: number; gone: boolean }[] = await t
    .owner('codings')
    .join('themes', 'themes.id', 'codings.theme_id')
    .where({ note_id: noteId })
    .select('codings.id', 'start_position', 'end_position', {
      theme: 'themes.name',
      gone: t.owner.raw('codings.removed_at is not null'),
    });
  return rows
    .map(
      ({ theme, start_position, end_position, gone }) =>
        `${gone ? '-' : ''}${theme} [${start_position}, ${end_position})`,
    )
    .toSorted();
}

/** The numbered sentences of the history page, the latest first. */
export async function sentences(of: Coded): Promise<string[]> {
  const $ = await of.session.page(of.steps);
  return $('.app-step__sentence')
    .toArray()
    .map((item) => $(item).text().replace(/\s+/g, ' ').trim());
}

import type { Page } from 'playwright-core';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import type { TestApp } from '../support/test-app.ts';

// What the walks through the coding workspace share: a note, a codebook, and ways to see what has come of it.

export const BODY = [
  'ON: Worker 1 held the door 👋🏽 for Member 4. "After you," she said.',
  'TN: A small courtesy, given without a thought. Nobody saw it.',
  'ON: Later they washed up together and spoke of the allotment.',
].join('\n\n');

export async function aCodingPage(t: TestApp) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: BODY, title: 'A morning' });
  const skills = await aTheme(t.owner, cast.study.id, { by, name: 'Worker skills', position: 1 });
  await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy', parentId: skills.id, position: 1 });
  await aTheme(t.owner, cast.study.id, { by, name: 'Shared work', position: 2 });
  return { cast, note, path: `${cast.study.path}/notes/${note.id}/coding` };
}

/** What is coded, in reading order: "quote → theme". */
export async function codedIn(t: TestApp, noteId: string): Promise<string[]> {
  const rows = await t
    .owner('codings')
    .join('themes', 'themes.id', 'codings.theme_id')
    .where({ note_id: noteId })
    .whereNull('codings.removed_at')
    .orderBy(['start_position', 'end_position', 'themes.name'])
    .select({ quote: 'codings.quote', theme: 'themes.name' });
  return rows.map(({ quote, theme }: { quote: string; theme: string }) => `${quote} → ${theme}`);
}

/** Waits until the page says so where screen readers listen. */
export const said = (page: Page, words: string | RegExp) =>
  page.getByRole('status').filter({ hasText: words }).waitFor();

export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

import { describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aNoteInHand } from '../notes/a-note-in-hand.ts';
import { aParticipant } from '../support/builders.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

// The server is asked in pauses of typing.
jest.setTimeout(90_000);
const t = useTestApp();
const browser = useBrowser(t);

const bodyOf = (page: Page) => page.locator('[name=body]').inputValue();
const row = (page: Page, words: string) => page.locator('[data-identifiers-list] li').filter({ hasText: words });

async function anEditorThatKnowsSam(body: string) {
  const cast = await aNoteInHand(t, { body });
  const participant = await aParticipant(t.owner, cast.study.id, cast.agency.id);
  await anIdentity(t.owner, cast.study.id, { participantId: participant.id, by: cast.lead.membershipId });
  const page = await browser.open(cast.researcher);
  await page.goto(`${cast.path}/edit`);
  return { ...cast, page, sam: participant };
}

describe('names while a note is written', () => {
  test('a known name is replaced by key and the replacement undone · without leaving the text', async () => {
    const { page, note, sam } = await anEditorThatKnowsSam('ON: They talked.');
    await page.locator('[name=body]').press('Control+End');
    await page.keyboard.type(' Sam met Dr Patel. Samples for Sam');
    await row(page, 'Sam').waitFor();
    expect(await row(page, 'Sam').locator('.app-identifiers__facts').innerText()).toContain(`known name, 2 places`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('[name=body]').press('Control+Home');
    await page.keyboard.press('Alt+n');
    expect(await page.evaluate(() => document.getSelection()?.toString())).toBe('Sam');
    await page.keyboard.press('Alt+r');
    const replaced = `ON: They talked. [${sam.pseudonym}] met Dr Patel. Samples for Sam`;
    expect(await bodyOf(page)).toBe(replaced);
    await page
      .locator('[data-identifiers-live]')
      .filter({ hasText: `Replaced by [${sam.pseudonym}]. 2 left.` })
      .waitFor({ state: 'attached' });
    await page
      .locator('[data-editor-status]')
      .filter({ hasText: /^Saved \d/ })
      .waitFor();
    expect(await t.owner('note_drafts').where({ note_id: note.id }).pluck('body')).toEqual([replaced]);
    await page.keyboard.press('Control+z');
    expect(await bodyOf(page)).toBe('ON: They talked. Sam met Dr Patel. Samples for Sam');
  });

  test('all places are replaced at once and undone at once · and what is left is listed no more', async () => {
    const { page, sam, study } = await anEditorThatKnowsSam('Sam, Sam and Mrs Whitlock.');
    await row(page, 'Sam').getByRole('button', { name: 'Replace all 2' }).click();
    expect(await bodyOf(page)).toBe(`[${sam.pseudonym}], [${sam.pseudonym}] and Mrs Whitlock.`);
    await row(page, 'Mrs Whitlock').getByText('likely name').waitFor();
    await page.getByText('Add one of these names to a participant').click();
    expect(await page.getByRole('link', { name: sam.pseudonym }).getAttribute('href')).toBe(
      `${study.path}/participants/${sam.id}/identity`,
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    await row(page, 'Mrs Whitlock').getByRole('button', { name: 'Leave' }).click();
    await page.locator('[data-identifiers]').waitFor({ state: 'hidden' });
    await page.locator('[name=body]').press('Control+z');
    expect(await bodyOf(page)).toBe('Sam, Sam and Mrs Whitlock.');
    await row(page, 'Sam').waitFor();
    expect(await row(page, 'Mrs Whitlock').count()).toBe(0);
  });
});

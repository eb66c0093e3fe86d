import { describe, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { aNoteInHand } from '../notes/a-note-in-hand.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

// The clock of the page is moved on, and what the database says of the session is set: nobody waits for an hour.
jest.setTimeout(90_000);
const t = useTestApp();
const browser = useBrowser(t);
const WORDS = 'They walked to the allotment.';

async function writing() {
  const cast = await aNoteInHand(t, { body: 'ON: First.' });
  const page = await browser.open(cast.researcher);
  await page.clock.install();
  await page.goto(`${cast.path}/edit`);
  await page.locator('[data-editor-bar]').waitFor();
  return { ...cast, page };
}

const sessionsOf = (personId: string) => t.owner('sessions').whereRaw(`sess -> 'passport' ->> 'user' = ?`, [personId]);

async function leave(personId: string, seconds: number): Promise<void> {
  await sessionsOf(personId).update({ expire: t.owner.raw('now() + make_interval(secs => ?)', [seconds]) });
}

const isLong = async (personId: string): Promise<boolean> => {
  const rows = await sessionsOf(personId).whereRaw(`expire > now() + interval '30 minutes'`);
  return rows.length > 0;
};

async function type(page: Page): Promise<void> {
  await page.locator('[name=body]').fill(WORDS);
  await page
    .locator('[data-editor-status]')
    .filter({ hasText: /^Saved/ })
    .waitFor();
}

describe('the clock of a session', () => {
  test('warns before the end, and staying keeps the session and the words', async () => {
    const { page, researcher, note } = await writing();
    await type(page);
    await leave(researcher.id, 90);
    await page.clock.fastForward('58:30');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Are you still there?').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Stay signed in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await isLong(researcher.id)).toBe(true);
    expect(await page.locator('[name=body]').inputValue()).toBe(WORDS);
    expect((await t.owner('note_drafts').where({ note_id: note.id }).first('body')).body).toBe(WORDS);
  });

  test('says when it has ended, and the words are on the page still', async () => {
    const { page, researcher } = await writing();
    await type(page);
    await sessionsOf(researcher.id).delete();
    await page.clock.fastForward('58:30');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('You have been signed out').waitFor();
    await dialog.getByRole('button', { name: 'Go on' }).click();
    expect(await page.locator('[name=body]').inputValue()).toBe(WORDS);
  });

  test('counts typing as use · on a page that sends nothing by itself', async () => {
    const { page, researcher } = await writing();
    await page.goto('/account');
    await leave(researcher.id, 90);
    await page.locator('[name=name]').fill('Somebody who types for a long time');
    await until(() => isLong(researcher.id));
    // A minute later it is told again.
    await leave(researcher.id, 90);
    await page.clock.fastForward('01:01');
    await page.locator('[name=name]').press('End');
    await page.locator('[name=name]').pressSequentially('!');
    await until(() => isLong(researcher.id));
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

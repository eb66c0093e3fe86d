import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const browser = useBrowser(t);

const BODY = [
  'ON: Worker 1 held the door for Member 4. "After you," she said, and they laughed.',
  'ON: Later they washed up together and spoke of the allotment.',
  'TN: A small courtesy, given without a thought.',
].join('\n\n');

async function aStudyToCode() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, {
    visitId: cast.visit.id,
    by,
    body: BODY,
    title: 'A morning at the cafe',
    completed: true,
  });
  await aTheme(t.owner, cast.study.id, { by, name: 'Courtesy' });
  await aTheme(t.owner, cast.study.id, { by, name: 'Doing things together' });
  return { ...cast, note, path: cast.study.path };
}

/** Ticks sentences and themes on the coding page that needs no script. */
async function codeSentences(page: Page, coding: string, sentences: RegExp[], theme: RegExp): Promise<void> {
  await page.goto(`${coding}?by=sentences`);
  for (const sentence of sentences) await page.getByRole('checkbox', { name: sentence }).check();
  await page.getByRole('checkbox', { name: theme }).check();
  await page.getByRole('button', { name: 'Code', exact: true }).click();
  await page.getByText('The passage is coded').waitFor();
}

test('blind coding by two people · from the lead’s choice over both codings to a disagreement settled', async () => {
  const cast = await aStudyToCode();
  const { path } = cast;
  const coding = `${path}/notes/${cast.note.id}/coding`;
  const [lead, first, second] = [
    await browser.open(cast.lead),
    await browser.open(cast.researcher),
    await browser.open(cast.colleague),
  ];

  await lead.goto(`${path}/double-codings`);
  expect(await accessibilityFaults(lead)).toEqual([]);
  await lead.getByRole('link', { name: 'Give a note to coders' }).click();
  await lead.getByRole('button', { name: 'Give it to them' }).click();
  await lead.getByRole('alert').filter({ hasText: 'Choose a note' }).waitFor();
  expect(await accessibilityFaults(lead)).toEqual([]);
  await lead.getByRole('radio', { name: 'A morning at the cafe' }).check();
  for (const { name } of [cast.researcher, cast.colleague]) await lead.getByRole('checkbox', { name }).check();
  await lead.getByRole('button', { name: 'Give it to them' }).click();
  await lead.getByText('The note is given to its coders').waitFor();
  expect(await lead.getByRole('table').getByText('0 of 2 have finished').count()).toBe(1);
  expect(await accessibilityFaults(lead)).toEqual([]);

  await codeSentences(first, coding, [/held the door/, /After you/], /^Courtesy/);
  await codeSentences(second, coding, [/held the door/], /^Courtesy/);
  await codeSentences(second, coding, [/washed up together/], /^Doing/);
  const seen = async (page: Page) => {
    await page.goto(`${path}/extracts`);
    return page.locator('.app-extract').count();
  };
  expect([await seen(first), await seen(second), await seen(lead)]).toEqual([1, 2, 0]);
  await first.goto(`${path}/agreement/notes/${cast.note.id}`);
  await first.getByText('You are coding this note blind').waitFor();
  expect(await accessibilityFaults(first)).toEqual([]);

  await first.getByRole('button', { name: 'I have finished coding this note' }).click();
  await first.getByText('your coding of the note is finished').waitFor();
  expect(await accessibilityFaults(first)).toEqual([]);
  await first.goto(`${path}/agreement`);
  await first.getByText('One note is being coded blind now').waitFor();
  expect(await first.locator('.app-agree').count()).toBe(0);

  await second.goto(`${path}/double-codings`);
  await second.getByRole('button', { name: /^I have finished/ }).click();
  await second.getByText('All have finished, so the codings are open').waitFor();
  expect(await second.locator('.app-agree').count()).toBe(2);
  expect(await accessibilityFaults(second)).toEqual([]);
  expect([await seen(first), await seen(lead)]).toEqual([3, 3]);

  const card = second.locator('.app-agree').first();
  expect(await card.locator('mark').allTextContents()).toEqual([
    expect.stringContaining('After you'),
    expect.not.stringContaining('After you'),
  ]);
  await card.locator('summary').click();
  await card.getByRole('button', { name: 'Settle' }).click();
  await second.getByRole('alert').filter({ hasText: 'Choose how to settle it' }).waitFor();
  expect(await accessibilityFaults(second)).toEqual([]);
  await card.getByRole('radio', { name: `As ${cast.researcher.name} coded it` }).check();
  await card.getByLabel('Reason').fill('What she said belongs to the courtesy.');
  await card.getByRole('button', { name: 'Settle' }).click();
  await second.getByText('It is settled.').waitFor();
  expect(await second.locator('.app-settled').textContent()).toContain('What she said belongs to the courtesy.');
  expect(await accessibilityFaults(second)).toEqual([]);

  await lead.goto(`${path}/agreement`);
  expect(await lead.locator('.app-agree').count()).toBe(1);
  await lead.locator('.app-figures__more summary, .app-agree-filter summary').first().click();
  for (const width of [1280, 375]) {
    await lead.setViewportSize({ width, height: 900 });
    expect(await lead.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await accessibilityFaults(lead)).toEqual([]);
  }
  // Three people and a dozen pages, each looked at by axe, on a machine that may be busy.
}, 240_000);

test('a sample drawn at random · is given to coders, and its record can be read', async () => {
  const cast = await aStudyToCode();
  const lead = await browser.open(cast.lead);
  await lead.goto(`${cast.path}/double-codings/draws/new`);
  const field = lead.getByRole('textbox', { name: /how many of 1$/ });
  await field.fill('3');
  for (const { name } of [cast.researcher, cast.colleague]) await lead.getByRole('checkbox', { name }).check();
  await lead.getByRole('button', { name: 'Draw and give to coders' }).click();
  await lead.getByRole('alert').filter({ hasText: 'Only 1 note can be drawn here' }).waitFor();
  expect(await accessibilityFaults(lead)).toEqual([]);
  await field.fill('1');
  await lead.getByRole('button', { name: 'Draw and give to coders' }).click();
  await lead.getByText('The notes are drawn').waitFor();
  expect(await lead.locator('.app-draw__seed').textContent()).toMatch(/^[0-9a-f]{32}$/);
  expect(await accessibilityFaults(lead)).toEqual([]);
}, 120_000);

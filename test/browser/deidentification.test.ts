import { describe, expect, jest, test } from '@jest/globals';
import { aNoteInHand } from '../notes/a-note-in-hand.ts';
import { aCoding, aParticipant, aTheme } from '../support/builders.ts';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

jest.setTimeout(90_000);
const t = useTestApp();
const browser = useBrowser(t);

const BODY = 'ON: Sam met Dr Patel at Northside Centre on 3 May.\n\nTN: Sam seemed at ease. Ring 0117 496 0123.';

describe('going through a note by keyboard', () => {
  test('R replaces, S skips, and the preview shows what will be read · with no fault that axe finds', async () => {
    const { researcher, colleague, study, agency, note, path, lead } = await aNoteInHand(t, { body: BODY });
    const participant = await aParticipant(t.owner, study.id, agency.id, { pseudonym: 'Member 4' });
    await anIdentity(t.owner, study.id, { participantId: participant.id, by: lead.membershipId });
    const theme = await aTheme(t.owner, study.id, { by: colleague.membershipId });
    await aCoding(t.owner, study.id, { note, themeId: theme.id, by: colleague.membershipId, start: 4, end: 20 });

    const page = await browser.open(researcher);
    await page.goto(`${path}/deidentification`);
    const findings = page.locator('[data-finding]');
    expect(await findings.count()).toBe(5);
    await page.locator('[data-deid-keys]').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await findings.first().focus();
    await page.keyboard.press('r');
    await page.keyboard.press('s');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('r');
    // A letter typed into a field is a letter.
    const third = findings.nth(3).locator('[name=text]');
    await third.fill('');
    await third.pressSequentially('spr');
    expect(await third.inputValue()).toBe('spr');
    expect(
      await page
        .locator('[data-finding-do]')
        .evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked)),
    ).toEqual([true, false, true, false, true]);
    await findings.last().focus();
    await page.keyboard.press('r');
    await page.locator('[data-deid-live]').filter({ hasText: 'That was the last.' }).waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'How the note will read' }).waitFor();
    expect((await page.locator('.app-deid__paragraph').allInnerTexts()).join('|')).toBe(
      'ON: [Member 4] met Dr Patel at [place] on 3 May.|TN: [Member 4] seemed at ease. Ring [telephone number].',
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save as revision 2' }).press('Enter');
    await page.getByText('You made this text').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await t.owner('codings').where({ note_id: note.id }).pluck('quote')).toEqual(['[Member 4] met Dr Patel']);

    const second = await browser.open(colleague);
    await second.goto(`${path}/deidentification`);
    await second.getByLabel(/I have read the whole text/).check();
    await second.getByRole('button', { name: 'This text is checked' }).press('Enter');
    await second.getByRole('button', { name: 'Release the note' }).press('Enter');
    await second.getByText('The note is released.').waitFor();
    expect(await accessibilityFaults(second)).toEqual([]);
  });
});

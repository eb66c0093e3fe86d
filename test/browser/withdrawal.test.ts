import { expect, test } from '@jest/globals';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aCoding, aFullStudy, aNote, aParticipant, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anErasureRequest } from '../support/withdrawal-builders.ts';

const t = useTestApp();
const browser = useBrowser(t);

test('the pages about consent, withdrawal and retention are accessible', async () => {
  const cast = await aFullStudy(t.owner);
  const person = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Member 4' });
  const other = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Worker 1' });
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by });
  const { id } = await anErasureRequest(t.owner, cast.study.id, { participantId: person.id, by });
  const page = await browser.open(cast.lead);
  const { path } = cast.study;
  for (const address of [
    `${path}/participants/${other.id}/consent`,
    `${path}/participants/${other.id}/withdrawals/new`,
    `${path}/participants/${person.id}/withdrawals`,
    `${path}/withdrawals/${id}`,
    `${path}/notes/${note.id}`,
    `${path}/notes/${note.id}/coding`,
    `${path}/notes/${note.id}/paragraphs/1/people`,
    `${path}/retention`,
  ]) {
    await page.goto(address);
    expect([address, await accessibilityFaults(page)]).toEqual([address, []]);
  }
}, 120_000);

test('somebody withdraws and is erased by two people · from their page of consent to the note without them', async () => {
  const cast = await aFullStudy(t.owner);
  const { path, id: studyId } = cast.study;
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, studyId, cast.agency.id, { pseudonym: 'Heron 31' });
  const body = 'ON: It rained.\nON: [Heron 31] buried the wolfhound behind the allotment.';
  const note = await aNote(t.owner, studyId, { visitId: cast.visit.id, by, title: 'The allotment', body });
  const theme = await aTheme(t.owner, studyId, { by });
  await aCoding(t.owner, studyId, { note, themeId: theme.id, by, start: 30, end: 50 });
  const noFaults = async (page: Awaited<ReturnType<typeof browser.open>>) =>
    expect([page.url(), await accessibilityFaults(page)]).toEqual([page.url(), []]);

  const asker = await browser.open(cast.researcher);
  await asker.goto(`${path}/participants/${person.id}/consent`);
  await asker
    .getByRole('link', { name: /withdraw/i })
    .first()
    .click();
  await asker.getByText('1 paragraph of 1 note', { exact: true }).waitFor();
  await asker.getByText('1 coding of those paragraphs').waitFor();
  await asker.getByLabel('Erase what can identify them').check();
  await asker.getByLabel('They said so on').fill('2011-12-01');
  await asker.getByRole('button', { name: 'Record the withdrawal' }).press('Enter');
  await asker.getByText('You asked for this.').waitFor();
  expect(await asker.getByRole('button', { name: 'Erase for good' }).count()).toBe(0);
  await noFaults(asker);
  const address = asker.url();
  // Withheld at once.
  await asker.goto(`${path}/extracts`);
  await asker.getByText('1 passage is withheld (consent)').waitFor();
  expect(await asker.locator('main').innerText()).not.toContain('wolfhound');

  // On a phone, from what waits at home.
  const second = await browser.open(cast.colleague, { viewport: { width: 375, height: 667 } });
  await second.goto(path);
  await noFaults(second);
  await second.getByRole('link', { name: 'Erasure to confirm or take back: Heron 31' }).press('Enter');
  await second.waitForURL(address);
  await second.getByText('You are the second person.').waitFor();
  expect(await second.locator('main').innerText()).toContain('buried the wolfhound');
  await second.getByLabel('Type the pseudonym to confirm').fill('Heron 13');
  await second.getByRole('button', { name: 'Erase for good' }).press('Enter');
  await second.locator('.govuk-error-summary').waitFor();
  await noFaults(second);
  await second.getByLabel('Type the pseudonym to confirm').fill('Heron 31');
  await second.getByRole('button', { name: 'Erase for good' }).press('Enter');
  await second.getByText('What could identify them is erased.').waitFor();
  await second.getByText('1 paragraph of 1 note in 1 version, 1 coding and 0 attachments were erased.').waitFor();
  await noFaults(second);
  await second.goto(`${path}/notes/${note.id}`);
  const text = await second.locator('main').innerText();
  expect([text.includes('[erased on request]'), text.includes('It rained.'), text.includes('wolfhound')]).toEqual([
    true,
    true,
    false,
  ]);
  await noFaults(second);
}, 120_000);

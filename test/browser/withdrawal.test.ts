import { expect, test } from '@jest/globals';
import { accessibilityFaults, useBrowser } from '../support/browser.ts';
import { aFullStudy, aNote, aParticipant } from '../support/builders.ts';
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

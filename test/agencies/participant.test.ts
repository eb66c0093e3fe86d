import { beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aParticipant } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let other: Awaited<ReturnType<typeof aFullStudy>>;
let researcher: BrowserSession;
let list: string;
let agencyPage: string;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  other = await aFullStudy(t.owner);
  researcher = await BrowserSession.as(t.app, cast.researcher);
  agencyPage = `${cast.study.path}/agencies/${cast.agency.id}`;
  list = `${agencyPage}/participants`;
});
const form = (more: Record<string, string> = {}) => ({
  id: newId(),
  pseudonym: 'Worker 2',
  role: 'worker',
  consent: 'consented',
  consentNote: '',
  ...more,
});
const participantOf = (id: string) => t.owner('participants').where({ id }).first();

test('a participant · is added once and listed in reading order · when sent twice', async () => {
  const ten = form({ pseudonym: 'Member 10', role: 'service-user' });
  const two = form({ pseudonym: 'Member 2', role: 'service-user', consentNote: '<script>alert(1)</script>' });
  for (const each of [ten, ten, two]) expect((await researcher.post(list, each)).status).toBe(303);
  const $ = await researcher.page(agencyPage);
  const names = $('section[aria-labelledby="participants"] .app-home-list__main strong');
  expect(names.map((_, name) => $(name).text()).get()).toEqual(['Member 2', 'Member 10']);
  expect($('section[aria-labelledby="participants"]').text()).toContain('<script>alert(1)</script>');
});

test('a participant sent again with other words · is shown beside what is saved · and saved when told', async () => {
  const sent = form({ pseudonym: 'Worker 31', consentNote: 'First remark' });
  expect((await researcher.post(list, sent)).status).toBe(303);
  const again = { ...sent, consentNote: 'Second remark' };
  const answer = await researcher.post(list, again);
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('Second remark</textarea>')]);
  expect(answer.text).toContain('<dd dir="auto">First remark</dd>');
  const url = `${cast.study.path}/participants/${sent.id}`;
  expect((await researcher.post(url, { ...again, version: '1' })).status).toBe(303);
  expect((await participantOf(sent.id)).consent_note).toBe('Second remark');

  // Off the list meanwhile: the words come back in a form for somebody new.
  await researcher.post(`${url}/removal`);
  const late = await researcher.post(list, { ...sent, consentNote: 'Third remark' });
  expect([late.status, late.text]).toEqual([409, expect.stringContaining('Third remark</textarea>')]);
  const fresh = /name="id" value="([0-9a-f-]{36})"/.exec(late.text)![1]!;
  expect(fresh).not.toBe(sent.id);
  expect((await researcher.post(list, { ...sent, id: fresh })).status).toBe(303);
});

test('a pseudonym · is refused in words · when another participant of the agency has it', async () => {
  await researcher.post(list, form({ pseudonym: 'Carer 1' }));
  const answer = await researcher.post(list, form({ pseudonym: 'CARER 1', consentNote: 'kept' }));
  expect([answer.status, answer.text]).toEqual([
    422,
    expect.stringContaining('There is a “CARER 1” at this agency already.'),
  ]);
  expect(answer.text).toContain('kept');
});

test('a change of consent · leaves past visits as they were, and is on record', async () => {
  const participant = await aParticipant(t.owner, cast.study.id, cast.agency.id);
  const recorded = { visit_id: cast.visit.id, study_id: cast.study.id, participant_id: participant.id };
  await t.owner('visit_participants').insert({ ...recorded, consent: 'consented' });
  const url = `${cast.study.path}/participants/${participant.id}`;
  const change = { ...form({ pseudonym: participant.pseudonym, consent: 'withdrawn' }), version: '1' };
  expect((await researcher.post(url, change)).status).toBe(303);
  expect((await participantOf(participant.id)).consent).toBe('withdrawn');
  expect((await t.owner('visit_participants').where(recorded).first()).consent).toBe('consented');
  const event = await t.owner('events').where({ subject_id: participant.id }).first();
  expect(event).toMatchObject({ before: { consent: 'consented' }, after: { consent: 'withdrawn' } });
  const late = await researcher.post(url, { ...change, consent: 'declined' });
  expect(late.status).toBe(409);
  expect(late.text).toContain('Withdrew');
});

test('a removed participant · leaves the list and comes back · unless the pseudonym was given again', async () => {
  const participant = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Volunteer 7' });
  const url = `${cast.study.path}/participants/${participant.id}`;
  expect((await researcher.post(`${url}/removal`)).headers.location).toBe(agencyPage);
  expect((await researcher.get(`${url}/edit`)).status).toBe(404);
  expect((await researcher.post(`${url}/restoration`)).status).toBe(303);
  expect((await researcher.get(`${url}/edit`)).status).toBe(200);
  await researcher.post(`${url}/removal`);
  await researcher.post(list, form({ pseudonym: 'Volunteer 7' }));
  const refused = await researcher.post(`${url}/restoration`);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('is somebody else at this agency now')]);
});

test('a participant or agency of another study · is not found · in the address or as the id', async () => {
  const theirs = await aParticipant(t.owner, other.study.id, other.agency.id);
  const url = `${cast.study.path}/participants/${theirs.id}`;
  expect((await researcher.get(`${url}/edit`)).status).toBe(404);
  expect((await researcher.post(url, { ...form(), version: '1' })).status).toBe(404);
  expect((await researcher.post(`${url}/removal`)).status).toBe(404);
  const there = `${cast.study.path}/agencies/${other.agency.id}/participants`;
  expect((await researcher.post(there, form())).status).toBe(404);
  expect((await researcher.post(list, form({ id: theirs.id, pseudonym: 'Taken id' }))).status).toBe(404);
  expect((await participantOf(theirs.id)).removed_at).toBeNull();
});

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, anAgency, aNote, aParticipant } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let other: Awaited<ReturnType<typeof aFullStudy>>;
let researcher: BrowserSession;
let worker: { id: string; pseudonym: string };
let member: { id: string; pseudonym: string };
let list: string;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  other = await aFullStudy(t.owner);
  researcher = await BrowserSession.as(t.app, cast.researcher);
  list = `${cast.study.path}/visits`;
  worker = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Worker 1', role: 'worker' });
  member = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Member 4' });
});

const form = (more: Record<string, string> = {}): Record<string, string> => ({
  id: newId(),
  agency: cast.agency.id,
  phase: cast.phase.id,
  setting: 'The cafe and the music room',
  purpose: '',
  date: '2011-11-14',
  start: '10:00',
  end: '13:30',
  endDate: '',
  unnamed: '4',
  consentHandling: 'Said aloud at the beginning.',
  [`observer-${cast.researcher.membershipId}`]: 'observer-as-participant',
  [`observer-${cast.colleague.membershipId}`]: '',
  [`present-${worker.id}`]: 'consented',
  [`present-${member.id}`]: 'no-objection',
  ...more,
});
const visitOf = (id: string) => t.owner('visits').where({ id }).first();

describe('POST …/visits', () => {
  test('records the visit with who was there · once, when sent twice at once', async () => {
    const sent = form();
    const answers = await Promise.all([researcher.post(list, sent), researcher.post(list, sent)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    // London is on GMT in November.
    expect(await visitOf(sent.id!)).toMatchObject({
      starts_at: new Date('2011-11-14T10:00:00Z'),
      ends_at: new Date('2011-11-14T13:30:00Z'),
      unnamed_count: 4,
      created_by: cast.researcher.membershipId,
    });
    const $ = await researcher.page(`${list}/${sent.id}`);
    const page = $('main').text().replace(/\s+/g, ' ');
    expect(page).toContain('14 November 2011');
    expect(page).toContain('10:00 to 13:30');
    expect(page).toContain(`${cast.researcher.name}, Observer as participant`);
    expect(page).toContain('Worker 1 Consented');
    expect(page).toContain('Member 4 Did not object');
    const [event, ...more] = await t.owner('events').where({ subject_id: sent.id });
    expect(more).toEqual([]);
    expect(event.after).toMatchObject({ present: { [worker.id]: 'consented', [member.id]: 'no-objection' } });
    expect(JSON.stringify(event)).not.toContain('cafe');
  });

  test('answers 409 with both, and saves over it when told · when the form is sent again with other words', async () => {
    const sent = form({ setting: 'The garden' });
    await researcher.post(list, sent);
    const again = { ...sent, setting: 'The garden and the shed' };
    const answer = await researcher.post(list, again);
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('value="The garden and the shed"')]);
    expect(answer.text).toContain('<dd dir="auto">The garden</dd>');
    expect((await visitOf(sent.id!)).setting).toBe('The garden');
    expect((await researcher.post(`${list}/${sent.id}`, { ...again, version: '1' })).status).toBe(303);
    expect((await visitOf(sent.id!)).setting).toBe('The garden and the shed');
  });

  test('answers 409 and gives the words back in a new form · when what was recorded is removed meanwhile', async () => {
    const sent = form({ setting: 'The shed' });
    await researcher.post(list, sent);
    await researcher.post(`${list}/${sent.id}/removal`);
    const answer = await researcher.post(list, { ...sent, setting: 'The shed again' });
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('value="The shed again"')]);
    const fresh = /name="id" value="([0-9a-f-]{36})"/.exec(answer.text)![1]!;
    expect((await researcher.post(list, { ...sent, id: fresh })).status).toBe(303);
    expect((await visitOf(fresh)).removed_at).toBeNull();
  });

  test('means times in London · when they are in summer', async () => {
    const sent = form({ date: '2011-05-03' });
    await researcher.post(list, sent);
    expect((await visitOf(sent.id!)).starts_at).toEqual(new Date('2011-05-03T09:00:00Z'));
  });

  test('takes a visit past midnight · when its last day is given', async () => {
    const sent = form({ start: '21:00', end: '07:00', endDate: '2011-11-15' });
    expect((await researcher.post(list, sent)).status).toBe(303);
    const $ = await researcher.page(`${list}/${sent.id}`);
    expect($('main').text()).toContain('21:00 to 07:00 on 15 November 2011');
  });

  test('tells all that is wrong at once · when others are fewer than none and it ends before it begins', async () => {
    const answer = await researcher.post(list, form({ unnamed: '-1', start: '14:00' }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('<a href="#unnamed">There cannot be fewer than 0');
    expect(answer.text).toContain('<a href="#end">The visit ends before it begins');
  });

  test('asks whether it is meant, and records it when told · when the date is still to come', async () => {
    const sent = form({ date: '2099-03-02' });
    const answer = await researcher.post(list, sent);
    expect([answer.status, answer.text]).toEqual([
      422,
      expect.stringContaining('<a href="#date">2 March 2099 is still to come. Correct the date, or say below'),
    ]);
    expect(answer.text).toMatch(/id="ahead" name="ahead" type="checkbox" value="yes">/);
    expect(await visitOf(sent.id!)).toBeUndefined();
    expect((await researcher.post(list, { ...sent, ahead: 'yes' })).status).toBe(303);
    expect(await visitOf(sent.id!)).toBeDefined();
    // Whoever changes it later is not asked again.
    const $ = await researcher.page(`${list}/${sent.id}/edit`);
    expect($('#ahead').attr('checked')).toBe('checked');
    const past = await researcher.page(`${list}/new?agency=${cast.agency.id}`);
    expect(past('#ahead').length).toBe(0);
  });

  test.each([
    [{ 'observer-nobody': 'complete-observer' }, 'Somebody chosen as an observer is not in the team.'],
    [{ 'present-nobody': 'consented' }, 'Somebody chosen as present is not on this agency’s list.'],
    [{ 'observer-nobody': 'x' }, 'Somebody chosen as an observer is not in the team.'],
  ])('answers 422 in plain words · when a field is tampered with: %j', async (wrong, words) => {
    const answer = await researcher.post(list, form(wrong as Record<string, string>));
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(words)]);
    expect(answer.text).not.toMatch(/Invalid|UUID/);
  });

  test.each([
    ['it ends before it begins', { start: '14:00' }, 'end', 'The visit ends before it begins'],
    [
      'the clocks skipped its beginning',
      { date: '2011-03-27', start: '01:30' },
      'start',
      'There was no 01:30 that day',
    ],
    ['it lasts a week', { endDate: '2011-11-21' }, 'endDate', 'A visit lasts 72 hours at the most'],
    ['there is no such day', { date: '2011-11-31' }, 'date', 'Enter the date of the visit'],
    ['there is no such time', { start: '25:00' }, 'start', 'Enter when it began'],
    ['no setting is given', { setting: '' }, 'setting', 'Enter where in the agency it was'],
    ['fewer than nobody was there', { unnamed: '-1' }, 'unnamed', 'There cannot be fewer than 0'],
    ['a text holds NUL', { purpose: 'a\u0000b' }, 'purpose', 'Character 2 is an invisible NUL'],
  ])('answers 422 and keeps every choice · when %s', async (_when, wrong, field, words) => {
    const sent = form({ ...wrong });
    const answer = await researcher.post(list, sent);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#${field}">${words}`);
    expect(answer.text).toContain('Said aloud at the beginning.');
    expect(answer.text).toMatch(
      new RegExp(`name="present-${member.id}">(?:<option[^>]*>[^<]*</option>)*<option value="no-objection" selected>`),
    );
    expect(await visitOf(sent.id!)).toBeUndefined();
  });

  test.each([
    ['phase', () => ({ phase: other.phase.id }), 422],
    ['observer', () => ({ [`observer-${other.researcher.membershipId}`]: 'complete-observer' }), 422],
    ['observer who reads for an agency', () => ({ [`observer-${cast.staff.membershipId}`]: 'complete-observer' }), 422],
    ['id', () => ({ id: other.visit.id }), 404],
  ])('stores nothing · when the form names another study’s %s', async (_what, foreign, status) => {
    const sent = form(foreign());
    expect((await researcher.post(list, sent)).status).toBe(status);
    if (sent.id !== other.visit.id) expect(await visitOf(sent.id!)).toBeUndefined();
  });

  test('stores nothing, says why and offers the study’s own agencies · when the form names another study’s', async () => {
    const sent = form({ agency: other.agency.id });
    const answer = await researcher.post(list, sent);
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('The study has no such agency')]);
    expect(answer.text).toContain(`visits/new?agency=${cast.agency.id}`);
    expect(await visitOf(sent.id!)).toBeUndefined();
  });

  test('answers 422 · when somebody of another agency is said to be present', async () => {
    const elsewhere = await anAgency(t.owner, cast.study.id);
    const theirs = await aParticipant(t.owner, cast.study.id, elsewhere.id);
    const answer = await researcher.post(list, form({ [`present-${theirs.id}`]: 'consented' }));
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('no longer on this agency’s list')]);
  });

  test('shows script as text · in every field', async () => {
    const script = '<script>alert(1)</script>';
    const sent = form({ setting: script, purpose: script, consentHandling: script });
    await researcher.post(list, sent);
    const pages = [`${list}/${sent.id}`, `${list}/${sent.id}/edit`, list];
    for (const page of pages) {
      const answer = await researcher.get(page);
      expect(answer.text).not.toContain(script);
      expect(answer.text).toContain('&lt;script&gt;alert(1)');
    }
  });
});

describe('POST …/visits/:visit', () => {
  let id: string;
  beforeEach(async () => {
    const sent = form();
    id = sent.id!;
    await researcher.post(list, sent);
  });

  test('makes those chosen now the ones who were there', async () => {
    const answer = await researcher.post(
      `${list}/${id}`,
      form({ version: '1', [`present-${member.id}`]: '', end: '14:00' }),
    );
    expect(answer.status).toBe(303);
    expect(await t.owner('visit_participants').where({ visit_id: id }).pluck('participant_id')).toEqual([worker.id]);
    const event = await t.owner('events').where({ subject_id: id, kind: 'visit.changed' }).first();
    expect(event.before.present).toEqual({ [worker.id]: 'consented', [member.id]: 'no-objection' });
    expect(event.after.present).toEqual({ [worker.id]: 'consented' });
  });

  test('answers 409 with what they saved and what I typed · when somebody else saved first', async () => {
    const colleague = await BrowserSession.as(t.app, cast.colleague);
    expect((await colleague.post(`${list}/${id}`, form({ version: '1', setting: 'Their setting' }))).status).toBe(303);
    const late = await researcher.post(
      `${list}/${id}`,
      form({ version: '1', setting: 'My setting', [`present-${member.id}`]: 'declined' }),
    );
    expect(late.status).toBe(409);
    expect(late.text).toContain('Their setting');
    expect(late.text).toContain('value="My setting"');
    expect(late.text).toContain('<option value="declined" selected>');
    expect((await visitOf(id)).setting).toBe('Their setting');
    expect((await researcher.post(`${list}/${id}`, form({ version: '2', setting: 'My setting' }))).status).toBe(303);
  });

  test('keeps somebody who was there · when they were taken off the agency’s list since', async () => {
    await t.owner('participants').where({ id: member.id }).update({ removed_at: new Date() });
    const $ = await researcher.page(`${list}/${id}/edit`);
    expect($(`#present-${member.id} option[selected]`).attr('value')).toBe('no-objection');
    expect((await researcher.post(`${list}/${id}`, form({ version: '1' }))).status).toBe(303);
    expect((await researcher.post(list, form())).status).toBe(422);
    await t.owner('participants').where({ id: member.id }).update({ removed_at: null });
  });

  test('moves the visit to another agency · when it was recorded for the wrong one', async () => {
    const right = await anAgency(t.owner, cast.study.id);
    const $ = await researcher.page(`${list}/${id}/edit?agency=${right.id}`);
    expect($('input[name="agency"]').attr('value')).toBe(right.id);
    const moved = form({ version: '1', agency: right.id, [`present-${worker.id}`]: '', [`present-${member.id}`]: '' });
    expect((await researcher.post(`${list}/${id}`, moved)).status).toBe(303);
    expect((await visitOf(id)).agency_id).toBe(right.id);
  });

  test('removes and brings back · unless it has notes', async () => {
    expect((await researcher.post(`${list}/${id}/removal`)).status).toBe(303);
    expect((await researcher.get(`${list}/${id}/edit`)).status).toBe(404);
    expect((await researcher.get(`${list}/${id}`)).text).toContain('Bring it back');
    expect((await researcher.post(`${list}/${id}/restoration`)).status).toBe(303);
    await aNote(t.owner, cast.study.id, { visitId: id, by: cast.researcher.membershipId });
    const refused = await researcher.post(`${list}/${id}/removal`);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('This visit has a note.')]);
    expect((await visitOf(id)).removed_at).toBeNull();
  });
});

import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aPerson } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function anAdministrator() {
  const person = await aPerson(t.owner, { isAdministrator: true });
  return { person, session: await BrowserSession.as(t.app, person) };
}

test('POST /studies · creates one study with its administrator as lead · when the form is sent twice', async () => {
  const { person, session } = await anAdministrator();
  const $ = await session.page('/studies/new');
  const fields = { id: $('main input[name="id"]').attr('value')!, name: 'RISE <b>Kingston</b>' };
  for (let time = 0; time < 2; time += 1) {
    const answer = await session.post('/studies', { ...fields, lead: newId(), time_zone: 'x' });
    expect([answer.status, answer.headers.location]).toEqual([303, `/studies/${fields.id}`]);
  }
  expect(await t.owner('studies').where({ id: fields.id }).select('name', 'time_zone', 'raw_notes_read_by')).toEqual([
    { name: 'RISE <b>Kingston</b>', time_zone: 'Europe/London', raw_notes_read_by: 'author' },
  ]);
  expect(await t.owner('memberships').where({ study_id: fields.id }).select('person_id', 'role')).toEqual([
    { person_id: person.id, role: 'lead' },
  ]);
  const kinds = await t.owner('events').where({ study_id: fields.id }).orderBy('kind').pluck('kind');
  expect(kinds).toEqual(['membership.began', 'study.founded']);
  const members = await session.page(`/studies/${fields.id}/members`);
  expect(members('.app-header__study').text()).toBe('RISE <b>Kingston</b>');
});

test('POST /studies · answers 422 and keeps the id · when the name is missing', async () => {
  const { session } = await anAdministrator();
  const id = newId();
  const answer = await session.post('/studies', { id, name: ' ' });
  expect([answer.status, answer.text.includes(id), answer.text.includes('href="#name"')]).toEqual([422, true, true]);
});

test('POST /studies · answers 404 and takes over nothing · with the id of somebody else’s study', async () => {
  const { session } = await anAdministrator();
  const { study } = await aFullStudy(t.owner, { name: 'Theirs' });
  expect((await session.post('/studies', { id: study.id, name: 'Mine' })).status).toBe(404);
  expect(await t.owner('studies').where({ id: study.id }).pluck('name')).toEqual(['Theirs']);
  expect((await session.get(`${study.path}/members`)).status).toBe(404);
});

test('/studies/new and POST /studies · answer 404 · to a lead who is no administrator', async () => {
  const { lead } = await aFullStudy(t.owner);
  const session = await BrowserSession.as(t.app, lead);
  const id = newId();
  expect((await session.get('/studies/new')).status).toBe(404);
  expect((await session.post('/studies', { id, name: 'Mine' })).status).toBe(404);
  expect(await t.owner('studies').where({ id })).toEqual([]);
});

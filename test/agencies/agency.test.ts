import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, anAgency } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let other: Awaited<ReturnType<typeof aFullStudy>>;
let lead: BrowserSession;
let researcher: BrowserSession;
let path: string;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  other = await aFullStudy(t.owner);
  path = cast.study.path;
  lead = await BrowserSession.as(t.app, cast.lead);
  researcher = await BrowserSession.as(t.app, cast.researcher);
});

const agencyOf = (id: string) => t.owner('agencies').where({ id }).first();
const kindsOf = (id: string) => t.owner('events').where({ subject_id: id }).orderBy('id').pluck('kind');

describe('POST …/agencies', () => {
  test('adds the agency once · when the form is sent twice at once', async () => {
    const form = { id: newId(), name: 'BlueSCI', code: 'bsc', sector: 'third sector' };
    const answers = await Promise.all([lead.post(`${path}/agencies`, form), lead.post(`${path}/agencies`, form)]);
    expect(answers.map(({ status, headers }) => [status, headers.location])).toEqual([
      [303, `${path}/agencies/${form.id}`],
      [303, `${path}/agencies/${form.id}`],
    ]);
    expect(await agencyOf(form.id)).toMatchObject({ name: 'BlueSCI', code: 'BSC', status: 'active' });
    expect(await kindsOf(form.id)).toEqual(['agency.added']);
  });

  test('answers 409 with both and saves over it when told · when the form is sent again with other words', async () => {
    const form = { id: newId(), name: 'First words', code: 'FW', sector: 'third sector' };
    expect((await lead.post(`${path}/agencies`, form)).status).toBe(303);
    const answer = await lead.post(`${path}/agencies`, { ...form, name: 'Second words' });
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('value="Second words"')]);
    expect(answer.text).toContain('<dd dir="auto">First words</dd>');
    expect(answer.text).toMatch(/value="active" checked/);
    expect(await agencyOf(form.id)).toMatchObject({ name: 'First words' });
    const over = { ...form, name: 'Second words', version: '1', status: 'active' };
    expect((await lead.post(`${path}/agencies/${form.id}`, over)).status).toBe(303);
    expect(await agencyOf(form.id)).toMatchObject({ name: 'Second words' });
  });

  test.each([
    ['the name is empty', { name: ' ' }, 'name', 'Enter the agency’s name'],
    ['the code has a space', { code: 'B C' }, 'code', 'The short code has 2 to 8 letters'],
    ['the sector is none', { sector: 'royal' }, 'sector', 'Choose a sector'],
  ])('answers 422 beside the field and keeps what was typed · when %s', async (_when, wrong, field, words) => {
    const typed = { id: newId(), name: 'Typed <b>name</b>', code: 'TYP', sector: 'private', ...wrong };
    const answer = await lead.post(`${path}/agencies`, typed);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`<a href="#${field}">${words}`);
    expect(answer.text).toContain(`value="${typed.id}"`);
    expect(answer.text).not.toContain('<b>name');
    expect(await agencyOf(typed.id)).toBeUndefined();
  });

  test.each([
    ['name', { name: 'TAKEN yard', code: 'NEW1' }, 'The study has an agency called “TAKEN yard” already.'],
    ['code', { name: 'Free name', code: 'tak' }, 'Another agency of the study has the code TAK.'],
  ])('answers 422 · when the %s is taken in this study, and not when it is in another', async (_what, form, words) => {
    await t.owner('agencies').where({ study_id: cast.study.id, code: 'TAK' }).del();
    await anAgency(t.owner, cast.study.id, { name: 'Taken Yard', code: 'TAK' });
    const answer = await lead.post(`${path}/agencies`, { id: newId(), sector: 'other', ...form });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(words)]);
    const elsewhere = await BrowserSession.as(t.app, other.lead);
    const there = await elsewhere.post(`${other.study.path}/agencies`, { id: newId(), sector: 'other', ...form });
    expect(there.status).toBe(303);
  });

  test('adds nothing to another study · when the form smuggles its id', async () => {
    const form = {
      id: newId(),
      name: 'Smuggled',
      code: 'SMU',
      sector: 'other',
      study_id: other.study.id,
      study: other.study.id,
    };
    await lead.post(`${path}/agencies`, form);
    expect(await agencyOf(form.id)).toMatchObject({ study_id: cast.study.id });
    expect((await lead.post(`${path}/agencies`, { ...form, id: other.agency.id, name: 'X', code: 'XX' })).status).toBe(
      404,
    );
  });
});

describe('POST …/agencies/:agency', () => {
  test('saves, and answers 409 with both texts · when somebody else saved first', async () => {
    const agency = await anAgency(t.owner, cast.study.id, { name: 'Before' });
    const form = { version: '1', name: 'Mine', code: agency.code, sector: 'private', status: 'paused' };
    const url = `${path}/agencies/${agency.id}`;
    expect((await lead.post(url, { ...form, name: 'Theirs' })).status).toBe(303);
    const late = await lead.post(url, form);
    expect(late.status).toBe(409);
    expect(late.text).toContain('Theirs');
    expect(late.text).toContain('value="Mine"');
    expect(late.text).toContain('name="version" value="2"');
    expect((await agencyOf(agency.id)).name).toBe('Theirs');
    expect((await lead.post(url, { ...form, version: '2' })).status).toBe(303);
    expect(await agencyOf(agency.id)).toMatchObject({ name: 'Mine', status: 'paused', version: 3 });
  });

  test('is for the lead: researchers read, agency staff find nothing', async () => {
    const url = `${path}/agencies/${cast.agency.id}`;
    const staff = await BrowserSession.as(t.app, cast.staff);
    const statuses = async (session: BrowserSession) => [
      (await session.get(url)).status,
      (await session.get(`${url}/edit`)).status,
      (await session.post(url, { version: '1' })).status,
    ];
    expect(await statuses(researcher)).toEqual([200, 404, 404]);
    expect(await statuses(staff)).toEqual([404, 404, 404]);
  });
});

describe('phases', () => {
  test('are listed in their order with their dates · when added and changed by the lead', async () => {
    const id = newId();
    const form = { id, name: 'Return visits', position: '9', startsOn: '2011-09-01', endsOn: '2011-12-31' };
    expect((await lead.post(`${path}/phases`, form)).status).toBe(303);
    expect((await lead.post(`${path}/phases`, form)).status).toBe(303);
    const $ = await researcher.page(`${path}/agencies`);
    expect($('ol li').last().text()).toContain('Return visits1 September 2011 to 31 December 2011');
    const change = { ...form, version: '1', name: 'Going back', endsOn: '' };
    expect((await lead.post(`${path}/phases/${id}`, change)).status).toBe(303);
    expect((await lead.post(`${path}/phases/${id}`, change)).status).toBe(409);
    expect(await t.owner('phases').where({ id }).first()).toMatchObject({ name: 'Going back', ends_on: null });
    expect(await kindsOf(id)).toEqual(['phase.added', 'phase.changed']);
  });

  test('answer 409 with both · when the form is sent again with other words', async () => {
    const form = { id: newId(), name: 'Between', position: '7', startsOn: '2011-06-01', endsOn: '' };
    expect((await lead.post(`${path}/phases`, form)).status).toBe(303);
    const answer = await lead.post(`${path}/phases`, { ...form, startsOn: '2011-07-01' });
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('value="2011-07-01"')]);
    expect(answer.text).toContain('1 June 2011');
    expect(answer.text).toContain(`action="${path}/phases/${form.id}"`);
    expect(await kindsOf(form.id)).toEqual(['phase.added']);
  });

  test.each([
    ['it ends before it begins', { startsOn: '2011-12-01', endsOn: '2011-11-01' }, 'The phase ends before it begins'],
    ['its name is taken', { name: 'TAKEN' }, 'The study has a phase called “TAKEN” already.'],
    ['its date is none', { startsOn: '2011-02-30' }, 'Enter a date such as'],
    ['its place is a word', { position: 'first' }, 'Enter its place in the order'],
  ])('answer 422 · when %s', async (_when, wrong, words) => {
    await t
      .owner('phases')
      .insert({ id: newId(), study_id: cast.study.id, name: 'Taken', position: 5 })
      .onConflict()
      .ignore();
    const answer = await lead.post(`${path}/phases`, { id: newId(), name: 'New', position: '3', ...wrong });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(words)]);
  });

  test('answer 404 · to a researcher who would change them, and for another study’s phase', async () => {
    expect((await researcher.get(`${path}/phases/new`)).status).toBe(404);
    expect((await lead.get(`${path}/phases/${other.phase.id}/edit`)).status).toBe(404);
    const change = { version: '1', name: 'X', position: '1' };
    expect((await lead.post(`${path}/phases/${other.phase.id}`, change)).status).toBe(404);
  });
});

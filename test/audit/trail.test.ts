import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { inStudy } from '../../server/database/connection.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aMember, aNote, aPerson, aTheme } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let lead: BrowserSession;
let researcher: BrowserSession;
let trail: string;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  lead = await BrowserSession.as(t.app, cast.lead);
  researcher = await BrowserSession.as(t.app, cast.researcher);
  trail = `${cast.study.path}/trail`;
});

/** The lines of the page, each as one sentence. */
async function lines(query = '', session = lead): Promise<string[]> {
  const $ = await session.page(`${trail}${query}`);
  return $('.app-trail-entry__what > span')
    .toArray()
    .map((line) => $(line).text().replaceAll(/\s+/g, ' ').trim());
}

const anEvent = (more: object = {}) => ({
  id: newId(),
  study_id: cast.study.id,
  person_id: cast.researcher.id,
  membership_id: cast.researcher.membershipId,
  kind: 'note.saved',
  ...more,
});

describe('the page of the trail', () => {
  test('says who did what, with a link to what is still there · when a note is removed and another is not', async () => {
    const by = cast.researcher.membershipId;
    const kept = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'Walk to the <b>café</b>' });
    const gone = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'Lunch' });
    await researcher.post(`${cast.study.path}/notes/${kept.id}/completion`);
    await researcher.post(`${cast.study.path}/notes/${gone.id}/removal`);
    const [removed, finished] = await lines();
    expect(removed).toBe(`${cast.researcher.name} removed the note “Lunch”`);
    expect(finished).toBe(`${cast.researcher.name} finished the note “Walk to the <b>café</b>”`);
    const $ = await lead.page(trail);
    expect($('.app-trail-entry__what a[href*="/notes/"]').attr('href')).toBe(`${cast.study.path}/notes/${kept.id}`);
    expect(await lines(`?thing=${gone.id}`)).toEqual([removed]);
  });

  test('narrows · when a person, a kind and days are chosen', async () => {
    const colleague = cast.colleague;
    await t
      .owner('events')
      .insert([
        anEvent({ person_id: colleague.id, kind: 'visit.recorded', at: '2011-10-29T23:30:00Z' }),
        anEvent({ person_id: colleague.id, kind: 'note.begun', at: '2011-10-30T23:30:00Z' }),
        anEvent({ person_id: colleague.id, kind: 'note.begun', at: '2011-10-31T00:30:00Z' }),
        anEvent({ kind: 'note.begun', at: '2011-10-30T12:00:00Z' }),
      ]);
    expect(await lines(`?person=${colleague.id}`)).toHaveLength(3);
    expect(await lines(`?person=${colleague.id}&kind=field`)).toHaveLength(1);
    // 29 October 23:30 UTC is 30 October in London, where the clocks go back that night.
    expect(await lines(`?person=${colleague.id}&from=2011-10-30&until=2011-10-30`)).toHaveLength(2);
    expect(await lines(`?from=2011-10-30&until=2011-10-30`)).toHaveLength(3);
    expect(await lines(`?from=2011-10-31&until=2011-10-31`)).toHaveLength(1);
  });

  test('knows a member by the place in the study · when the trail came with an archive, and with it another id', async () => {
    const member = await aMember(t.owner, cast.study.id, { name: 'Ruth Restored' });
    const elsewhere = newId();
    await t.owner('events').insert(anEvent({ person_id: elsewhere, membership_id: member.membershipId }));
    expect(await lines(`?person=${member.id}`)).toEqual([expect.stringContaining('Ruth Restored saved')]);
    const file = await lead.get(`${trail}/file?person=${member.id}`);
    expect(parse(file.text, { columns: true })).toEqual([
      expect.objectContaining({ person: 'Ruth Restored', person_id: elsewhere }),
    ]);
  });

  test('answers 422 with what was typed · when a date is none or the days are the wrong way round', async () => {
    const wrong = await lead.get(`${trail}?from=yesterday`);
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Enter the first day as a date');
    expect(wrong.text).toContain('value="yesterday"');
    const turned = await lead.get(`${trail}?from=2011-11-14&until=2011-11-01`);
    expect(turned.status).toBe(422);
    expect(turned.text).toContain('The last day is before the first');
  });

  test('pages without gaps or repeats · when there are more lines than one page holds', async () => {
    const other = await aMember(t.owner, cast.study.id, {});
    const at = '2012-01-09T09:00:00Z';
    const rows = Array.from({ length: 120 }, () =>
      anEvent({ person_id: other.id, at, kind: 'note.begun', after: '{}' }),
    );
    await t.owner('events').insert(rows.map((row, number) => ({ ...row, after: JSON.stringify({ number }) })));
    const seen: string[] = [];
    const sizes: number[] = [];
    let next: string | undefined = `${trail}?person=${other.id}`;
    let last = '';
    while (next !== undefined) {
      last = next;
      const $: Awaited<ReturnType<BrowserSession['page']>> = await lead.page(next);
      const numbers = $('.app-trail-entry__facts dd')
        .toArray()
        .map((each) => $(each).text().trim());
      sizes.push(numbers.length);
      seen.push(...numbers);
      next = $('a[rel=next]').attr('href');
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(new Set(seen).size).toBe(120);
    const $ = await lead.page(last);
    const back = await lead.page($('a[rel=prev]').attr('href')!);
    expect(back('.app-trail-entry__facts dd').first().text().trim()).toBe(seen[50]);
  });

  test('shows sign-ins and refusals of its people and of nobody else · when asked for them', async () => {
    const newcomer = await aMember(t.owner, cast.study.id, { name: 'Nadia Newcomer' });
    const stranger = await aPerson(t.owner);
    const theirs = await BrowserSession.as(t.app, stranger);
    const session = await BrowserSession.as(t.app, newcomer);
    await new BrowserSession(t.app).post('/sign-in', { email: newcomer.email, password: 'not this one' }, '/sign-in');
    await session.get(trail).expect(404);
    await session.get(`${cast.study.path}/notes/${newId()}`).expect(404);
    await theirs.get(`${cast.study.path}/notes`).expect(404);
    await theirs.get(`/studies/${newId()}/notes`).expect(404);
    const said = await lines('?kind=access');
    expect(said.slice(0, 5)).toEqual([
      'Somebody who is not a member was refused the page “notes”',
      'Nadia Newcomer was refused the page “notes › one of them”',
      'Nadia Newcomer was refused the page “trail”',
      'Nadia Newcomer could not sign in: the password was wrong',
      'Nadia Newcomer signed in',
    ]);
    // What a stranger does elsewhere is not this study's business, not even that they signed in.
    expect(said.filter((line) => line.startsWith('Somebody'))).toHaveLength(1);
    const kept = await t.owner('events').where({ kind: 'access.refused', person_id: newcomer.id }).pluck('after');
    expect(kept).toEqual(
      expect.arrayContaining([
        { method: 'GET', route: '/studies/:study/trail', status: 404 },
        { method: 'GET', route: '/studies/:study/notes/:note', status: 404, thing: expect.any(String) },
      ]),
    );
  });

  test('puts refusals of one page to one person shortly after each other into one line · each stays in the file', async () => {
    const { id } = await aMember(t.owner, cast.study.id, { name: 'Rae Refused' });
    const refused = (at: string, route = '/studies/:study/notes/:note/coding', method = 'GET') => ({
      id: newId(),
      study_id: cast.study.id,
      person_id: id,
      kind: 'access.refused',
      at: `2012-05-03T${at}Z`,
      after: JSON.stringify({ method, route, status: 404 }),
    });
    await t
      .owner('events')
      .insert([
        refused('09:00:00'),
        refused('09:30:00'),
        refused('09:35:00'),
        refused('09:36:00', '/studies/:study/trail'),
        refused('09:45:00'),
        refused('09:46:00', '/studies/:study/notes/:note/coding', 'POST'),
      ]);
    const filter = `?kind=access&person=${id}&until=2012-05-03`;
    expect(await lines(filter)).toEqual([
      'Rae Refused was refused the page “notes › coding”',
      'Rae Refused was refused the page “notes › coding” 3 times, from 10:30',
      'Rae Refused was refused the page “trail”',
      'Rae Refused was refused the page “notes › coding”',
    ]);
    const file = await lead.get(`${trail}/file${filter}`).buffer(true);
    expect(parse(file.text, { columns: true })).toHaveLength(6);
  });

  test('says no more of a person’s account · once they have left, and from before they came', async () => {
    const guest = await aMember(t.owner, cast.study.id, { name: 'Gus Guest' });
    const signedIn = (at: string) => ({ id: newId(), person_id: guest.id, kind: 'person.signed-in', at });
    await t.owner('memberships').where({ id: guest.membershipId }).update({
      created_at: '2012-02-01T00:00:00Z',
      ended_at: '2012-03-01T00:00:00Z',
      ended_by: cast.lead.membershipId,
    });
    await t
      .owner('events')
      .insert(['2012-01-31', '2012-02-10', '2012-03-02'].map((day) => signedIn(`${day}T12:00:00Z`)));
    expect(await lines(`?person=${guest.id}`)).toEqual(['Gus Guest signed in']);
  });

  test('keeps quiet about a coding · while it is sealed to its coder', async () => {
    const by = cast.researcher.membershipId;
    const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'Blind', completed: true });
    const theme = await aTheme(t.owner, cast.study.id, { by });
    const blind = await aDoubleCoding(t.owner, cast.study.id, {
      noteId: note.id,
      by: cast.lead.membershipId,
      coders: [by, cast.lead.membershipId],
    });
    const coding = await aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, start: 4, end: 10 });
    await t.owner('events').insert(anEvent({ kind: 'coding.made', subject_id: coding.id, after: { noteId: note.id } }));
    expect(await lines(`?thing=${coding.id}`)).toEqual([]);
    await t.owner('codings').where({ id: coding.id }).update({ sealed_to: null });
    await t.owner('double_codings').where({ id: blind.id }).update({ opened_at: new Date() });
    expect(await lines(`?thing=${coding.id}`)).toEqual([
      `${cast.researcher.name} added a coding of “${theme.name}” in the note “Blind”`,
    ]);
  });
});

describe('the trail as a file', () => {
  test('has every line that is asked for, and is itself on record', async () => {
    const typed = await aMember(t.owner, cast.study.id, { name: '=cmd()' });
    await t
      .owner('events')
      .insert(anEvent({ person_id: typed.id, kind: 'export.requested', after: { format: 'csv' } }));
    const answer = await lead.get(`${trail}/file?person=${typed.id}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="?trail-\d{4}-\d\d-\d\d\.csv"?$/);
    const rows = parse(answer.text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      person: "'=cmd()",
      what: 'asked for',
      kind: 'export.requested',
      after: '{"format": "csv"}',
    });
    const [line] = await lines('?kind=exports');
    expect(line).toBe(`${cast.lead.name} downloaded this trail`);
    expect(
      (await t.owner('events').where({ kind: 'trail.exported' }).orderBy('id', 'desc').first('after')).after,
    ).toEqual({
      person: typed.id,
      rows: 1,
    });
  });
});

describe('checking the trail', () => {
  test('says that it is intact, and then where it is broken · when a row is changed in the database', async () => {
    const other = await aFullStudy(t.owner);
    const leader = await BrowserSession.as(t.app, other.lead);
    const event = { ...anEvent(), study_id: other.study.id, person_id: other.lead.id };
    await t.owner('events').insert(event);
    await leader.post(`${other.study.path}/trail/checks`);
    let $ = await leader.page(`${other.study.path}/trail`);
    expect($('.app-trail-chain').text()).toMatch(/Intact\s+up to entry 1, checked on/);
    expect($('.app-trail-chain__hash').text()).toMatch(/^[0-9a-f]{64}$/);
    await t.owner('events').where({ id: event.id }).update({ kind: 'note.removed' });
    await leader.post(`${other.study.path}/trail/checks`);
    $ = await leader.page(`${other.study.path}/trail`);
    expect($('.app-trail-chain').text()).toContain(
      'Broken at entry 1: it, or the order of entries, is not what it was',
    );
    expect($('.app-trail-chain').text()).not.toContain('Intact');
  });
});

describe('the functions that read the trail', () => {
  test('answer nothing · when the member is no lead, has left, or is set to another study', async () => {
    const other = await aFullStudy(t.owner);
    const ended = await aMember(t.owner, cast.study.id, { role: 'lead' });
    await t
      .owner('memberships')
      .where({ id: ended.membershipId })
      .update({ ended_at: new Date(), ended_by: cast.lead.membershipId });
    const base = { studyName: '', timeZone: 'Europe/London', name: '', role: 'lead' as const, agencyId: null };
    const asked = async (studyId: string, membershipId: string) =>
      inStudy(t.database.db, { ...base, studyId, membershipId, personId: newId() }, async (trx) => [
        (await trx.raw('select count(*)::int from read_trail(null, null, null, null, null, null, false, 1000)')).rows[0]
          .count,
        (await trx.raw('select count(*)::int from read_trail_chain(0, 1000)')).rows[0].count,
      ]);
    expect((await asked(cast.study.id, cast.lead.membershipId))[0]).toBeGreaterThan(10);
    expect(await asked(cast.study.id, cast.researcher.membershipId)).toEqual([0, 0]);
    expect(await asked(cast.study.id, ended.membershipId)).toEqual([0, 0]);
    expect(await asked(other.study.id, cast.lead.membershipId)).toEqual([0, 0]);
    expect(await asked(cast.study.id, other.lead.membershipId)).toEqual([0, 0]);
  });
});

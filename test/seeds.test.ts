import { beforeAll, describe, expect, test } from '@jest/globals';
import { DEMONSTRATION_PEOPLE, loadDemonstration } from '../seeds/demonstration.ts';
import { BrowserSession } from './support/browser-session.ts';
import { aPerson } from './support/builders.ts';
import { useTestApp } from './support/test-app.ts';

const t = useTestApp();
beforeAll(() => loadDemonstration(t.owner), 60_000);

const studyId = async (name: string): Promise<string> => (await t.owner('studies').where({ name }).first('id')).id;
const count = async (sql: string, ...values: string[]): Promise<number> =>
  (await t.owner.raw<{ rows: { count: number }[] }>(`select (${sql})::int as count`, values)).rows[0]!.count;

describe('the demonstration', () => {
  test('has six agencies, four of them in the third sector, each visited in two phases, BlueSCI first in both', async () => {
    const id = await studyId('Connecting People');
    const { rows } = await t.owner.raw<{ rows: { name: string; sector: string; phases: string[] }[] }>(
      `select agencies.name, sector, array_agg(distinct phases.name order by phases.name) as phases
         from agencies join visits on visits.agency_id = agencies.id join phases on phases.id = visits.phase_id
        where agencies.study_id = ? group by agencies.id`,
      [id],
    );
    expect(rows).toHaveLength(6);
    expect(rows.filter(({ sector }) => sector === 'third sector')).toHaveLength(4);
    for (const { phases } of rows) expect(phases).toEqual(['First visits', 'Return visits']);
    const { rows: first } = await t.owner.raw<{ rows: { code: string }[] }>(
      `select distinct on (visits.phase_id) agencies.code from visits join agencies on agencies.id = visits.agency_id
        where visits.study_id = ? order by visits.phase_id, visits.starts_at`,
      [id],
    );
    expect(first).toEqual([{ code: 'BSC' }, { code: 'BSC' }]);
  });

  test('has 18 visits or more from October 2010 to December 2011, and 30 notes or more of 300 to 1,500 words', async () => {
    const id = await studyId('Connecting People');
    const { rows: visits } = await t.owner.raw<{ rows: { starts_at: Date }[] }>(
      'select starts_at from visits where study_id = ? order by starts_at',
      [id],
    );
    expect(visits.length).toBeGreaterThanOrEqual(18);
    expect(visits[0]!.starts_at.getTime()).toBeGreaterThan(Date.UTC(2010, 9, 1));
    expect(visits.at(-1)!.starts_at.getTime()).toBeLessThan(Date.UTC(2012, 0, 1));
    const bodies: string[] = await t.owner('note_revisions').where({ study_id: id }).pluck('body');
    expect(bodies.length).toBeGreaterThanOrEqual(30);
    const lengths = bodies.map((body) => body.split(/\s+/).length);
    expect(lengths.filter((words) => words < 300 || words > 1500)).toEqual([]);
  });

  test('has codings by two researchers who agree on some passages and not on others', async () => {
    const id = await studyId('Connecting People');
    expect(await count('select count(*) from codings where study_id = ?', id)).toBeGreaterThan(300);
    expect(await count('select count(distinct coder_id) from codings where study_id = ?', id)).toBe(2);
    const pairs = `from codings a join codings b on a.note_id = b.note_id and a.coder_id < b.coder_id
      and int4range(a.start_position, a.end_position) && int4range(b.start_position, b.end_position) where a.study_id = ?`;
    expect(await count(`select count(*) ${pairs} and a.theme_id = b.theme_id`, id)).toBeGreaterThan(50);
    expect(await count(`select count(*) ${pairs} and a.theme_id <> b.theme_id`, id)).toBeGreaterThan(50);
  });

  test('cuts every quote at its place in the text', async () => {
    const wrong = `select count(*) from codings join note_revisions on note_revisions.id = codings.revision_id
      where substring(body from start_position + 1 for end_position - start_position) <> quote`;
    expect(await count(wrong)).toBe(0);
  });

  test('has its published themes as a tree, three published summaries, and a second study', async () => {
    const id = await studyId('Connecting People');
    const roots = await t.owner('themes').where({ study_id: id, parent_id: null }).orderBy('position').pluck('name');
    expect(roots).toEqual([
      'Worker skills, attitudes and roles',
      'Connecting people processes',
      'Role of the agency',
      'Barriers to network development',
    ]);
    expect(await count('select count(*) from summary_publications where withdrawn_at is null')).toBe(3);
    const rise = await studyId('RISE');
    expect(await count('select count(*) from notes where study_id = ?', rise)).toBe(3);
  });

  test('lets nobody in by a password, and has the three people who get a link', async () => {
    expect(await count('select count(*) from people where password_hash is not null')).toBe(0);
    const emails = await t.owner('people').pluck('email');
    expect(DEMONSTRATION_PEOPLE).toHaveLength(3);
    for (const { email } of DEMONSTRATION_PEOPLE) expect(emails).toContain(email);
  });

  test('opens on every page of a member, with nothing to report', async () => {
    const id = await studyId('Connecting People');
    const person = await aPerson(t.owner);
    await t
      .owner('memberships')
      .insert({ id: person.id, study_id: id, person_id: person.id, name: person.name, role: 'lead' });
    const session = await BrowserSession.as(t.app, person);
    const at = `/studies/${id}`;
    for (const page of [
      '',
      '/visits',
      '/notes',
      '/themes',
      '/extracts',
      '/exports',
      '/agencies',
      '/summaries',
      '/members',
    ])
      expect([page, (await session.get(`${at}${page}`)).status]).toEqual([page, 200]);
    const notes: string[] = await t.owner('notes').where({ study_id: id }).pluck('id');
    for (const note of notes)
      for (const page of ['', '/coding', '/edit', '/revisions'])
        expect([page, (await session.get(`${at}/notes/${note}${page}`)).status]).toEqual([page, 200]);
  }, 60_000);
});

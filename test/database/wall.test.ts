import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Actor,
  asAccount,
  inIdentities,
  inStudy,
  type Role,
  type Transaction,
} from '../../server/database/connection.ts';
import { newId } from '../../server/shared/ids.ts';
import type { BuiltMember } from '../support/builders.ts';
import { aStudyWithEverything } from '../support/study-with-everything.ts';
import { useTestApp } from '../support/test-app.ts';
import { fuzzTheWall } from './wall-fuzz.ts';

const t = useTestApp();
type Side = Awaited<ReturnType<typeof aStudyWithEverything>>;
let ours: Side;
let theirs: Side;

beforeAll(async () => {
  ours = await aStudyWithEverything(t);
  theirs = await aStudyWithEverything(t);
});

function actor(side: Side, member: BuiltMember, role: Role): Actor {
  return {
    personId: member.id,
    membershipId: member.membershipId,
    studyId: side.study.id,
    studyName: 'Study',
    timeZone: 'Europe/London',
    name: member.name,
    role,
    agencyId: role === 'agency' ? side.agency.id : null,
  };
}

// Closed to the team's own queries until a transaction says that it is about identities.
const CLOSED = ['deidentification_log', 'identities'];
const asTheirs = (name: string, trx: Transaction, read: () => Promise<unknown[]>) =>
  CLOSED.includes(name) ? inIdentities(trx, read) : read();

type Table = { name: string; column: string };
async function studyTables(): Promise<Table[]> {
  const { rows } = await t.owner.raw<{ rows: Table[] }>(`
    select table_name as name, 'study_id' as column from information_schema.columns
     where table_schema = 'public' and column_name = 'study_id'
    union select 'studies', 'id' order by 1`);
  return rows;
}

describe('the wall', () => {
  test('stands round every table · when the tables are compared with those known to be outside', async () => {
    const { rows } = await t.owner.raw<{ rows: { name: string }[] }>(`
      select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity order by 1`);
    expect(rows.map(({ name }) => name)).toEqual([
      'account_links',
      'authenticator_apps',
      'backups',
      'knex_migrations',
      'knex_migrations_lock',
      'passkeys',
      'people',
      'recovery_codes',
      'sessions',
      'sign_in_limits',
      'single_sign_on_subjects',
      'spent_proofs',
    ]);
    const tables = await studyTables();
    // Every one of them holds something on either side, or the tests below would prove nothing.
    for (const { name, column } of tables) {
      const found = await t.owner(name).where(column, theirs.study.id).first(column);
      expect([name, found !== undefined]).toEqual([name, true]);
    }
  });

  test('admits the own study’s rows and none of another · when the team asks for all of a table', async () => {
    const seen = await inStudy(t.database.db, actor(ours, ours.researcher, 'researcher'), async (trx) => {
      const found: Record<string, string[]> = {};
      // The team may add events and read none; what waits to be chained is nobody's to read.
      const unread = ['events', 'trail_queue'];
      for (const { name, column } of (await studyTables()).filter((table) => !unread.includes(table.name)))
        found[name] = (await asTheirs(name, trx, () => trx(name).distinct(column).pluck(column))) as string[];
      for (const name of CLOSED) expect([name, await trx(name).pluck('study_id')]).toEqual([name, []]);
      return found;
    });
    for (const [name, studies] of Object.entries(seen)) expect([name, studies]).toEqual([name, [ours.study.id]]);
    expect(Object.keys(seen).length).toBeGreaterThan(15);
  });

  test('refuses rows for another study · when the team writes them', async () => {
    const acting = actor(ours, ours.researcher, 'researcher');
    const agency = { id: newId(), study_id: theirs.study.id, name: 'New', code: 'NEW', sector: 'other' };
    await expect(inStudy(t.database.db, acting, (trx) => trx('agencies').insert(agency))).rejects.toThrow(
      'row-level security',
    );
    const note = { id: newId(), study_id: ours.study.id, visit_id: theirs.visit.id, author_id: acting.membershipId };
    await expect(inStudy(t.database.db, acting, (trx) => trx('notes').insert(note))).rejects.toThrow('foreign key');
    const moved = inStudy(t.database.db, acting, (trx) =>
      trx('notes').where({ id: ours.note.id }).update({ study_id: theirs.study.id }),
    );
    await expect(moved).rejects.toThrow('row-level security');
    const changed = await inStudy(t.database.db, acting, (trx) =>
      trx('notes').where({ id: theirs.note.id }).update({ removed_at: new Date() }),
    );
    expect(changed).toBe(0);
  });

  test('keeps identities closed · when a query of the team has not said that it is about them', async () => {
    const lead = actor(ours, ours.lead, 'lead');
    for (const statement of ['update identities set version = 2', 'delete from identities']) {
      const changed = await inStudy(t.database.db, lead, (trx) => trx.raw<{ rowCount: number }>(statement));
      expect([statement, changed.rowCount]).toEqual([statement, 0]);
    }
    const copying = inStudy(t.database.db, lead, (trx) =>
      trx('identities').insert({
        participant_id: newId(),
        study_id: ours.study.id,
        ciphertext: '',
        nonce: Buffer.alloc(12),
        key_id: '0'.repeat(16),
        saved_by: lead.membershipId,
      }),
    );
    await expect(copying).rejects.toThrow('row-level security');
  });

  test('shows agency staff their agency and what is published to it · when they ask for all of a table', async () => {
    const acting = actor(ours, ours.staff, 'agency');
    const readable: string[] = [];
    for (const { name, column } of await studyTables()) {
      const rows = await inStudy(t.database.db, acting, (trx) => trx(name).pluck(column)).catch((error: Error) => {
        expect(error.message).toContain('permission denied');
        return undefined;
      });
      if (!rows) continue;
      readable.push(name);
      expect([name, [...new Set(rows)]]).toEqual([name, [ours.study.id]]);
    }
    expect(readable).toEqual(['agencies', 'studies', 'summary_publications']);
    const another = { ...acting, agencyId: theirs.agency.id };
    expect(await inStudy(t.database.db, another, (trx) => trx('summary_publications').pluck('id'))).toEqual([]);
    expect(await inStudy(t.database.db, another, (trx) => trx('agencies').pluck('id'))).toEqual([]);
  });

  test('shows nothing of any study · when a query runs outside inStudy', async () => {
    for (const { name, column } of await studyTables()) {
      const rows: unknown[] = await asAccount(t.database.db, {}, (trx) => trx(name).pluck(column)).catch(() => []);
      expect([name, rows]).toEqual([name, []]);
    }
  });

  test('lets go with the transaction · when a connection is used again', async () => {
    await inStudy(t.database.db, actor(ours, ours.lead, 'lead'), (trx) => trx('notes').pluck('id'));
    const { rows } = await t.database.db.raw<{ rows: object[] }>(
      `select current_user as "user", current_setting('app.study', true) as study`,
    );
    expect(rows).toEqual([{ user: 'fieldnotes_account', study: '' }]);
  });

  test.each([
    ['note_revisions', 'update note_revisions set title = title'],
    ['note_revisions', 'delete from note_revisions'],
    ['events', 'update events set kind = kind'],
    ['events', 'delete from events'],
    ['events', 'select * from events'],
    ['notes', 'delete from notes'],
    ['codings', 'delete from codings'],
    ['people', 'select * from people'],
    ['sessions', 'select * from sessions'],
    ['account_links', 'select * from account_links'],
  ])('denies the team the right to it · when it tries on %s: %s', async (_table, statement) => {
    const trying = inStudy(t.database.db, actor(ours, ours.lead, 'lead'), (trx) => trx.raw(statement));
    await expect(trying).rejects.toThrow('permission denied');
  });

  test('cannot be stepped over · when the roles are looked at', async () => {
    const { rows } = await t.owner.raw<{ rows: object[] }>(
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin,
              exists (select from pg_class where relowner = pg_roles.oid) as owns
         from pg_roles where rolname in ('fieldnotes_account', 'fieldnotes_team', 'fieldnotes_agency')`,
    );
    expect(rows).toHaveLength(3);
    for (const role of rows)
      expect(role).toMatchObject({
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcanlogin: false,
        owns: false,
      });
  });
});

fuzzTheWall(t, () => ({ ours, theirs }));

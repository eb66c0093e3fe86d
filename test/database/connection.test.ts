import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Actor, connect, type Database, inStudy } from '../../server/database/connection.ts';
import { newId } from '../../server/shared/ids.ts';
import { createTestDatabase } from '../support/test-database.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  database = connect(created.url);
});
afterAll(async () => {
  await database.close();
  await drop();
});

describe('connect', () => {
  test('a connection · acts as the role that sees no study · when its user is no superuser', async () => {
    const { rows } = await database.db.raw(
      `select current_user as acting, (select rolsuper from pg_roles where rolname = session_user) as super`,
    );
    expect(rows).toEqual([{ acting: 'fieldnotes_account', super: false }]);
  });
});

describe('inStudy', () => {
  const actor: Actor = {
    personId: newId(),
    membershipId: newId(),
    studyId: newId(),
    studyName: 'A study',
    timeZone: 'Europe/London',
    name: 'Somebody',
    role: 'lead',
    agencyId: null,
  };

  // What PostgreSQL says when two transactions add a row of one id at the same moment, which cannot be brought about.
  async function refusedAs(constraint: string): Promise<[tries: number, outcome: string]> {
    let tries = 0;
    const work = inStudy(database.db, actor, async (trx) => {
      tries += 1;
      if (tries === 1) await trx.raw(`do $$ begin raise unique_violation using constraint = '${constraint}'; end $$`);
      return 'done';
    });
    const outcome = await work.catch((error: { code: string }) => error.code);
    return [tries, outcome];
  }

  test('does its work once more · when a row of the same id was added at the same moment', async () => {
    expect(await refusedAs('attachments_study_id_id_key')).toEqual([2, 'done']);
  });

  test('throws · when a row is refused for anything else', async () => {
    expect(await refusedAs('themes_name')).toEqual([1, '23505']);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type Database } from '../../server/database/connection.ts';
import { createTestDatabase } from '../support/test-database.ts';

describe('connect', () => {
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

  test('a connection · acts as the role that sees no study · when its user is no superuser', async () => {
    const { rows } = await database.db.raw(
      `select current_user as acting, (select rolsuper from pg_roles where rolname = session_user) as super`,
    );
    expect(rows).toEqual([{ acting: 'fieldnotes_account', super: false }]);
  });
});

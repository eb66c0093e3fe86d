import { describe, expect, test } from '@jest/globals';
import { queryOnce } from '../support/query-once.ts';
import { createTestDatabase } from '../support/test-database.ts';

describe('createTestDatabase', () => {
  test('a new database · has the tables and the encoding · when it is copied from the template', async () => {
    const { url, drop } = await createTestDatabase();
    const rows = await queryOnce(
      url,
      `select current_setting('server_encoding') as encoding, to_regclass('people') is not null as tables`,
    );
    expect(rows).toEqual([{ encoding: 'UTF8', tables: true }]);
    await drop();
  });
});

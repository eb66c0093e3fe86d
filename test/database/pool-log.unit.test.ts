import { expect, test } from '@jest/globals';
import { knexLog, type PoolLine } from '../../server/database/pool-log.ts';

test('only the first line of what knex says is kept, and no more than its beginning', () => {
  const lines: PoolLine[] = [];
  const { warn, error, deprecate } = knexLog((line) => lines.push(line));
  warn('Connection Error: gone\n    at a place\nselect words');
  error(`${'x'.repeat(300)}`);
  deprecate('this is deprecated');
  expect(lines).toEqual([
    { level: 'warn', says: 'Connection Error: gone' },
    { level: 'error', says: 'x'.repeat(200) },
    { level: 'warn', says: 'this is deprecated' },
  ]);
});

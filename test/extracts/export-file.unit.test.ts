import { expect, test } from '@jest/globals';
import { createMeter, exportFileName } from '../../server/extracts/export-file.ts';
import { sha256 } from '../support/builders.ts';

test.each([
  ['Connecting People', 'connecting-people-extracts-3-2011-11-14.csv'],
  ['Étude « Ça » / 50%', 'etude-ca-50-extracts-3-2011-11-14.csv'],
  ['../../x\r\n"', 'x-extracts-3-2011-11-14.csv'],
  ['שלום 👋', 'study-extracts-3-2011-11-14.csv'],
  ['a'.repeat(59) + ' b', `${'a'.repeat(59)}-extracts-3-2011-11-14.csv`],
])('exportFileName() · is plain ASCII · for a study called %j', (name, expected) => {
  expect(exportFileName(name, 3, '2011-11-14')).toBe(expected);
});

test('createMeter() · measures bytes as one file · however they are cut', () => {
  const meter = createMeter();
  for (const piece of ['caf', 'é\n', '']) meter.add(Buffer.from(piece));
  expect(meter.measure(1)).toEqual({ rowCount: 1, byteLength: 6, sha256: sha256('café\n') });
});

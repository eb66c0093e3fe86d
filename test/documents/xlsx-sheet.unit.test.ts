import { expect, test } from '@jest/globals';
import { type Column, fitted, serialOf, sheet } from '../../server/documents/xlsx-sheet.ts';
import { cellsOf } from '../extracts/read-package.ts';

const COLUMNS: Column[] = [
  { heading: 'Text', width: 10, kind: 'wrapped' },
  { heading: 'Day', width: 10, kind: 'date' },
  { heading: 'Count', width: 10, kind: 'number' },
];

async function xmlOf(rows: (string | number | null)[][], columns = COLUMNS): Promise<string> {
  let xml = '';
  for await (const piece of sheet(columns, rows, { cut: () => {} })) xml += piece;
  return xml;
}

// 1 January 1970 is day 25,569; the others are counted from it by hand.
test.each([
  ['1899-12-30', 0],
  ['1970-01-01', 25_569],
  ['2011-11-14', 40_861],
  ['1970-01-01T06:00:00.000Z', 25_569.25],
])('serialOf(%j)', (iso, days) => {
  expect(serialOf(iso)).toBe(days);
});

test('fitted() · keeps 32,767 characters and cuts one more, never between the halves of a character', () => {
  expect(fitted('x'.repeat(32_767))).toEqual({ text: 'x'.repeat(32_767), isCut: false });
  for (const text of ['x'.repeat(32_768), '🚪'.repeat(20_000), `x${'🚪'.repeat(20_000)}`]) {
    const cut = fitted(text);
    expect([cut.isCut, /\p{Cs}/u.test(cut.text), cut.text.length <= 32_767]).toEqual([true, false, true]);
    expect(cut.text).toMatch(/ … \[cut here, (32,768|40,000|40,001) characters in all\]$/);
  }
});

test('sheet() · has text, days and numbers in cells of their kinds, and none where there is no value', async () => {
  const xml = await xmlOf([
    ['=1', '2011-11-14', 3],
    [null, '', 0],
  ]);
  expect(cellsOf(xml)).toEqual([
    ['Text', 'Day', 'Count'],
    ['=1', 40_861, 3],
    [null, null, 0],
  ]);
  expect(xml).toContain('<autoFilter ref="A1:C3"/>');
});

test('sheet() · has a month as a text, where a day or a moment would be a number', async () => {
  const columns: Column[] = (['date', 'time'] as const).map((kind) => ({ heading: kind, width: 10, kind }));
  const xml = await xmlOf(
    [
      ['2011-11-14', '1970-01-01T06:00:00.000Z'],
      ['2011-11', '2011-11'],
    ],
    columns,
  );
  expect(cellsOf(xml).slice(1)).toEqual([
    [40_861, 25_569.25],
    ['2011-11', '2011-11'],
  ]);
});

test('sheet() · makes a row as tall as its longest text', async () => {
  const heights = [
    ...(await xmlOf([['short'], ['five\nlines\nof\na\ntext'], ['x'.repeat(99_999)]])).matchAll(
      /<row r="(\d)"( ht="(\d+)")?/g,
    ),
  ];
  expect(heights.map(([, row, , height]) => [row, height && Number(height) > 5 * 13])).toEqual([
    ['1', undefined],
    ['2', undefined],
    ['3', true],
    ['4', true],
  ]);
});

import { describe, expect, test } from '@jest/globals';
import { WIDTH } from '../../server/pictures/drawing/frame.ts';
import { drawHeatMap } from '../../server/pictures/drawing/heat-map.ts';
import { fits, fitted, textWidth, wrapped } from '../../server/pictures/drawing/lettering.ts';
import { element, text } from '../../server/pictures/drawing/svg.ts';
import { daysOf, everyMonth, monthName, nextMonth } from '../../server/pictures/months.ts';
import { csvFile } from '../../server/shared/csv.ts';
import { saturation } from '../../server/pictures/saturation.ts';
import { perThousandWords, themeMatrix } from '../../server/pictures/theme-matrix.ts';
import { inCodebookOrder, mostMet } from '../../server/pictures/together.ts';

describe('saturation', () => {
  test('is that of the published definition · for T-SA1', () => {
    const notes = [['a', 'b'], ['b', 'c'], ['a', 'c'], ['d'], ['a', 'b', 'd'], ['c']];
    const { steps, last } = saturation(notes);
    expect(steps.map(({ fresh }) => fresh.length)).toEqual([2, 1, 0, 1, 0, 0]);
    expect(steps.map(({ cumulative }) => cumulative)).toEqual([2, 3, 3, 4, 4, 4]);
    // Counted from 0: note 4.
    expect(last).toBe(3);
    expect(steps[3]!.fresh).toEqual(['d']);
  });

  test('has no last note where there is none, and counts a theme named twice once', () => {
    expect(saturation([])).toEqual({ steps: [], last: null });
    expect(saturation([[], ['a', 'a']])).toEqual({
      steps: [
        { fresh: [], cumulative: 0 },
        { fresh: ['a'], cumulative: 1 },
      ],
      last: 1,
    });
  });
});

describe('the matrix of themes', () => {
  const node = (id: string, parentId: string | null, position = 1) => ({ id, parentId, name: id, position });
  // connecting > (goals > small), rest
  const themes = [node('connecting', null), node('goals', 'connecting'), node('small', 'goals'), node('rest', null, 2)];

  test('adds each theme up with everything below it · column by column', () => {
    const counts = [
      { themeId: 'connecting', columnId: 'x', count: 1 },
      { themeId: 'goals', columnId: 'x', count: 2 },
      { themeId: 'small', columnId: 'x', count: 4 },
      { themeId: 'small', columnId: 'y', count: 8 },
      { themeId: 'removed', columnId: 'y', count: 100 },
      { themeId: 'rest', columnId: 'z', count: 100 },
    ];
    expect(themeMatrix(themes, ['x', 'y'], counts)).toEqual([
      { themeId: 'connecting', counts: [7, 8], total: 15 },
      { themeId: 'goals', counts: [6, 8], total: 14 },
      { themeId: 'small', counts: [4, 8], total: 12 },
      { themeId: 'rest', counts: [0, 0], total: 0 },
    ]);
  });

  test('by 1,000 words divides by the words, and is nothing where there are none', () => {
    expect(perThousandWords(7, 2000)).toBe(3.5);
    expect(perThousandWords(0, 2000)).toBe(0);
    expect(perThousandWords(0, 0)).toBeNull();
  });
});

describe('themes that meet', () => {
  const meetings = [
    { first: 'c', second: 'a', pairs: 5, notes: 1 },
    { first: 'a', second: 'b', pairs: 5, notes: 2 },
    { first: 'b', second: 'c', pairs: 9, notes: 3 },
    { first: 'a', second: 'gone', pairs: 99, notes: 3 },
  ];

  test('stand in the order of the codebook, the most pairs first, without those of removed themes', () => {
    expect(inCodebookOrder(meetings, ['a', 'b', 'c', 'd'])).toEqual([
      { first: 'b', second: 'c', pairs: 9, notes: 3 },
      { first: 'a', second: 'b', pairs: 5, notes: 2 },
      { first: 'a', second: 'c', pairs: 5, notes: 1 },
    ]);
  });

  test('are drawn from those that meet most often', () => {
    // b 14, c 14, a 10
    const pairs = inCodebookOrder(meetings, ['a', 'b', 'c']);
    expect(mostMet(pairs, ['a', 'b', 'c', 'd'], 2)).toEqual(['b', 'c']);
    expect(mostMet(pairs, ['a', 'b', 'c', 'd'], 9)).toEqual(['a', 'b', 'c']);
  });
});

describe('months', () => {
  test('without codings stand between those that have some, over the end of a year', () => {
    expect(everyMonth([])).toEqual([]);
    expect(
      everyMonth([
        { month: '2012-01', count: 3 },
        { month: '2011-11', count: 1 },
      ]),
    ).toEqual([
      { month: '2011-11', count: 1 },
      { month: '2011-12', count: 0 },
      { month: '2012-01', count: 3 },
    ]);
  });

  test.each([
    ['2011-02', '2011-02-28'],
    ['2012-02', '2012-02-29'],
    ['2011-12', '2011-12-31'],
    ['2011-04', '2011-04-30'],
  ])('%s ends on %s', (month, to) => {
    expect(daysOf(month)).toEqual({ from: `${month}-01`, to });
  });

  test('have names', () => {
    expect(nextMonth('2011-09')).toBe('2011-10');
    expect(monthName('2011-11')).toBe('November 2011');
  });
});

describe('a CSV file', () => {
  test('quotes what must be quoted and makes text of what a spreadsheet would run', () => {
    const rows = [
      ['plain', 'with, comma', 'with "quotes"', 'two\nlines'],
      ['=1+1', '+1', '-1', '@a'],
      ['\ttab', -5, 0.25, null],
    ];
    expect(csvFile(rows)).toBe(
      `plain,"with, comma","with ""quotes""","two\nlines"\r\n'=1+1,'+1,'-1,'@a\r\n'\ttab,-5,0.25,\r\n`,
    );
    expect(csvFile([['\rx', '="a"']])).toBe(`"'\rx","'=""a"""\r\n`);
  });
});

describe('lettering', () => {
  test('cuts what is too long, in as many lines as there may be', () => {
    expect(fitted('short', 100, 12)).toBe('short');
    const cut = fitted('a name that is far too long for its place', 90, 12);
    expect(cut.endsWith('…')).toBe(true);
    expect(textWidth(cut, 12)).toBeLessThanOrEqual(90);
    expect(wrapped('Harbour Steps', 60, 12, 3)).toEqual(['Harbour', 'Steps']);
    expect(fits('Harbour Steps', 60, 12, 3)).toBe(true);
    expect(fits('Harbour Steps', 60, 12, 1)).toBe(false);
    expect(wrapped('', 60, 12, 3)).toEqual([]);
  });
});

describe('a picture of squares', () => {
  const label = 'The individual taking responsibility';
  const map = (names: string[]) => ({
    columns: names.map((name) => ({ label: name, short: name.slice(0, 3) })),
    rows: [{ label, depth: 0, strong: false, squares: names.map(() => ({ value: 1, text: '1' })) }],
    unit: 'codings',
    format: String,
    counts: true,
  });

  test.each([
    [
      'middle',
      [
        'BlueSCI',
        'Harbour Steps',
        'Newbridge Early Intervention Service',
        'Orchard Lane Team',
        'Yard',
        "Weavers' Yard",
      ],
    ],
    ['middle', ['A', 'B']],
    ['narrow', ['BlueSCI', 'Harbour Steps', 'Lantern', 'Newbridge', 'Orchard', "Weavers' Yard"]],
    ['wide', Array.from({ length: 14 }, (_, index) => `An agency of some length ${index}`)],
  ] as const)('%s · is as wide as it may be, heads at an angle included', (layout, names) => {
    const { width } = drawHeatMap(map([...names]), { layout, label: 'Picture' });
    expect(width).toBeLessThanOrEqual(WIDTH[layout]);
  });
});

describe('SVG', () => {
  test('holds text as text, and nothing that XML cannot', () => {
    expect(text(1, 2, '<script>&"\u0000\u0007')).toBe('<text x="1" y="2">&lt;script&gt;&amp;&quot;</text>');
    expect(element('g', { id: '"><b', x: 1.23456, none: undefined })).toBe('<g id="&quot;&gt;&lt;b" x="1.23"/>');
  });
});

import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { aMemo } from '../support/codebook-builders.ts';
import { aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExporter } from '../extracts/an-exporter.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { sheetOf, textOf } from './office.ts';

// LibreOffice opens what we write, and reads in it what was put in.

const t = useTestApp();
const TIMEOUT = 300_000;

// What must survive: markup, formulas, several scripts, emoji, combining marks, line ends; and one that XML forbids.
const QUOTES = [
  '<b>bold</b> & "quoted" \'text\'',
  '=1+1',
  '+44 20',
  '_x0041_ ]]>',
  'two\nlines\tand a tab',
  'Café e\u0301 👋🏽 עברית العربية 中文',
  'bell \u0007 here',
];
const asRead = (quote: string): string => quote.replace('\u0007', '\ufffd');

async function aStudyToExport() {
  const cast = await anExporter(t);
  const by = cast.researcher.membershipId;
  const theme = await aTheme(t.owner, cast.study.id, { by, name: 'Doors & gates', position: 1 });
  const made: Awaited<ReturnType<typeof anExtract>>[] = [];
  for (const quote of QUOTES)
    made.push(await anExtract(t.owner, cast, { quote, themeId: theme.id, title: `About ${made.length + 1}` }));
  await aMemo(t.owner, cast.study.id, { codingId: made[0]!.id, by, body: 'Look again' });
  return { ...cast, theme, made };
}

describe('LibreOffice', () => {
  test(
    'opens a workbook · and reads every cell as it was put in, text as text and dates as dates',
    async () => {
      const cast = await aStudyToExport();
      const bytes = await cast.bytes((await cast.request({ format: 'xlsx' })).path);
      const rows = parse(await sheetOf(bytes, 1, 'Extracts'), { columns: true }) as Record<string, string>[];
      expect(new Set(rows.map((row) => row.Quote))).toEqual(new Set(QUOTES.map(asRead)));
      expect(new Set(rows.map((row) => row['Visit date']))).toEqual(new Set(['2011-11-14']));
      expect(rows.every((row) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(row['Coded at (UTC)']!))).toBe(true);
      expect(new Set(rows.map((row) => row['Extract id']))).toEqual(new Set(cast.made.map(({ id }) => id)));
      const themes = parse(await sheetOf(bytes, 2, 'Themes'), { columns: true }) as Record<string, string>[];
      expect(themes.map((row) => [row.Theme, row['Extracts here']])).toEqual([['Doors & gates', `${QUOTES.length}`]]);
      const about = parse(await sheetOf(bytes, 3, 'Filter and counts')) as string[][];
      expect(about.find(([name]) => name === 'Codings')?.[2]).toBe(`${QUOTES.length}`);
    },
    TIMEOUT,
  );

  test(
    'opens a document of extracts · and reads headings, quotes, sources and memos in their order',
    async () => {
      const cast = await aStudyToExport();
      const bytes = await cast.bytes((await cast.request({ format: 'docx' })).path);
      const text = (await textOf(bytes)).replaceAll('\r\n', '\n');
      const headings = ['Coded extracts', 'Themes in this export', 'Doors & gates', cast.agency.name].map((heading) =>
        text.lastIndexOf(heading),
      );
      expect(headings).toEqual(headings.toSorted((left, right) => left - right));
      expect(headings.every((at) => at >= 0)).toBe(true);
      for (const quote of QUOTES) expect(text).toContain(asRead(quote));
      expect(text).toContain('Look again');
      for (let number = 1; number <= QUOTES.length; number += 1) expect(text).toContain(`About ${number}. `);
    },
    TIMEOUT,
  );

  test(
    'opens the codebook and a note as documents · and reads what is in them',
    async () => {
      const cast = await aStudyToExport();
      await t.owner('themes').where({ id: cast.theme.id }).update({ definition: 'What lets in <and> out' });
      const codebook = await textOf(await cast.bytes((await cast.request({ format: 'codebook-docx' })).path));
      expect(codebook).toContain('1  Doors & gates');
      expect(codebook).toContain('Definition. What lets in <and> out');
      const { note } = cast.made[5]!;
      const text = await textOf(await cast.bytes((await cast.request({ format: 'note-docx', note: note.id })).path));
      expect(text).toContain(`${QUOTES[5]!}1`);
      expect(text).toContain('1  Doors & gates');
    },
    TIMEOUT,
  );
});

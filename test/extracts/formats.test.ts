import { describe, expect, test } from '@jest/globals';
import { inStudy } from '../../server/database/connection.ts';
import { openExtractSource } from '../../server/extracts/export-content-service.ts';
import { findExport } from '../../server/extracts/export-queries.ts';
import { extractFile } from '../../server/extracts/formats/extract-file-service.ts';
import { leadOf } from '../exchange/support.ts';
import { expectWellFormed } from './well-formed.ts';
import { aMemo } from '../support/codebook-builders.ts';
import { aTheme, anAgency, sha256 } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExporter as anExporterOf } from './an-exporter.ts';
import { anExtract } from './an-extract.ts';
import { cellsOf, paragraphsOf, partsOf } from './read-package.ts';

const t = useTestApp();
const anExporter = () => anExporterOf(t);
const recordOf = (id: string) => t.owner('exports').where({ id }).first();

// What spreadsheets would run, what XML forbids or means something by, and scripts of three directions.
const QUOTES = ['=1+1', 'a & b <c> "d"', 'bell \u0007, two\nlines\tand a tab', 'Café 👋🏽 שלום', '_x0041_', ']]>'];

describe.each(['xlsx', 'docx', 'html', 'jsonl'])('as %s', (format) => {
  test('GET exports/:export/file · sends the same bytes and their sha256 is on record · when downloaded twice', async () => {
    const cast = await anExporter();
    for (const quote of QUOTES) await anExtract(t.owner, cast, { quote });
    const { id, path } = await cast.request({ format });
    const first = await cast.bytes(path);
    expect((await cast.bytes(path)).equals(first)).toBe(true);
    expect(await recordOf(id)).toMatchObject({
      format,
      row_count: `${QUOTES.length}`,
      byte_length: String(first.length),
      sha256: sha256(first),
      codebook: 'No named version yet',
    });
    const $ = await cast.session.page(path);
    expect($('main').text()).toContain('the same, byte for byte');
  });

  test('GET exports/:export/file · answers 409 · once a quote has changed', async () => {
    const cast = await anExporter();
    const { id } = await anExtract(t.owner, cast, { quote: 'one' });
    const { path } = await cast.request({ format });
    await cast.bytes(path);
    await t.owner('codings').where({ id }).update({ quote: 'two' });
    const answer = await cast.session.get(`${path}/file`);
    expect([answer.status, answer.headers['content-disposition']]).toEqual([409, undefined]);
  });
});

describe('a workbook', () => {
  test('GET exports/:export/file · has typed cells, headings that stay, and text that is never a formula', async () => {
    const cast = await anExporter();
    const made: { id: string }[] = [];
    for (const quote of QUOTES) made.push(await anExtract(t.owner, cast, { quote, title: '@title' }));
    await t.owner('codings').where({ id: made[0]!.id }).update({ created_at: '2012-05-03T06:00:00.5Z' });
    const parts = await partsOf(await cast.bytes((await cast.request({ format: 'xlsx' })).path));
    for (const [name, xml] of parts) expectWellFormed(name, xml);
    const xml = parts.get('xl/worksheets/sheet1.xml')!;
    expect(xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect([...parts.values()].join('')).not.toContain('<f>');
    const [headings, ...rows] = cellsOf(xml);
    const column = (name: string) => headings!.indexOf(name);
    expect(new Set(rows.map((row) => row[column('Quote')]))).toEqual(
      new Set(QUOTES.map((quote) => quote.replace('\u0007', '\ufffd').replace('_x0041_', '_x005F_x0041_'))),
    );
    const row = rows.find((cells) => cells[column('Quote')] === '=1+1')!;
    // 14 November 2011 is day 40,861 since 30 December 1899; 3 May 2012 is day 41,032, and 6:00 a quarter of it.
    expect(row[column('Visit date')]).toBe(40_861);
    expect(row[column('Coded at (UTC)')]).toBeCloseTo(41_032.25 + 0.5 / 86_400, 9);
    expect(row[column('Note')]).toBe('@title');
    expect([row[column('Revision')], row[column('Needs review')]]).toEqual([1, 'no']);
  });

  test('GET exports/:export/file · has a sheet of themes with their counts, and one of the filter with its own', async () => {
    const cast = await anExporter();
    const by = cast.researcher.membershipId;
    const doors = await aTheme(t.owner, cast.study.id, { by, name: 'Doors', position: 1 });
    await aTheme(t.owner, cast.study.id, { by, name: 'Unused', position: 2 });
    for (const quote of ['one', 'two']) await anExtract(t.owner, cast, { quote, themeId: doors.id });
    await anExtract(t.owner, cast, { quote: 'another' });
    const { path } = await cast.request({ format: 'xlsx', theme: doors.id });
    const parts = await partsOf(await cast.bytes(path));
    const themes = cellsOf(parts.get('xl/worksheets/sheet2.xml')!);
    expect(themes.slice(1).map(([name, , count]) => [name, count])).toEqual(
      expect.arrayContaining([
        ['Doors', 2],
        ['Unused', 0],
      ]),
    );
    const about = cellsOf(parts.get('xl/worksheets/sheet3.xml')!);
    expect(about).toEqual(
      expect.arrayContaining([
        ['Theme', 'Doors'],
        ['Codings', expect.any(String), 2],
      ]),
    );
    expect(about.find(([name]) => name === 'Cells that were cut')!.at(-1)).toBe(0);
  });

  test('GET exports/:export/file · cuts a cell that is longer than one can be, with a mark, and says how many', async () => {
    const cast = await anExporter();
    await anExtract(t.owner, cast, { quote: `${'é'.repeat(40_000)}` });
    const parts = await partsOf(await cast.bytes((await cast.request({ format: 'xlsx' })).path));
    const [headings, row] = cellsOf(parts.get('xl/worksheets/sheet1.xml')!);
    const quote = row![headings!.indexOf('Quote')] as string;
    expect(quote).toHaveLength(32_767);
    expect(quote.endsWith('é … [cut here, 40,000 characters in all]')).toBe(true);
    const about = cellsOf(parts.get('xl/worksheets/sheet3.xml')!);
    expect(about.find(([name]) => name === 'Cells that were cut')!.at(-1)).toBe(1);
  });
});

describe('a document', () => {
  test('GET exports/:export/file · groups by theme and then by agency, with source and memo of each extract', async () => {
    const cast = await anExporter();
    const by = cast.researcher.membershipId;
    const first = await aTheme(t.owner, cast.study.id, { by, name: 'First', position: 1 });
    const second = await aTheme(t.owner, cast.study.id, { by, name: 'Second & last', position: 2 });
    await t.owner('agencies').where({ id: cast.agency.id }).update({ name: 'Alder', code: 'ALD' });
    const other = await anAgency(t.owner, cast.study.id, { name: 'Beech', code: 'BEE' });
    await anExtract(t.owner, cast, { quote: 'late', themeId: second.id });
    await anExtract(t.owner, cast, { quote: 'at beech', themeId: first.id, agencyId: other.id });
    const memoed = await anExtract(t.owner, cast, {
      quote: 'two\nlines \u0001',
      themeId: first.id,
      title: 'A morning',
      before: 'before ',
      after: ' after',
    });
    await t.owner('codings').where({ id: memoed.id }).update({ created_at: '2012-05-03T12:00:00Z' });
    const memo = await aMemo(t.owner, cast.study.id, { codingId: memoed.id, by, body: 'Compare with Beech' });
    await t.owner('memos').where({ id: memo.id }).update({ written_at: '2012-05-04T12:00:00Z' });
    const parts = await partsOf(await cast.bytes((await cast.request({ format: 'docx' })).path));
    for (const [name, xml] of parts) expectWellFormed(name, xml);
    const paragraphs = paragraphsOf(parts.get('word/document.xml')!).filter(({ style }) =>
      ['Title', 'Heading1', 'Heading2', 'Quote', 'Source', 'Memo'].includes(style),
    );
    const coder = cast.researcher.name;
    expect(paragraphs.filter(({ text }) => text !== '').map(({ style, text }) => `${style}: ${text}`)).toEqual([
      'Title: Coded extracts',
      'Heading1: Themes in this export',
      'Heading1: First',
      'Heading2: Alder (ALD)',
      'Quote: … before two\nlines \ufffd after …',
      `Source: A morning. ${cast.phase.name}, 14 November 2011. Observation. Coded by ${coder}, 3 May 2012.`,
      `Memo: Memo, ${coder}, 4 May 2012: Compare with Beech`,
      'Heading2: Beech (BEE)',
      'Quote: at beech',
      expect.stringMatching(/^Source: /),
      'Heading1: Second & last',
      'Heading2: Alder (ALD)',
      'Quote: late',
      expect.stringMatching(/^Source: /),
    ]);
    expect(
      paragraphsOf(parts.get('word/document.xml')!)
        .filter(({ style }) => style === 'Figure')
        .map(({ text }) => text),
    ).toEqual(['2', '1']);
    expect(parts.get('word/styles.xml')).toMatch(/w:styleId="Figure">.*?<w:jc w:val="right"\/>/);
    const { requested_at: at } = await t.owner('exports').where({ study_id: cast.study.id }).first();
    expect(parts.get('docProps/core.xml')).toContain(
      `<dcterms:created xsi:type="dcterms:W3CDTF">${(at as Date).toISOString().slice(0, 19)}Z</dcterms:created>`,
    );
    expect(parts.get('word/footer1.xml')).toMatch(/ PAGE .* NUMPAGES /);
  });

  test('GET exports/:export/file · is one page without script that escapes what was coded · as HTML', async () => {
    const cast = await anExporter();
    await anExtract(t.owner, cast, { quote: '<script>alert(1)</script>', title: '"><img src=x>' });
    const html = (await cast.bytes((await cast.request({ format: 'html' })).path)).toString('utf8');
    expect(html).toContain('<mark>&lt;script&gt;alert(1)&lt;/script&gt;</mark>');
    expect(html).not.toMatch(/<script|<img|<link|src=x>|https?:|url\(/);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });
});

describe('CSV made of rows', () => {
  test('extractFile() · has the same bytes as COPY makes', async () => {
    const cast = await anExporter();
    for (const quote of [...QUOTES, '-1', '\\.', "'quoted", ',', '"'])
      await anExtract(t.owner, cast, { quote, before: '@before' });
    const { id, path } = await cast.request();
    const copied = await cast.bytes(path);
    const actor = await leadOf(t, cast.study.id);
    const pieces: Buffer[] = [];
    await inStudy(t.database.db, actor, async (trx) => {
      const source = await openExtractSource(trx, actor, (await findExport(trx, id))!, 'csv');
      for await (const piece of extractFile('csv', source)) pieces.push(piece);
    });
    expect(Buffer.concat(pieces).toString('utf8')).toBe(copied.toString('utf8'));
  });
});

describe('lines of JSON', () => {
  test('GET exports/:export/file · has an object for each extract with its full provenance', async () => {
    const cast = await anExporter();
    const made = await anExtract(t.owner, cast, { quote: 'a "quoted"\nline 👋🏽', title: 'A morning' });
    const lines = (await cast.bytes((await cast.request({ format: 'jsonl' })).path)).toString('utf8').split('\n');
    expect(lines).toHaveLength(2);
    const stored = await t.owner('codings').where({ id: made.id }).first();
    const theme = await t.owner('themes').where({ id: made.themeId }).first();
    expect(JSON.parse(lines[0]!)).toEqual({
      extract_id: made.id,
      quote: 'a "quoted"\nline 👋🏽',
      context_before: '',
      context_after: '',
      theme_id: made.themeId,
      theme_path: theme.name,
      agency_id: cast.agency.id,
      agency_code: cast.agency.code,
      agency_name: cast.agency.name,
      phase: cast.phase.name,
      visit_id: made.visit.id,
      visit_date: '2011-11-14',
      note_id: made.note.id,
      note_title: 'A morning',
      note_revision: 1,
      paragraph_label: 'ON',
      coder_id: cast.researcher.membershipId,
      coder: cast.researcher.name,
      coded_at: stored.created_at.toISOString(),
      start: 0,
      end: 18,
      needs_review: false,
      memos: [],
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import type * as cheerio from 'cheerio';
import { parse } from 'csv-parse/sync';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aTheme, sha256 } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExporter as anExporterOf } from './an-exporter.ts';
import { anExtract } from './an-extract.ts';

const t = useTestApp();

const anExporter = () => anExporterOf(t);

const rowsOf = (csv: string) => parse(csv, { columns: true, relax_quotes: false }) as Record<string, string>[];
const recordOf = (id: string) => t.owner('exports').where({ id }).first();

describe('the file', () => {
  test('GET exports/:export/file · gives back what was coded · for quotes with commas, quotes, newlines, emoji and formulas', async () => {
    const cast = await anExporter();
    const by = cast.researcher.membershipId;
    const parent = await aTheme(t.owner, cast.study.id, { by, name: 'Connecting' });
    const child = await aTheme(t.owner, cast.study.id, { by, name: '=Introducing', parentId: parent.id });
    const quotes = [
      'one, "two"',
      'two\nlines',
      'Café 👋🏽 שלום',
      '=1+1',
      '+44',
      '-1',
      '@name',
      '\ttab',
      "'quoted",
      '<script>alert(1)</script>',
      String.raw`back\slash`,
    ];
    const made: { id: string }[] = [];
    for (const quote of quotes)
      made.push(
        await anExtract(t.owner, cast, {
          quote,
          themeId: child.id,
          title: '@title',
          before: '-before',
          after: 'after',
        }),
      );
    await t.owner('codings').where({ id: made[1]!.id }).update({ needs_review_at: new Date() });
    const { path } = await cast.request();
    const answer = await cast.download(path);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toMatch(
      /^attachment; filename="?etude-connecting-people-extracts-1-\d{4}-\d\d-\d\d\.csv"?$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
    const byId = new Map(rowsOf(answer.text).map((row) => [row.extract_id, row]));
    expect(made.map(({ id }) => byId.get(id)!.quote)).toEqual([
      'one, "two"',
      'two\nlines',
      'Café 👋🏽 שלום',
      "'=1+1",
      "'+44",
      "'-1",
      "'@name",
      "'\ttab",
      "'quoted",
      '<script>alert(1)</script>',
      String.raw`back\slash`,
    ]);
    const stored = await t.owner('codings').where({ id: made[2]!.id }).first();
    expect(byId.get(made[2]!.id)).toEqual({
      extract_id: made[2]!.id,
      quote: 'Café 👋🏽 שלום',
      context_before: "'-before",
      context_after: 'after',
      theme_path: 'Connecting > =Introducing',
      agency_code: cast.agency.code,
      phase: cast.phase.name,
      visit_date: '2011-11-14',
      note_title: "'@title",
      note_revision: '1',
      paragraph_label: 'ON',
      coder: cast.researcher.name,
      coded_at: stored.created_at.toISOString(),
      start: '0',
      end: '12',
      needs_review: 'no',
    });
    expect(byId.get(made[1]!.id)!.needs_review).toBe('yes');
  });

  test('GET exports/:export/file · has as many rows as are counted and listed · for a filter', async () => {
    const cast = await anExporter();
    const { themeId } = await anExtract(t.owner, cast, { quote: 'first' });
    for (let index = 0; index < 29; index += 1) await anExtract(t.owner, cast, { quote: `more ${index}`, themeId });
    await anExtract(t.owner, cast, { quote: 'other theme' });
    await anExtract(t.owner, cast, { quote: 'removed', themeId, removed: true });
    const listed: string[] = [];
    let href: string | undefined = `${cast.study.path}/extracts?theme=${themeId}`;
    let counts = '';
    while (href !== undefined) {
      const $: cheerio.CheerioAPI = await cast.session.page(href);
      counts = $('.app-extracts__counts').text();
      listed.push(
        ...$('.app-extract')
          .map((_, element) => $(element).attr('id')!.slice('extract-'.length))
          .get(),
      );
      href = $('a[rel=next]').attr('href');
    }
    const { id, path } = await cast.request({ theme: themeId });
    const rows = rowsOf((await cast.download(path)).text);
    expect(rows.map((row) => row.extract_id)).toEqual(listed);
    expect(counts).toBe('30 codings in 30 notes from 1 agency, by 1 coder');
    expect((await recordOf(id)).row_count).toBe('30');
  });

  test('GET exports/:export/file · escapes what the filter brings · words with quotes and backslashes', async () => {
    const cast = await anExporter();
    await anExtract(t.owner, cast, { quote: String.raw`it's \ a 100% 'quoted' ? $1 :name` });
    await anExtract(t.owner, cast, { quote: 'another' });
    const { path } = await cast.request({ words: String.raw`'S \ A 100% 'quoted' ? $1 :name` });
    expect(rowsOf((await cast.download(path)).text)).toHaveLength(1);
  });

  test('GET exports/:export/file · begins with a byte order mark · when asked to', async () => {
    const cast = await anExporter();
    await anExtract(t.owner, cast, { quote: 'é' });
    const { path } = await cast.request({ byte_order_mark: 'yes' });
    const answer = await cast.download(path);
    expect(Buffer.from(answer.text, 'utf8').subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(parse(answer.text, { columns: true, bom: true })).toHaveLength(1);
    const plain = await cast.request();
    expect((await cast.download(plain.path)).text.startsWith('extract_id,')).toBe(true);
  });
});

describe('the record', () => {
  test('GET exports/:export/file · sends the same bytes and their sha256 is on record · when downloaded twice', async () => {
    const cast = await anExporter();
    for (const quote of ['one', 'two', 'three']) await anExtract(t.owner, cast, { quote });
    const { id, path } = await cast.request();
    const [first, second] = [await cast.download(path), await cast.download(path)];
    expect(second.text).toBe(first.text);
    const record = await recordOf(id);
    expect(record).toMatchObject({
      number: 1,
      row_count: '3',
      byte_length: String(Buffer.byteLength(first.text)),
      sha256: sha256(first.text),
      abandoned_at: null,
    });
    expect(await t.owner('events').where({ subject_id: id }).orderBy('id').pluck('kind')).toEqual([
      'export.requested',
      'export.downloaded',
      'export.downloaded',
    ]);
    const $ = await cast.session.page(path);
    expect($('.app-export-digest').text()).toBe(record.sha256);
    expect($('main').text()).toContain('the same, byte for byte');
  });

  test('GET exports/:export/file · answers 409, says so on the page and sends no bytes · once the data have changed', async () => {
    const cast = await anExporter();
    const { themeId } = await anExtract(t.owner, cast, { quote: 'one' });
    const { id, path } = await cast.request();
    await cast.download(path);
    await t.owner('themes').where({ id: themeId }).update({ name: 'Renamed' });
    const before = await recordOf(id);
    const answer = await cast.session.get(`${path}/file`);
    expect(answer.status).toBe(409);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.text).toContain('has changed since this export was made');
    const $ = await cast.session.page(path);
    expect($('main').text()).toContain('has changed since this export was made');
    expect($(`a[href="${path}/file"]`)).toHaveLength(0);
    expect(await recordOf(id)).toEqual(before);
  });

  test('POST exports · records one export with the filter in words · when sent twice', async () => {
    const cast = await anExporter();
    const { themeId } = await anExtract(t.owner, cast, { quote: 'one' });
    await t.owner('themes').where({ id: themeId }).update({ name: '<i>Doors</i>' });
    const id = newId();
    const fields = { id, theme: themeId, label: ['ON', 'TN'], from: '2011-11-01' };
    await cast.session.post(cast.exports, fields);
    expect((await cast.session.post(cast.exports, fields)).status).toBe(303);
    expect(await t.owner('exports').where({ study_id: cast.study.id })).toHaveLength(1);
    expect(await t.owner('events').where({ subject_id: id })).toHaveLength(1);
    const $ = await cast.session.page(cast.exports);
    expect($('.app-export-filter').text()).toBe(
      'Theme: <i>Doors</i>; Visited from: 1 November 2011; Paragraph: Observation, Theoretical note',
    );
  });

  test('POST exports · gives every export a number of its own · when many are asked for at once', async () => {
    const cast = await anExporter();
    const token = await cast.session.token();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        cast.session.agent.post(cast.exports).type('form').send({ _csrf: token, id: newId() }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303, 303]);
    const numbers = await t.owner('exports').where({ study_id: cast.study.id }).orderBy('number').pluck('number');
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('HEAD exports/:export/file · records nothing · because nothing was taken', async () => {
    const cast = await anExporter();
    const { id, path } = await cast.request();
    expect((await cast.session.agent.head(`${path}/file`)).status).toBe(200);
    expect((await recordOf(id)).completed_at).toBeNull();
  });

  test('GET exports · lists the latest first, page by page · with more than fit on one', async () => {
    const cast = await anExporter();
    const token = await cast.session.token();
    for (let index = 0; index < 27; index += 1)
      await cast.session.agent.post(cast.exports).type('form').send({ _csrf: token, id: newId() });
    const names = ($: cheerio.CheerioAPI) =>
      $('.app-export-name')
        .map((_, element) => $(element).text())
        .get();
    const $ = await cast.session.page(cast.exports);
    expect(names($).slice(0, 2)).toEqual(['Export 27', 'Export 26']);
    const older = await cast.session.page($('a[rel=next]').attr('href')!);
    expect(names(older)).toEqual(['Export 2', 'Export 1']);
    expect((await cast.session.get(`${cast.exports}?before=x`)).status).toBe(404);
  });
});

describe('the wall', () => {
  test('POST exports · answers 422 and records nothing · for ids of another study or a filter that is none', async () => {
    const cast = await anExporter();
    const other = await aFullStudy(t.owner);
    const bad: Record<string, string>[] = [
      { agency: other.agency.id },
      { coder: other.lead.membershipId },
      { theme: newId() },
      { from: '2011-13-01' },
      { id: 'nonsense' },
    ];
    for (const fields of bad) {
      const answer = await cast.session.post(cast.exports, { id: newId(), ...fields });
      expect([fields, answer.status]).toEqual([fields, 422]);
    }
    expect(await t.owner('exports').where({ study_id: cast.study.id })).toEqual([]);
  });

  test('every address of exports · answers 404 · to agency staff, another study’s lead, and for ids that are none', async () => {
    const cast = await anExporter();
    const other = await anExporter();
    const { id, path } = await cast.request();
    const staff = await BrowserSession.as(t.app, cast.staff);
    const borrowed = `${other.exports}/${id}`;
    for (const [session, at] of [
      [staff, cast.exports],
      [staff, path],
      [staff, `${path}/file`],
      [other.session, path],
      [other.session, `${path}/file`],
      [other.session, borrowed],
      [other.session, `${borrowed}/file`],
      [cast.session, `${cast.exports}/nonsense/file`],
    ] as const)
      expect([at, (await session.get(at)).status]).toEqual([at, 404]);
    expect((await staff.post(cast.exports, { id: newId() })).status).toBe(404);
    expect((await other.session.post(other.exports, { id })).status).toBe(404);
    expect((await recordOf(id)).completed_at).toBeNull();
  });
});

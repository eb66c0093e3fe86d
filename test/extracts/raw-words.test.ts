import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { useRawNote } from '../deidentification/a-raw-note.ts';
import { partsOf } from './read-package.ts';

const t = useTestApp();
const { raw, deidentify, code, choose } = useRawNote(t);

const rowsOf = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[];
const recordOf = (id: string) =>
  t.owner('exports').where({ id }).first('raw_extracts', 'raw_notes', 'row_count', 'filter');

/** One de-identified note with a passage, and a raw one with two; a colleague of their author is signed in. */
async function aStudyOfBothKinds() {
  const { cast, author, colleague } = raw;
  await code('smiled', colleague);
  await deidentify(author);
  const by = author.membershipId;
  const body = 'Ray Quill of Elm Row waited.';
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'A raw one', body });
  const theme = await aTheme(t.owner, cast.study.id, { by });
  const place = { note, themeId: theme.id, by };
  await aCoding(t.owner, cast.study.id, { ...place, start: 0, end: 9 });
  await aCoding(t.owner, cast.study.id, { ...place, start: 13, end: 20 });
  const session = await BrowserSession.as(t.app, cast.colleague);
  const exports = `${cast.study.path}/exports`;
  // The bytes of a ZIP are taken as they are.
  const bytes = (path: string) =>
    session
      .get(`${path}/file`)
      .buffer(true)
      .parse((answer, done) => {
        const pieces: Buffer[] = [];
        (answer as unknown as NodeJS.ReadableStream)
          .on('data', (piece: Buffer) => pieces.push(piece))
          .on('end', () => done(null, Buffer.concat(pieces)));
      });
  async function request(fields: Record<string, string>) {
    const id = newId();
    expect((await session.post(exports, { id, ...fields })).status).toBe(303);
    return {
      id,
      path: `${exports}/${id}`,
      file: () => session.get(`${exports}/${id}/file`).buffer(true),
      parts: async () => partsOf((await bytes(`${exports}/${id}`)).body as Buffer),
    };
  }
  return { ...cast, note, theme, session, request };
}

describe('before extracts leave', () => {
  test('their page says how many are of notes that are not de-identified, and leaves them out when asked', async () => {
    const { session, study, request } = await aStudyOfBothKinds();
    const $ = await session.page(`${study.path}/extracts`);
    const warning = $('.app-raw-warning');
    expect(warning.text().trim()).toBe(
      '2 extracts come from a note that is not de-identified yet: there may be real names in them. Only de-identified notes',
    );
    const only = await session.page(warning.find('a').attr('href')!);
    expect(only('.app-extracts__counts').text()).toBe('1 coding in 1 note from 1 agency, by 1 coder');
    expect([only('.app-raw-warning').length, only('#deidentified').is('[checked]')]).toEqual([0, true]);
    expect(only('.app-chosen__tag').text()).toContain('Notes: De-identified only');
    const sent = only('.app-export-form input[name=deidentified]').val();
    const { id, path, file } = await request({ deidentified: String(sent) });
    expect(rowsOf((await file()).text).map(({ quote }) => quote)).toEqual(['smiled']);
    expect(await recordOf(id)).toMatchObject({ raw_extracts: '0', raw_notes: '0', row_count: '1' });
    expect((await session.page(path))('main').text()).toContain('every note in it is de-identified');
  });

  test('the record, its page, the list, the trail and the file say how many · as counted when they left', async () => {
    const { session, study, lead, request, note, theme, researcher } = await aStudyOfBothKinds();
    const { id, path, file } = await request({ format: 'html' });
    expect(await recordOf(id)).toMatchObject({ raw_extracts: '2', raw_notes: '1' });
    const by = researcher.membershipId;
    await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start: 4, end: 9 });
    const html = (await file()).text;
    expect(html).toContain('3 extracts of 1 note: there may be real names here');
    expect(await recordOf(id)).toMatchObject({ raw_extracts: '3', raw_notes: '1' });
    expect((await session.page(path))('.app-raw-warning strong').text()).toBe(
      '3 extracts of 1 note are not de-identified yet.',
    );
    expect((await session.page(`${study.path}/exports`))('table').text()).toContain('3 extracts of 1 note');
    expect((await file()).text).toBe(html);
    const kept = await t.owner('events').where({ subject_id: id }).orderBy('id').pluck('after');
    expect(kept.map(({ rawNotes }: { rawNotes: number }) => rawNotes)).toEqual([1, 1, 1]);
    const trail = await (await BrowserSession.as(t.app, lead)).page(`${study.path}/trail?kind=exports`);
    expect(trail('.app-trail-entry__facts').first().text()).toContain('Raw notes');
  });

  test('an export from before it was counted · reads as it did, and gives the same bytes', async () => {
    const { session, request } = await aStudyOfBothKinds();
    const { id, path, file } = await request({});
    const { text } = await file();
    const { filter } = (await recordOf(id)) as { filter: Record<string, unknown> };
    const { deidentified, ...older } = filter;
    expect(deidentified).toBeNull();
    await t.owner('exports').where({ id }).update({ filter: older, raw_extracts: null, raw_notes: null });
    const $ = await session.page(path);
    expect([$('.app-raw-warning').length, $('main').text().includes('Not de-identified')]).toEqual([0, false]);
    expect($('main').text()).toContain('the file is the same, byte for byte');
    expect((await file()).text).toBe(text);
  });
});

describe('whole notes', () => {
  test('a note that is not de-identified · its page, its file and the record say so', async () => {
    const { session, study, request, note } = await aStudyOfBothKinds();
    expect((await session.page(`${study.path}/notes/${note.id}`))('.app-raw-warning').text()).toContain(
      'may be real names',
    );
    expect((await session.page(`${study.path}/notes/${raw.note.id}`))('.app-raw-warning').length).toBe(0);
    const { id, path, file } = await request({ format: 'note-txt', note: note.id });
    expect((await file()).text).toContain('Not de-identified yet: The note: there may be real names here');
    expect(await recordOf(id)).toMatchObject({ raw_extracts: '2', raw_notes: '1' });
    expect((await session.page(path))('.app-raw-warning strong').text()).toBe('The note is not de-identified yet.');
  });

  test('the tables · leave out texts and codings of raw notes when asked, and say so', async () => {
    const { session, study, request } = await aStudyOfBothKinds();
    expect((await session.page(`${study.path}/exports`))('#deidentified-hint').text()).toBe(
      '1 note is not de-identified yet: there may be real names in it.',
    );
    const all = await request({ format: 'tidy-zip' });
    const some = await request({ format: 'tidy-zip', deidentified: 'only' });
    const [whole, only] = [await all.parts(), await some.parts()];
    const texts = (files: Map<string, string>) => rowsOf(files.get('notes.csv')!).map((row) => row.text_leaves);
    expect([texts(whole), rowsOf(whole.get('codings.csv')!).length]).toEqual([['yes', 'yes'], 3]);
    expect([texts(only).toSorted(), rowsOf(only.get('codings.csv')!).length]).toEqual([['no', 'yes'], 1]);
    expect([...only.values()].join('')).not.toContain('Quill');
    expect(only.get('README.md')).toContain('- Notes: De-identified only');
    expect([await recordOf(all.id), await recordOf(some.id)]).toMatchObject([
      { raw_extracts: '2', raw_notes: '1' },
      { raw_extracts: '0', raw_notes: '0' },
    ]);
  });
});

describe('what a query finds', () => {
  test('says how much is not de-identified, and leaves it out when asked', async () => {
    const { session, study, theme } = await aStudyOfBothKinds();
    const $ = await session.page(`${study.path}/queries/results?a=${theme.id}`);
    expect($('.app-raw-warning').text()).toContain('2 passages come from a note that is not de-identified yet');
    const only = await session.page($('.app-raw-warning a').attr('href')!);
    expect(only('.app-query__counts').text()).toBe('0 passages in 0 notes');
    expect(only('.app-query__question').text()).toContain('de-identified notes only');
    const [, event] = [
      await session.get(`${study.path}/queries/results/file?a=${theme.id}`),
      await t.owner('events').where({ kind: 'query.downloaded' }).first('after'),
    ];
    expect(event.after).toMatchObject({ rows: 2, rawNotes: 1 });
  });

  test('leaves out of its file what is kept for its author and the lead · whoever asks', async () => {
    const { study, theme, lead, researcher } = await aStudyOfBothKinds();
    await choose('author');
    for (const person of [lead, researcher]) {
      const session = await BrowserSession.as(t.app, person);
      const $ = await session.page(`${study.path}/queries/results?a=${theme.id}`);
      expect([$('.app-query__counts').text(), $('.app-raw-warning').length]).toEqual(['2 passages in 1 note', 0]);
      const { text } = await session.get(`${study.path}/queries/results/file?a=${theme.id}`).buffer(true);
      expect(rowsOf(text)).toEqual([]);
    }
  });
});

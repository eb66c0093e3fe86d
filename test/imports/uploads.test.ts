import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aVisit } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { docxOf, word, zipOf } from './documents.ts';
import { sendDocuments, type Sent, settledPage } from './import-page.ts';

const t = useTestApp({ LOG_LEVEL: 'error', UPLOAD_LIMIT_MB: '1', IMPORT_LIMIT_MB: '3' });
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let researcher: BrowserSession;
let second: { id: string };
beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  researcher = await BrowserSession.as(t.app, cast.researcher);
  second = await aVisit(t.owner, cast.study.id, {
    agencyId: cast.agency.id,
    phaseId: cast.phase.id,
    by: cast.researcher.membershipId,
    startsAt: new Date('2011-12-01T10:00:00Z'),
    endsAt: new Date('2011-12-01T12:00:00Z'),
  });
});
const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
async function send(files: Sent[]): Promise<{ $: cheerio.CheerioAPI; path: string; id: string; status: number }> {
  const sent = await sendDocuments(researcher, cast.study.path, files);
  const path = `${cast.study.path}/imports/${sent.id}`;
  const $ = sent.status === 303 ? await settledPage(researcher, path) : cheerio.load(sent.text);
  return { $, path, id: sent.id, status: sent.status };
}
const items = ($: cheerio.CheerioAPI): string[] =>
  $('.app-import-list__item')
    .toArray()
    .map((item) => words($(item).text()));
const documents = (id: string) => t.owner('note_import_documents').where({ import_id: id }).orderBy('position');
const kept = async () => (await readdir(t.config.uploadsFolder)).filter((name) => name !== 'incoming').length;
const notes = () => t.owner('notes').where({ study_id: cast.study.id });

describe('which visit a document belongs to', () => {
  test('is found by its name, and by a table that comes with it', async () => {
    const { id, $ } = await send([
      { name: 'Notes 2011-12-01.txt', bytes: 'ON: One.' },
      { name: 'two.txt', bytes: 'ON: Two.' },
      { name: 'three.txt', bytes: 'ON: Three.' },
      {
        name: 'list.csv',
        bytes: 'file,date,title\ntwo.txt,14/11/2011,Number two\nthree.txt,1/1/2012,\nfour.txt,1/1/2012,\n',
      },
    ]);
    expect((await documents(id)).map((row) => [row.title, row.visit_id])).toEqual([
      ['Notes 2011-12-01', second.id],
      ['Number two', cast.visit.id],
      ['three', null],
    ]);
    expect(items($)[2]).toContain('No visit on 1 January 2012 is recorded.');
    expect(words($('main').text())).toContain('“list.csv” was read as a table of what the documents are (3 lines).');
    expect(words($('main').text())).toContain('1 line of the table fits no document that was sent: “four.txt”.');
  });

  test('is found by a pattern of the names, with their titles', async () => {
    const { path, id } = await send([
      { name: 'x_1-12-2011_Morning.txt', bytes: 'ON: Morning.' },
      { name: 'evening.txt', bytes: 'ON: Evening.' },
    ]);
    const wrong = await researcher.post(`${path}/matching`, { pattern: '{who}' }, path);
    expect([wrong.status, wrong.text.includes('“{who}” is not known')]).toEqual([422, true]);
    await researcher.post(`${path}/matching`, { pattern: '{any}_{date}_{title}' }, path);
    expect((await documents(id)).map((row) => [row.title, row.visit_id, row.visit_hint])).toEqual([
      ['Morning', second.id, null],
      ['evening', null, 'Its name does not fit the pattern.'],
    ]);
  });

  test('is chosen for one document by itself, with its title, or it is left out', async () => {
    const { path, id } = await send([
      { name: 'a.txt', bytes: 'ON: A day.' },
      { name: 'b.txt', bytes: 'ON: B day.' },
    ]);
    const [first, last] = await documents(id);
    const page = `${path}/documents/${first.id}`;
    expect(words((await researcher.page(page))('.app-import-text').text())).toBe('ON: A day.');
    const wrong = await researcher.post(page, { title: '', visit: '', decision: 'import' }, page);
    expect([wrong.status, wrong.text.includes('Enter a title for the note')]).toEqual([422, true]);
    await researcher.post(page, { title: 'A better name', visit: second.id, decision: 'import' }, page);
    await researcher.post(`${path}/documents/${last.id}`, { title: 'b', visit: '', decision: 'leave-out' }, page);
    const before = (await notes()).length;
    await researcher.post(`${path}/confirmation`, {}, path);
    await settledPage(researcher, path);
    expect((await notes()).length).toBe(before + 1);
    expect(await t.owner('note_revisions').where({ note_id: first.id }).pluck('title')).toEqual(['A better name']);
    // The file of the one that was left out is gone.
    expect(await t.owner('note_import_files').whereIn('document_id', [first.id, last.id])).toEqual([]);
  });
});

describe('a ZIP', () => {
  test('is taken apart: what is not a document is passed over, each document has its folder', async () => {
    const bytes = await zipOf({
      'Visits/one.txt': 'ON: Zip one.',
      'Visits/two.docx': await docxOf([word.paragraph('ON: Zip two.')]),
      '__MACOSX/Visits/._one.txt': 'x',
      'Visits/.DS_Store': 'x',
      'Visits/~$two.docx': 'x',
      'more.zip': await zipOf({ 'deep.txt': 'ON: Deep.' }),
    });
    const { $ } = await send([{ name: 'all.zip', bytes }]);
    const found = items($);
    expect(found).toHaveLength(3);
    expect(found[0]).toContain('Visits/one.txt');
    expect(found[1]).toContain('Visits/two.docx');
    expect(found[2]).toContain('a ZIP that is damaged, or one inside another');
  });

  const badZip = async (change: (bytes: Buffer) => Buffer): Promise<Buffer> =>
    change(await zipOf({ 'aaaa.txt': 'ON: First.', 'bbbb.txt': 'ON: Second.' }));
  const renamed = (from: string, to: string) => (bytes: Buffer) =>
    Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1');
  test.each<[string, () => Promise<Buffer>, string]>([
    ['a name that leads out of it', () => badZip(renamed('aaaa.txt', '../a.txt')), 'points outside of it'],
    ['an absolute name', () => badZip(renamed('aaaa.txt', '/aaa.txt')), 'points outside of it'],
    ['one name twice', () => badZip(renamed('aaaa.txt', 'bbbb.txt')), 'holds “bbbb.txt” twice'],
    [
      'an entry that is encrypted',
      () =>
        badZip((bytes) => {
          const at = bytes.indexOf('PK\u0001\u0002', 0, 'latin1');
          bytes.writeUInt16LE(bytes.readUInt16LE(at + 8) | 1, at + 8);
          return bytes;
        }),
      'is encrypted',
    ],
    [
      'an entry that is a link',
      () =>
        badZip((bytes) => {
          bytes.writeUInt32LE(0o120777 * 65_536, bytes.indexOf('PK\u0001\u0002', 0, 'latin1') + 38);
          return bytes;
        }),
      'is a link to another file',
    ],
    ['no end', () => badZip((bytes) => bytes.subarray(0, bytes.length - 40)), 'not a whole ZIP archive'],
    [
      'more than it may unpack to',
      () => zipOf({ 'a.txt': Buffer.alloc(4 * 1024 * 1024, 'a b ') }),
      'Unpacked, the file would be larger than 3 MB',
    ],
    ['nothing in it', () => zipOf({ '.hidden': 'x' }), 'There is no document in this ZIP'],
    [
      '501 documents in it',
      () => zipOf(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`${index}.txt`, 'x']))),
      'more than 500 documents',
    ],
  ])('is refused whole, and nothing of it stays · when it has %s', async (_, content, sentence) => {
    const before = await kept();
    const { $, id } = await send([
      { name: 'bad.zip', bytes: await content() },
      { name: 'good.txt', bytes: `ON: ${newId()}.` },
    ]);
    const found = items($);
    expect(found[0]).toContain(sentence);
    expect(found).toHaveLength(2);
    expect((await documents(id)).map((row) => row.refusal === null)).toEqual([false, true]);
    expect(await kept()).toBe(before + 1);
  });
});

describe('what is sent', () => {
  test('once more by the same form makes one import', async () => {
    const id = newId();
    const files = [{ name: 'again.txt', bytes: 'ON: Once.' }];
    await sendDocuments(researcher, cast.study.path, files, { id });
    const again = await sendDocuments(researcher, cast.study.path, files, { id });
    expect(again.status).toBe(303);
    const path = `${cast.study.path}/imports/${id}`;
    await settledPage(researcher, path);
    expect(await documents(id)).toHaveLength(1);
    await researcher.post(`${path}/visits`, { visit: second.id, which: 'all' }, path);
    const before = (await notes()).length;
    await Promise.all([
      researcher.post(`${path}/confirmation`, {}, path),
      researcher.post(`${path}/confirmation`, {}, path),
    ]);
    await settledPage(researcher, path);
    expect((await notes()).length).toBe(before + 1);
    expect(await t.owner('events').where({ subject_id: id }).orderBy('id').pluck('kind')).toEqual([
      'import.begun',
      'import.confirmed',
    ]);
  });

  test('a second time is pointed at and left out unless it is chosen', async () => {
    const first = await send([{ name: 'same.txt', bytes: 'ON: The same words.' }]);
    await researcher.post(`${first.path}/visits`, { visit: second.id, which: 'all' }, first.path);
    await researcher.post(`${first.path}/confirmation`, {}, first.path);
    await settledPage(researcher, first.path);
    const again = await send([
      { name: 'same.txt', bytes: 'ON: The same words.' },
      { name: 'as Word.docx', bytes: await docxOf([word.paragraph('ON: The same words.')]) },
      { name: 'new.txt', bytes: 'ON: Other words.' },
      { name: 'new again.md', bytes: 'ON: Other words.' },
    ]);
    const found = items(again.$);
    expect(found[0]).toContain('Left out');
    expect(found[0]).toContain('A note of this study was made of the same document already.');
    expect(found[1]).toContain('Left out');
    expect(found[2]).not.toContain('Left out');
    expect(found[3]).toContain('It says the same as “new.txt” above.');
    await researcher.post(`${again.path}/visits`, { visit: second.id, which: 'all' }, again.path);
    const [, , , last] = await documents(again.id);
    await researcher.post(
      `${again.path}/documents/${last.id}`,
      { title: 'Both', visit: second.id, decision: 'import' },
      again.path,
    );
    const before = (await notes()).length;
    await researcher.post(`${again.path}/confirmation`, {}, again.path);
    await settledPage(researcher, again.path);
    expect((await notes()).length).toBe(before + 2);
  });

  test('too large, too many or nothing is refused with the page, and nothing stays', async () => {
    const before = await kept();
    const nothing = await send([]);
    expect([nothing.status, words(nothing.$('.govuk-error-summary').text())]).toEqual([
      422,
      'There is a problem Choose one file or more.',
    ]);
    const large = await send([
      { name: 'a.txt', bytes: Buffer.alloc(2_000_000, 'a b ') },
      { name: 'b.txt', bytes: Buffer.alloc(2_000_000, 'c d ') },
    ]);
    expect([large.status, words(large.$('.govuk-error-summary').text())]).toEqual([
      422,
      'There is a problem Together the files are larger than 3 MB. Send them in several parts.',
    ]);
    const one = await send([{ name: 'a.txt', bytes: Buffer.alloc(1_100_000, 'a b ') }]);
    expect(items(one.$)[0]).toContain('It is larger than 1 MB.');
    const empty = await send([{ name: 'a.txt', bytes: '' }]);
    expect(items(empty.$)[0]).toContain('The file is empty');
    // Nothing is asked about documents of which none can become a note.
    expect(words(empty.$('main .govuk-body-l').text())).toBe('No document becomes a note, 1 cannot be read.');
    expect(empty.$('select[name=visit], form[action$=confirmation]').length).toBe(0);
    expect(await kept()).toBe(before);
    expect(await readdir(`${t.config.uploadsFolder}/incoming`)).toEqual([]);
  });

  test('is thrown away with its files', async () => {
    const before = await kept();
    const { path, id } = await send([{ name: 'gone.txt', bytes: `ON: ${newId()}` }]);
    expect(await kept()).toBe(before + 1);
    await researcher.post(`${path}/removal`, {}, path);
    expect([await kept(), await documents(id)]).toEqual([before, []]);
    const over = await researcher.post(`${path}/confirmation`, {}, path);
    expect(over.status).toBe(303);
  });

  test('is seen by its sender alone', async () => {
    const { path, id } = await send([{ name: 'mine.txt', bytes: `ON: ${newId()}` }]);
    const [document] = await documents(id);
    for (const other of [cast.lead, cast.colleague]) {
      const session = await BrowserSession.as(t.app, other);
      expect((await session.get(path)).status).toBe(404);
      expect((await session.get(`${path}/documents/${document.id}`)).status).toBe(404);
      expect((await session.post(`${path}/confirmation`)).status).toBe(404);
      expect((await session.page(`${cast.study.path}/imports`))('table').length).toBe(0);
    }
  });
});

describe('what goes wrong half way', () => {
  test('leaves no note, no file and no row · when a visit was removed before it was confirmed', async () => {
    const { path, id } = await send([
      { name: 'p.txt', bytes: `ON: ${newId()}` },
      { name: 'q.txt', bytes: `ON: ${newId()}` },
    ]);
    const [first, last] = await documents(id);
    const gone = await aVisit(t.owner, cast.study.id, {
      agencyId: cast.agency.id,
      phaseId: cast.phase.id,
      by: cast.researcher.membershipId,
    });
    await researcher.post(`${path}/documents/${first.id}`, { title: 'p', visit: second.id, decision: 'import' }, path);
    await researcher.post(`${path}/documents/${last.id}`, { title: 'q', visit: gone.id, decision: 'import' }, path);
    await t
      .owner('visits')
      .where({ id: gone.id })
      .update({ removed_at: new Date(), removed_by: cast.lead.membershipId });
    const before = (await notes()).length;
    await researcher.post(`${path}/confirmation`, {}, path);
    const $ = await settledPage(researcher, path);
    expect(words($('.govuk-inset-text').text())).toContain(
      'A visit was removed in the meantime, so nothing was imported.',
    );
    expect((await notes()).length).toBe(before);
    // What was sent is there still, to be given another visit.
    expect(items($)).toHaveLength(2);
  });
});

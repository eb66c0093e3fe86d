import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { docxOf, word } from './documents.ts';
import { sendDocuments, settledPage } from './import-page.ts';

const t = useTestApp({ LOG_LEVEL: 'error' });
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let researcher: BrowserSession;
beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  researcher = await BrowserSession.as(t.app, cast.researcher);
});

const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
const notesNow = () =>
  t
    .owner('notes')
    .join('note_revisions', 'note_revisions.note_id', 'notes.id')
    .where('notes.study_id', cast.study.id)
    .orderBy('notes.id')
    .select('title', 'body', 'visit_id', 'notes.id', 'deidentification', 'removed_at');

describe('documents become notes', () => {
  test('a text, a Markdown file and a Word document are read, shown, given a visit and made notes of', async () => {
    const docx = await docxOf([
      word.paragraph('ON: The kettle was on.'),
      word.paragraph('TN: Tea brings people together.'),
      word.table(['Who', 'What'], ['Member 4', 'sang']),
      word.picture,
    ]);
    const sent = await sendDocuments(researcher, cast.study.path, [
      { name: 'Monday_morning.txt', bytes: Buffer.from('ON: Caf\u00e9 first.\r\nPN: Tired.\r\n', 'latin1') },
      { name: 'plan.md', bytes: '# Plan\n\nAsk *again*.' },
      { name: 'Visit.docx', bytes: docx },
    ]);
    const path = `${cast.study.path}/imports/${sent.id}`;
    expect([sent.status, sent.headers.location]).toEqual([303, path]);
    const $ = await settledPage(researcher, path);
    expect(
      $('.app-import-list h3')
        .toArray()
        .map((item) => words($(item).text())),
    ).toEqual(['Monday morning No visit', 'plan No visit', 'Visit No visit']);
    const third = words($('.app-import-list__item').eq(2).text());
    expect(third).toContain('Word document · 4 paragraphs, 15 words');
    expect(third).toContain('1 table became lines with a tab between cells.');
    expect(third).toContain('1 picture kept as a file of the note.');
    expect(words($('.app-import-list__item').eq(0).text())).toContain('Read as Windows-1252.');
    expect(await notesNow()).toEqual([]);

    const refused = await researcher.post(`${path}/confirmation`, {}, path);
    expect([refused.status, refused.text.includes('3 documents have no visit yet.')]).toEqual([422, true]);
    await researcher.post(`${path}/visits`, { visit: cast.visit.id, which: 'without' }, path);
    await researcher.post(`${path}/confirmation`, {}, path);
    const done = await settledPage(researcher, path);
    expect(words(done('main').text())).toContain('3 notes were made.');
    const notes = await notesNow();
    expect(notes.map(({ title, body }) => [title, body])).toEqual([
      ['Monday morning', 'ON: Caf\u00e9 first.\nPN: Tired.\n'],
      ['plan', '# Plan\n\nAsk *again*.'],
      ['Visit', 'ON: The kettle was on.\nTN: Tea brings people together.\nWho\tWhat\nMember 4\tsang'],
    ]);
    expect(new Set(notes.map((note) => `${note.visit_id} ${note.deidentification}`))).toEqual(
      new Set([`${cast.visit.id} raw`]),
    );
    const files = await t.owner('attachments').where({ note_id: notes[2].id }).orderBy('id');
    expect(files.map((file) => [file.file_name, file.media_type])).toEqual([
      ['Visit.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      ['picture 1 of Visit.docx.png', 'image/png'],
    ]);
    const kept = await researcher
      .get(`${cast.study.path}/notes/${notes[2].id}/attachments/${files[0].id}`)
      .buffer(true)
      .parse((answer, end) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => end(null, Buffer.concat(pieces)));
      });
    expect(docx.equals(kept.body as Buffer)).toBe(true);
    // What was read is in the notes, and nowhere else.
    expect(await t.owner('note_import_documents').whereNot({ body: '' })).toEqual([]);
    expect((await readdir(t.config.uploadsFolder)).filter((name) => name !== 'incoming')).toHaveLength(4);

    await researcher.post(`${path}/notes/removal`, {}, path);
    expect((await notesNow()).every((note) => note.removed_at !== null)).toBe(true);
    await researcher.post(`${path}/notes/restoration`, {}, path);
    expect((await notesNow()).every((note) => note.removed_at === null)).toBe(true);
  });
});

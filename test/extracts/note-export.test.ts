import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aMemo } from '../support/codebook-builders.ts';
import { aCoding, aNote, aTheme } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExporter as anExporterOf } from './an-exporter.ts';
import { paragraphsOf, partsOf } from './read-package.ts';
import { expectWellFormed } from './well-formed.ts';

const t = useTestApp();

const BODY = 'ON: She held the 🚪 door & waited.\n\nTN: Waiting <again>. And more.\nNobody is named here.';

/** A note of three paragraphs: one coding within the first, one from there into the second, one of words that have gone. */
async function aCodedNote() {
  const cast = await anExporterOf(t);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: BODY, title: 'At the door' });
  const parent = await aTheme(t.owner, cast.study.id, { by, name: 'Places' });
  const doors = await aTheme(t.owner, cast.study.id, { by, name: 'Doors', parentId: parent.id, colour: '#d4351c' });
  const held = await aCoding(t.owner, cast.study.id, { note, themeId: doors.id, by, start: 8, end: 23 });
  const across = await aCoding(t.owner, cast.study.id, { note, themeId: parent.id, by, start: 26, end: 44 });
  const gone = await aCoding(t.owner, cast.study.id, { note, themeId: parent.id, by, start: 0, end: 2 });
  await t.owner('codings').where({ id: gone.id }).update({ needs_review_at: new Date(), quote: 'go' });
  await t.owner('codings').where({ study_id: cast.study.id }).update({ created_at: '2012-05-03T12:00:00Z' });
  await aMemo(t.owner, cast.study.id, { codingId: held.id, by, body: 'A good one' });
  const make = async (format: string) => cast.bytes((await cast.request({ format, note: note.id })).path);
  return { ...cast, note, held, across, gone, make };
}

describe('one note', () => {
  test('POST exports · gives its text with numbered paragraphs and its codings below them · as plain text', async () => {
    const { make, researcher } = await aCodedNote();
    const text = (await make('note-txt')).toString('utf8');
    const coder = `${researcher.name}, 3 May 2012`;
    expect(text).toContain(
      `\n1  ON: She held the 🚪 door & waited.\n    [1] Places > Doors: “held the 🚪 door” (${coder})\n        Memo, `,
    );
    expect(text).toContain(
      `    [2] Places: “waited. TN: Waiti” (${coder})\n\n2  TN: Waiting <again>. And more.\n\n3  Nobody`,
    );
    expect(text).toContain(`Codings that need review\n`);
    expect(text).toContain(`    [3] Places: “go” (${coder})\n`);
  });

  test('POST exports · puts the codings beside the paragraphs · as a document', async () => {
    const { make } = await aCodedNote();
    const parts = await partsOf(await make('note-docx'));
    for (const [name, xml] of parts) expectWellFormed(name, xml);
    const paragraphs = paragraphsOf(parts.get('word/document.xml')!).map(({ text }) => text);
    const from = paragraphs.indexOf('Codings') + 1;
    const at = (text: string) => paragraphs.findIndex((each, index) => index >= from && each.startsWith(text));
    expect(paragraphs).toContain('ON: She held the 🚪 door1 & waited.2');
    expect(paragraphs).toContain('TN: Waiti2ng <again>. And more.');
    expect([at('1  Places > Doors\n') > 0, at('2  goes on') > at('2  Places\n'), at('3  Places\n') > 0]).toEqual([
      true,
      true,
      true,
    ]);
    expect(parts.get('docProps/core.xml')).toContain(': At the door</dc:title>');
  });

  test('POST exports · puts the codings beside the paragraphs, in the colours of their themes · as a page', async () => {
    const { make } = await aCodedNote();
    const html = (await make('note-html')).toString('utf8');
    expect(html).toContain('She <mark>held the 🚪 door</mark><sup>1</sup> &amp; <mark>waited.</mark><sup>2</sup>');
    expect(html).toContain('.cd4351c { border-left-color: #d4351c; }');
    expect(html).toContain('<div class="coding stripe cd4351c"><b dir="auto">1 Places &gt; Doors</b>');
    expect(html).not.toContain('<script');
  });

  test('GET exports/:export/file · sends the same bytes again, and 409 once the note has gone', async () => {
    const cast = await aCodedNote();
    const { path, id } = await cast.request({ format: 'note-docx', note: cast.note.id });
    const first = await cast.bytes(path);
    expect((await cast.bytes(path)).equals(first)).toBe(true);
    expect(await t.owner('exports').where({ id }).first()).toMatchObject({ format: 'note-docx', row_count: '3' });
    await t.owner('notes').where({ id: cast.note.id }).update({ removed_at: new Date() });
    expect((await cast.session.get(`${path}/file`)).status).toBe(409);
    expect((await cast.session.page(path))('main').text()).toContain('has changed since this export was made');
  });

  test('GET notes/:note · offers the formats, and each makes an export', async () => {
    const cast = await aCodedNote();
    const $ = await cast.session.page(`${cast.study.path}/notes/${cast.note.id}`);
    const form = $('.app-download-form');
    const formats = form.find('option').map((_, option) => $(option).attr('value')!);
    expect(formats.get()).toEqual(['note-docx', 'note-html', 'note-txt']);
    const id = form.find('[name=id]').val() as string;
    const answer = await cast.session.post(form.attr('action')!, { id, note: cast.note.id, format: 'note-txt' });
    expect(answer.headers.location).toBe(`${cast.exports}/${id}`);
  });
});

describe('what stays inside', () => {
  test('POST exports · leaves out paragraphs that are withheld, and their codings · in every format', async () => {
    const cast = await aCodedNote();
    await t.owner('note_mentions').del();
    const participant = newId();
    await t.owner('participants').insert({
      id: participant,
      study_id: cast.study.id,
      agency_id: cast.agency.id,
      pseudonym: 'Nobody',
      role: 'service-user',
      consent: 'declined',
    });
    const { rows } = await t.owner.raw('select start_position from note_withheld where note_id = ?', [cast.note.id]);
    expect(rows).toHaveLength(1);
    const [text, html] = [await cast.make('note-txt'), await cast.make('note-html')];
    const document = (await partsOf(await cast.make('note-docx'))).get('word/document.xml')!;
    for (const file of [text.toString('utf8'), html.toString('utf8'), document]) {
      expect(file).not.toContain('is named here');
      expect(file).toContain('[This paragraph is withheld because of consent.]');
    }
  });

  test('POST exports · answers 422 with what to do, and records nothing · for a text that is kept for author and lead', async () => {
    const cast = await aCodedNote();
    await t.owner('note_revisions').where({ note_id: cast.note.id }).update({ kept_for: cast.lead.membershipId });
    for (const format of ['note-txt', 'note-docx', 'note-html']) {
      const answer = await cast.session.post(cast.exports, { id: newId(), format, note: cast.note.id });
      expect([answer.status, answer.text.includes('De-identify it first')]).toEqual([422, true]);
    }
    expect(await t.owner('exports').where({ study_id: cast.study.id })).toEqual([]);
  });

  test('POST exports · leaves out what is coded blind, even for its coder', async () => {
    const cast = await aCodedNote();
    await t.owner('codings').where({ id: cast.held.id }).update({ sealed_to: cast.researcher.membershipId });
    const coder = await BrowserSession.as(t.app, cast.researcher);
    const id = newId();
    await coder.post(cast.exports, { id, format: 'note-txt', note: cast.note.id });
    const file = await coder.get(`${cast.exports}/${id}/file`).buffer(true);
    expect([file.text.includes('Places > Doors'), file.text.includes('“waited.')]).toEqual([false, true]);
  });
});

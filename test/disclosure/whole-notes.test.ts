import { describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { parse } from 'csv-parse/sync';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { anAgency, anAttachment, aParticipant, aTheme } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { partsOf } from '../extracts/read-package.ts';
import { aDiscloser, OUTSIDE_ID, WHOLE } from './disclosing.ts';

const t = useTestApp();

const BODY = 'ON: Samuel Okafor sat 👋 down with Priya.\nPN: Mine.\nTN: Sam left.';

/** A study that knows a Samuel Okafor by the pseudonym Ray, and has one note about him. */
async function aNoteOnSam() {
  const cast = await aDiscloser(t);
  await t.owner('agencies').where({ id: cast.agency.id }).update({ name: 'Harbour Steps', code: 'HAR' });
  await t.owner('memberships').where({ id: cast.researcher.membershipId }).update({ name: 'Priya Menon' });
  const sam = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Ray' });
  await anIdentity(t.owner, cast.study.id, { participantId: sam.id, by: cast.lead.membershipId });
  const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId, name: 'What Sam wants' });
  const given = { body: BODY, title: 'A day with Sam', themeId: theme.id };
  const extract = await anExtract(t.owner, cast, { ...given, quote: 'Okafor sat 👋 down' });
  await t
    .owner('visits')
    .where({ id: extract.visit.id })
    .update({ setting: 'Sam’s kitchen', purpose: 'See Harbour Steps' });
  return { ...cast, theme, extract };
}

describe('tables for R and Python', () => {
  const tableIn = (parts: Map<string, string>, name: string) =>
    parse(parts.get(name)!, { columns: true }) as Record<string, string>[];

  test('GET disclosures/:id/file · are the team’s tables with labels, months and texts that leave · and positions that fit', async () => {
    const cast = await aNoteOnSam();
    const { id, file } = await cast.letGo({ format: 'tidy-zip' });
    expect(file.headers['content-disposition']).toMatch(/filename="?export-1-\d{4}-\d\d-\d\d\.zip/);
    const parts = await partsOf(file.body as Buffer);
    const [note] = tableIn(parts, 'notes.csv');
    expect(note).toMatchObject({
      note_id: expect.stringMatching(OUTSIDE_ID) as unknown as string,
      title: 'A day with [Ray]',
      text: 'ON: [Ray] sat 👋 down with [Coder 2].\n[withheld]\nTN: [Ray] left.',
      begun_at: '',
      saved_at: '',
      finished_at: '',
    });
    const [coding] = tableIn(parts, 'codings.csv');
    expect(coding).toMatchObject({
      quote: '[Ray] sat 👋 down',
      note_id: note!.note_id,
      theme_id: cast.theme.id,
      paragraph_label: 'ON',
      coded_at: expect.stringMatching(/^\d{4}-\d\d$/) as unknown as string,
    });
    expect(note!.note_id).not.toBe(cast.extract.note.id);
    expect(Array.from(note!.text!).slice(Number(coding!.start), Number(coding!.end)).join('')).toBe(
      '[Ray] sat 👋 down',
    );
    expect(tableIn(parts, 'visits.csv')).toMatchObject([
      { visit_date: '2011-11', starts_at: '', ends_at: '', setting: '[Ray]’s kitchen', purpose: 'See [Agency A]' },
    ]);
    expect(tableIn(parts, 'agencies.csv')[0]).toMatchObject({ agency_code: 'A', agency_name: 'Agency A', sector: '' });
    expect(tableIn(parts, 'members.csv').map(({ name, role }) => [name, role])).toContainEqual(['Coder 2', '']);
    expect(tableIn(parts, 'themes.csv')[0]).toMatchObject({ name: 'What [Ray] wants', path: 'What [Ray] wants' });
    expect(parts.get('README.md')).toContain('These tables are for people outside the research team.');
    const { preview } = await cast.rowOf(id);
    expect([preview.rows, preview.notes, preview.paragraphs, preview.swapped.participant]).toEqual([1, 1, 1, 4]);
  });

  test('GET disclosures/:id/file · tells a sector · where three of the lettered agencies have it', async () => {
    const cast = await aNoteOnSam();
    const sectors = async (choices: Record<string, string> = {}) => {
      const { file } = await cast.letGo({ format: 'tidy-zip', ...choices });
      return tableIn(await partsOf(file.body as Buffer), 'agencies.csv').map(({ sector }) => sector);
    };
    const { sector } = await t.owner('agencies').where({ id: cast.agency.id }).first('sector');
    expect(await sectors({ agencies: 'code' })).toEqual([sector]);
    for (const name of ['Alder', 'Birch']) {
      const agency = await anAgency(t.owner, cast.study.id, { name });
      await t.owner('agencies').where({ id: agency.id }).update({ sector });
    }
    expect(await sectors()).toEqual([sector, sector, sector]);
  });

  test('GET disclosures/:id/file · has no row of a note that was not released, nor of its visit', async () => {
    const cast = await aNoteOnSam();
    const { id } = await cast.prepare({ format: 'tidy-zip', notes: 'releasable', unreleased_reason: '' });
    const { preview } = await cast.rowOf(id);
    expect([preview.notes, preview.rows, preview.withheld.unreleased]).toEqual([0, 0, 1]);
  });
});

describe('files kept with notes', () => {
  test('GET disclosures/:id · lists them by what they are, never by name · and so do the tables and the note', async () => {
    const cast = await aNoteOnSam();
    const note = cast.extract.note.id;
    const { id } = await anAttachment(t.owner, cast.study.id, { noteId: note, by: cast.researcher.membershipId });
    const row = { file_name: 'Sam Okafor.pdf', media_type: 'application/pdf', byte_length: 120_000 };
    await t.owner('attachments').where({ id }).update(row);
    const words = 'Attachment 1: a PDF of 120 KB with note 1';
    const { path, file } = await cast.letGo({ format: 'tidy-zip' });
    const $ = await cast.session.page(path);
    expect($('.app-disclosure__files a').text()).toBe(words);
    expect($('.app-disclosure__files a').attr('href')).toBe(`${cast.study.path}/notes/${note}`);
    expect($('main').text()).not.toContain('Okafor');
    expect((await partsOf(file.body as Buffer)).get('README.md')).toContain(`- ${words}\n`);
    const txt = await cast.letGo({ format: 'note-txt', note });
    expect((txt.file.body as Buffer).toString('utf8')).toContain(`Stays with the team: ${words}\n`);
  });
});

describe('one note', () => {
  test('GET disclosures/:id/file · holds labels, and what is about the note · in every format', async () => {
    const cast = await aNoteOnSam();
    await t.owner('memos').insert({
      id: newId(),
      study_id: cast.study.id,
      coding_id: cast.extract.id,
      body: 'Ask Sam.\nPN: I fear Sam.',
      written_by: cast.researcher.membershipId,
    });
    const note = cast.extract.note.id;
    const { file } = await cast.letGo({ format: 'note-txt', note });
    const text = (file.body as Buffer).toString('utf8');
    expect(text).toContain('A day with [Ray]\n');
    expect(text).toContain('\n1  ON: [Ray] sat 👋 down with [Coder 2].\n');
    expect(text).toContain('[1] What [Ray] wants: “[Ray] sat 👋 down” (Coder 2');
    expect(text).toContain('Memo, Coder 2');
    expect(text).toContain(': Ask [Ray].\n');
    expect(text).toContain('\n2  [withheld]\n');
    expect(text).toContain('Agency: Agency A\nVisit: November 2011, ');
    expect(text).toMatch(/\nText: Revision \d+, saved in \S+ \d{4}\n/);
    expect(text).toContain('For: People outside the research team: known names are replaced');
    expect(text).not.toMatch(/Sam|Okafor|Priya|Harbour|HAR|PN:|14 November/);
    for (const format of ['note-docx', 'note-html']) {
      const made = await cast.letGo({ format, note });
      const bytes = made.file.body as Buffer;
      const whole = format === 'note-html' ? bytes.toString('utf8') : [...(await partsOf(bytes)).values()].join('');
      expect(whole).toContain('[Ray]');
      expect(whole).not.toMatch(/Sam|Okafor|Priya|Harbour|PN:/);
    }
  });

  test('GET notes/:id · leads the lead alone there, with the note chosen', async () => {
    const cast = await aNoteOnSam();
    const page = `${cast.study.path}/notes/${cast.extract.note.id}`;
    const $ = await cast.session.page(page);
    const href = $('.app-export-outside a').attr('href')!;
    const form = await cast.session.page(href);
    expect(form('input[name=note]').attr('value')).toBe(cast.extract.note.id);
    expect(form('input[name=format]').first().attr('value')).toBe('note-docx');
    const other = await (await BrowserSession.as(t.app, cast.researcher)).page(page);
    expect(other('.app-export-outside')).toHaveLength(0);
  });

  test('POST disclosures · wants to know which note', async () => {
    const cast = await aNoteOnSam();
    const answer = await cast.session.post(`${cast.study.path}/disclosures`, {
      ...WHOLE,
      id: newId(),
      format: 'note-txt',
    });
    expect(answer.status).toBe(422);
    expect(load(answer.text)('main').text()).toContain('Open the note and choose “For people outside the team” there.');
  });
});

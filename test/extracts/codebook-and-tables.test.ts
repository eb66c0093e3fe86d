import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { aMember, aParticipant, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExporter as anExporterOf } from './an-exporter.ts';
import { anExtract } from './an-extract.ts';
import { paragraphsOf, partsOf } from './read-package.ts';
import { expectWellFormed } from './well-formed.ts';

const t = useTestApp();
const rowsOf = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[];

async function aCodedStudy() {
  const cast = await anExporterOf(t);
  const by = cast.researcher.membershipId;
  const places = await aTheme(t.owner, cast.study.id, { by, name: 'Places', position: 1 });
  const doors = await aTheme(t.owner, cast.study.id, { by, name: 'Doors & gates', parentId: places.id, position: 1 });
  const people = await aTheme(t.owner, cast.study.id, { by, name: 'People', position: 2 });
  await t.owner('themes').where({ id: doors.id }).update({
    definition: 'What lets in <and> out',
    when_to_use: 'Any door',
    when_not_to_use: 'Windows',
    example: '“After you”',
  });
  const extract = await anExtract(t.owner, cast, {
    quote: '=held',
    body: 'She =held, the "🚪"\ndoor',
    themeId: doors.id,
    title: 'A, "b"',
  });
  return { ...cast, places, doors, people, extract };
}

describe('the codebook as a document', () => {
  test('POST exports · has each theme with number, count, definition, rules and example, and can be made again', async () => {
    const cast = await aCodedStudy();
    const $ = await cast.session.page(`${cast.study.path}/themes`);
    expect($('form.app-download-link [name=format]').val()).toBe('codebook-docx');
    const { id, path } = await cast.request({ format: 'codebook-docx' });
    const bytes = await cast.bytes(path);
    expect((await cast.bytes(path)).equals(bytes)).toBe(true);
    const parts = await partsOf(bytes);
    for (const [name, xml] of parts) expectWellFormed(name, xml);
    const paragraphs = paragraphsOf(parts.get('word/document.xml')!).map(({ style, text }) => `${style}: ${text}`);
    const from = paragraphs.findIndex((text) => text.startsWith('Heading1'));
    expect(paragraphs.slice(from)).toEqual([
      'Heading1: 1  Places',
      'Definition: 0 codings; 1 with its sub-themes',
      'Definition: Not described yet.',
      'Heading2: 1.1  Doors & gates',
      'Definition: 1 coding',
      'Normal: Definition. What lets in <and> out',
      'Normal: When to use it. Any door',
      'Normal: When not to use it. Windows',
      'Normal: Example. “After you”',
      'Heading1: 2  People',
      'Definition: 0 codings',
      'Definition: Not described yet.',
    ]);
    expect(await t.owner('exports').where({ id }).first()).toMatchObject({ row_count: '3' });
  });

  test('POST exports · says which codebook it is, in the record and in the file · after a version and a change', async () => {
    const cast = await aCodedStudy();
    await cast.session.post(`${cast.study.path}/codebook/versions`, {
      id: cast.study.id,
      name: 'After the first visits',
    });
    const { id, path } = await cast.request({ format: 'codebook-docx' });
    const text = (await partsOf(await cast.bytes(path))).get('word/document.xml')!;
    expect(text).toContain('Version 1, “After the first visits”');
    expect((await t.owner('exports').where({ id }).first()).codebook).toBe('Version 1, “After the first visits”');
    expect((await cast.session.page(path))('main').text()).toContain('Version 1, “After the first visits”');
  });
});

describe('tables for R or Python', () => {
  test('POST exports · has every column that the dictionary names, and ids that join', async () => {
    const cast = await aCodedStudy();
    const { id, path } = await cast.request({ format: 'tidy-zip' });
    const bytes = await cast.bytes(path);
    expect((await cast.bytes(path)).equals(bytes)).toBe(true);
    const parts = await partsOf(bytes);
    expect([...parts.keys()]).toEqual([
      'README.md',
      'dictionary.csv',
      ...['agencies', 'visits', 'notes', 'themes', 'codings', 'members'].map((name) => `${name}.csv`),
    ]);
    const dictionary = rowsOf(parts.get('dictionary.csv')!);
    let rows = 0;
    for (const [name, csv] of [...parts].slice(2)) {
      const [header] = parse(csv, { to: 1 }) as string[][];
      expect([name, header]).toEqual([
        name,
        dictionary.filter(({ file }) => file === name).map(({ column }) => column),
      ]);
      rows += rowsOf(csv).length;
    }
    expect(Number((await t.owner('exports').where({ id }).first()).row_count)).toBe(rows);
    const [coding] = rowsOf(parts.get('codings.csv')!);
    expect(coding).toMatchObject({
      coding_id: cast.extract.id,
      note_id: cast.extract.note.id,
      theme_id: cast.doors.id,
      coder_id: cast.researcher.membershipId,
      start: '4',
      end: '9',
      quote: "'=held",
      needs_review: 'no',
    });
    const note = rowsOf(parts.get('notes.csv')!).find((row) => row.note_id === coding!.note_id)!;
    expect(note).toMatchObject({
      title: 'A, "b"',
      text: 'She =held, the "🚪"\ndoor',
      text_leaves: 'yes',
      visit_id: cast.extract.visit.id,
    });
    const visit = rowsOf(parts.get('visits.csv')!).find((row) => row.visit_id === note.visit_id)!;
    expect(visit).toMatchObject({
      agency_id: cast.agency.id,
      visit_date: '2011-11-14',
      starts_at: '2011-11-14T10:00:00.000Z',
      minutes: '60',
      phase_order: '1',
    });
    expect(
      rowsOf(parts.get('themes.csv')!).map(({ path: at, level, parent_id: parent }) => [at, level, parent]),
    ).toEqual([
      ['Places', '1', ''],
      ['Places > Doors & gates', '2', cast.places.id],
      ['People', '1', ''],
    ]);
  });

  test('POST exports · holds no identity, no agency staff, and no text that is withheld or kept', async () => {
    const cast = await aCodedStudy();
    const staff = await aMember(t.owner, cast.study.id, {
      role: 'agency',
      agencyId: cast.agency.id,
      name: 'Staff Person',
    });
    await anExtract(t.owner, cast, { quote: 'kept words', title: 'Kept title' }).then(async ({ id, note }) => {
      await t.owner('note_revisions').where({ note_id: note.id }).update({ kept_for: cast.lead.membershipId });
      await t.owner('codings').where({ id }).update({ kept_for: cast.lead.membershipId });
    });
    await anExtract(t.owner, cast, { quote: 'about Rosalind', body: 'first\nabout Rosalind\nlast' });
    await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Rosalind', consent: 'declined' });
    const parts = await partsOf(await cast.bytes((await cast.request({ format: 'tidy-zip' })).path));
    const all = [...parts.values()].join('');
    for (const word of [staff.name, 'kept words', 'Kept title', 'Rosalind']) expect(all).not.toContain(word);
    expect(parts.get('notes.csv')).toContain(`first\n${'░'.repeat(14)}\nlast`);
    const leaves = rowsOf(parts.get('notes.csv')!).map((row) => row.text_leaves);
    expect([leaves.length, leaves.filter((said) => said === 'no').length]).toEqual([3, 1]);
  });
});

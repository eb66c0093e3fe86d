import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { checkProject } from '../../server/exchange/export/check-service.ts';
import { STANDARD } from '../../server/exchange/refi/profile.ts';
import { useTestApp } from '../support/test-app.ts';
import { CODE, g, projectXml, qdpx, selection, TEXT } from './a-project.ts';
import { imported } from './attempt.ts';
import { exportStudy, LIMIT } from './support.ts';

// Which agency a text belongs to is said in three ways, and is the same after the study has left and come back.

const t = useTestApp();

const coding = (number: number, code: string): string =>
  `<Coding guid="${g(number)}"><CodeRef targetGUID="${code}"/></Coding>`;
const text = (number: number, inside: string): string =>
  `<TextSource guid="${g(number)}" name="Text ${number}"><PlainTextContent>${TEXT}</PlainTextContent>${inside}</TextSource>`;

/** The title of each note with its agency. */
async function agenciesOfNotes(studyId: string): Promise<string[]> {
  const rows = await t
    .owner('note_revisions')
    .join('notes', 'notes.id', 'note_revisions.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .where('notes.study_id', studyId)
    .orderBy('title')
    .select('title', 'agencies.name');
  return rows.map(({ title, name }) => `${title} · ${name}`);
}

async function again(studyId: string): Promise<string> {
  const { file } = await exportStudy(t, studyId);
  expect(await checkProject(file, STANDARD, LIMIT)).toEqual([]);
  return (await imported(t, await readFile(file))).studyId;
}

const CODES = `<Code guid="${CODE}" name="BlueSCI" isCodable="true"/><Code guid="${g(5)}" name="Trust" isCodable="true"/>`;
const CASES = `<Cases><Case guid="${CODE}" name="BlueSCI"/><Case guid="${g(21)}" name="Elsewhere"/><Case guid="${g(22)}" name="Far"><SourceRef targetGUID="${g(33)}"/></Case></Cases>`;
const PROJECT = projectXml({
  origin: 'NVivo 12.7 Mac',
  codes: CODES,
  cases: CASES,
  // The one by the GUID that a code has too, the next by that of its case alone, the third by reference, the last by two.
  inSource: selection(10, 4, 17, { code: g(5) }) + coding(600, CODE),
  sources:
    text(32, coding(601, g(21))) + text(33, '') + text(34, coding(602, g(21)) + coding(603, g(22))) + text(35, ''),
});

test('a text belongs to the case that refers to it, or whose GUID it is coded with, also once it has left', async () => {
  const { studyId, said } = await imported(t, qdpx(PROJECT));
  const expected = [
    'Cafe · BlueSCI',
    'Text 32 · Elsewhere',
    'Text 33 · Far',
    'Text 34 · Imported',
    'Text 35 · Imported',
  ];
  expect(await agenciesOfNotes(studyId)).toEqual(expected);
  expect(said).toContain(
    'changed: Sources that are coded with several cases, and that no case refers to, stand with the agency “Imported”.',
  );
  const second = await again(studyId);
  expect(await agenciesOfNotes(second)).toEqual(expected);
  expect(await t.owner('agencies').where({ study_id: second }).count('* as count').first()).toEqual({ count: '4' });
  expect(await agenciesOfNotes(await again(second))).toEqual(expected);
});

test('a text goes out with the agency that it was moved to here', async () => {
  const { studyId } = await imported(t, qdpx(PROJECT));
  const agency = async (name: string): Promise<string> =>
    (await t.owner('agencies').where({ study_id: studyId, name }).first('id')).id;
  const move = async (title: string, to: string): Promise<void> => {
    const { visit_id: id } = await t
      .owner('notes')
      .join('note_revisions', 'note_revisions.note_id', 'notes.id')
      .where({ 'notes.study_id': studyId, title })
      .first('visit_id');
    await t
      .owner('visits')
      .where({ id })
      .update({ agency_id: await agency(to) });
  };
  await move('Cafe', 'Far');
  await move('Text 33', 'Elsewhere');
  await move('Text 35', 'BlueSCI');
  expect(await agenciesOfNotes(await again(studyId))).toEqual([
    'Cafe · Far',
    'Text 32 · Elsewhere',
    'Text 33 · Elsewhere',
    'Text 34 · Imported',
    'Text 35 · BlueSCI',
  ]);
});

test.each([
  ['İstanbul', 'istanbul', 'ISTANBUL', 'ıstanbul'],
  ['ΟΔΟΣ', 'οδοσ', 'οδος'],
  ['Straße', 'STRAẞE', 'straße'],
  ['ﬁne', 'fine'],
])('names that some database takes for the same are told apart: %s', async (...names) => {
  const codes = names.map((name, at) => `<Code guid="${g(70 + at)}" name="${name}" isCodable="true"/>`).join('');
  const cases = `<Cases>${names.map((name, at) => `<Case guid="${g(80 + at)}" name="${name}"/>`).join('')}</Cases>`;
  const { studyId } = await imported(t, qdpx(projectXml({ codes, cases, inSource: '' })));
  const [first, ...others] = names;
  const expected = [first, ...others.map((name, at) => `${name} (${at + 2})`)].toSorted();
  const namesIn = async (table: string): Promise<string[]> =>
    (await t.owner(table).where({ study_id: studyId }).whereNot('name', 'Imported').pluck<string[]>('name')).toSorted();
  expect(await namesIn('themes')).toEqual(expected);
  expect(await namesIn('agencies')).toEqual(expected);
});

test.each(['9999-12-31T23:59:59Z', '0001-01-01T00:00:00', '0001-01-01T00:00:00+02:00', '9999-12-31T23:59:59-11:00'])(
  'the first and the last day that programs know are no date: %s',
  async (at) => {
    const dated = projectXml({
      sourceAttributes: `plainTextPath="internal://a.txt" creationDateTime="${at}" modifiedDateTime="${at}"`,
    });
    const { studyId, said } = await imported(t, qdpx(dated));
    const { created_at: created } = await t.owner('notes').where({ study_id: studyId }).first('created_at');
    expect((created as Date).getFullYear()).toBe(new Date().getFullYear());
    expect(said).toContain(
      'kept: Some dates are no dates, or lie outside the years 2 to 9998; another date of the same thing was taken.',
    );
    await again(studyId);
  },
);

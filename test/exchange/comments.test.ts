import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { aPerson } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { g, projectXml, qdpx, selection, SOURCE, TEXT, USER } from './a-project.ts';
import { archiveOf, restoreFile } from './archive-support.ts';
import { imported } from './attempt.ts';
import { exportedXml, exportStudy } from './support.ts';

// Programs let people comment on a passage, a text, the project, and write that into its Description: here it is a memo that
// people see, and it leaves again where it stood.

const t = useTestApp();
const there = useTestApp();

const exported = (studyId: string): Promise<string> => exportedXml(t, studyId);

const said = (text: string): string => `<Description>${text}</Description>`;
const commented = (passage: string, text: string): string => passage.replace('<Coding ', `${said(text)}<Coding `);
const LONG = `Long ${'and longer '.repeat(300)}`;
const NOTE = `<Notes><Note guid="${g(50)}" name="On doors"><PlainTextContent>They were open.</PlainTextContent></Note></Notes>`;

const PROJECT = projectXml({
  origin: 'ATLAS.ti 26',
  inSource: `${commented(selection(10, 4, 17), 'Who is she?')}<PlainTextSelection guid="${g(11)}" startPosition="24" endPosition="28">${said('They? All of them?')}</PlainTextSelection>`,
  sources: `<TextSource guid="${g(80)}" name="Long">${said(LONG)}<PlainTextContent>Tea.</PlainTextContent></TextSource>
<PictureSource guid="${g(90)}" name="Sketch" path="internal://s.png"><PictureSelection guid="${g(91)}" firstX="1" firstY="2" secondX="3" secondY="4">${said('A corner')}</PictureSelection></PictureSource>`,
  after: `${NOTE}${said('About quiet corners')}`,
});

const memosOf = async (studyId: string): Promise<{ about: string; body: string }[]> => {
  const rows = await t.owner('memos').where({ study_id: studyId }).orderBy('body').select('*');
  return rows.map((row) => ({
    about: row.coding_id ? 'coding' : row.theme_id ? 'theme' : row.note_id ? 'note' : 'study',
    body: row.body,
  }));
};

test('what a passage, a text, an area and the project say of themselves is a memo, and leaves where it stood', async () => {
  const { studyId } = await imported(t, qdpx(PROJECT, TEXT, [{ name: 'sources/s.png', data: 'x' }]));
  expect(await memosOf(studyId)).toEqual(
    [
      { about: 'study', body: 'About quiet corners' },
      { about: 'note', body: LONG },
      // A memo has no title here: it stands above its words.
      { about: 'study', body: 'On doors\n\nThey were open.' },
      { about: 'coding', body: 'Who is she?' },
      { about: 'note', body: '“They”\n\nThey? All of them?' },
      { about: 'note', body: '“[area 1,2 to 3,4] A corner”\n\nA corner' },
    ].toSorted((a, b) => (a.body < b.body ? -1 : 1)),
  );
  const xml = await exported(studyId);
  for (const text of ['Who is she?', 'They? All of them?', 'A corner', 'About quiet corners', LONG])
    expect(xml.split(said(text))).toHaveLength(2);
  expect(xml.match(/<Note /g)).toHaveLength(1);
  expect(xml).toContain('name="On doors"');
  const again = await imported(t, await readFile((await exportStudy(t, studyId)).file));
  expect(await memosOf(again.studyId)).toEqual(await memosOf(studyId));
});

test('it leaves as it was rewritten here, and not at all once it is removed', async () => {
  const { studyId } = await imported(t, qdpx(PROJECT, TEXT, [{ name: 'sources/s.png', data: 'x' }]));
  await t.owner('memos').where({ study_id: studyId, body: 'Who is she?' }).update({ body: 'The cook.' });
  const [{ written_by: by }] = await t.owner('memos').where({ study_id: studyId }).limit(1);
  await t
    .owner('memos')
    .where({ study_id: studyId })
    .whereLike('body', '%All of them?')
    .update({ removed_at: new Date(), removed_by: by });
  const xml = await exported(studyId);
  expect(xml).toContain(said('The cook.'));
  expect(xml).not.toMatch(/Who is she|All of them/);
  expect(xml.match(/<Note /g)).toHaveLength(1);
});

test('it becomes a note of its own · when its passage is no longer known, because the text was rewritten', async () => {
  const { studyId } = await imported(t, qdpx(PROJECT, TEXT, [{ name: 'sources/s.png', data: 'x' }]));
  const note = await t.owner('note_revisions').where({ study_id: studyId, title: 'Cafe' }).first();
  const { id: _, ...row } = note;
  await t.owner('note_revisions').insert({ ...row, id: g(999), number: 2, body: 'All is new.' });
  await t.owner('notes').where({ id: note.note_id }).update({ latest_revision: 2 });
  const xml = await exported(studyId);
  expect(xml).not.toContain(said('They? All of them?'));
  expect(xml.match(/<Note /g)).toHaveLength(2);
  expect(xml).toMatch(new RegExp(`<Link [^>]*name="memo"[^>]*targetGUID="${SOURCE}"`));
  const again = await imported(t, await readFile((await exportStudy(t, studyId)).file));
  expect(await memosOf(again.studyId)).toContainEqual({ about: 'note', body: '“They”\n\nThey? All of them?' });
});

test('coders whom the file does not list are themselves again after they left', async () => {
  const [ANN, BEN] = ['b7c93640-0000-4000-8000-000000000001', 'b7c93640-0000-4000-8000-000000000002'];
  const inSource = [ANN, BEN, 'Priya', undefined]
    .map((coder, at) =>
      selection(10 + at, 4, 17).replace(` creatingUser="${USER}"`, coder ? ` creatingUser="${coder}"` : ''),
    )
    .join('');
  const coders = async (studyId: string): Promise<string[]> =>
    t
      .owner('codings')
      .join('memberships', 'memberships.id', 'codings.coder_id')
      .where('codings.study_id', studyId)
      .orderBy('memberships.name')
      .pluck('memberships.name');
  const first = await imported(t, qdpx(projectXml({ inSource })));
  expect(await coders(first.studyId)).toEqual([
    'Coder b7c93640',
    'Coder b7c93640 (2)',
    'Coder not named in the file',
    'Priya',
  ]);
  await exported(first.studyId);
  const second = await imported(t, await readFile((await exportStudy(t, first.studyId)).file));
  expect(await coders(second.studyId)).toEqual(await coders(first.studyId));
});

test('it is a note of the file · when what its text was is no longer kept', async () => {
  const { studyId } = await imported(t, qdpx(PROJECT, TEXT, [{ name: 'sources/s.png', data: 'x' }]));
  // As a participant's withdrawal leaves it.
  await t.owner('exchange_origins').where({ study_id: studyId }).whereIn('kind', ['Source', 'SourceNote']).delete();
  const xml = await exported(studyId);
  expect(xml.match(/<Note /g)).toHaveLength(5);
  const again = await imported(t, await readFile((await exportStudy(t, studyId)).file));
  expect(await memosOf(again.studyId)).toEqual(await memosOf(studyId));
});

test('it is the same in another installation · when an archive of the study is restored there', async () => {
  const { studyId } = await imported(t, qdpx(PROJECT, TEXT, [{ name: 'sources/s.png', data: 'x' }]));
  await restoreFile(there, await aPerson(there.owner), await archiveOf(t, studyId));
  expect((await exportStudy(there, studyId)).sha256).toBe((await exportStudy(t, studyId)).sha256);
});

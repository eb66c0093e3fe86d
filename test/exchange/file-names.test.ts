import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { g, projectXml, qdpx, selection, TEXT } from './a-project.ts';
import { attempt, codingsOf, imported } from './attempt.ts';
import { exportedXml, exportStudy } from './support.ts';
import { type ZipEntry, zipBytes } from './zip-bytes.ts';

// Names of files, in the archive and in the project that refers to them, as programs write them.

const t = useTestApp();
const UNSAID = { flags: 0 };

test.each<[what: string, path: string, entry: ZipEntry]>([
  ['UTF-8, unsaid', 'Überblick – Café.txt', { name: 'sources/Überblick – Café.txt', data: TEXT, ...UNSAID }],
  ['UTF-8, said', 'Überblick – Café.txt', { name: 'sources/Überblick – Café.txt', data: TEXT }],
  ['accents apart in the archive', 'Überblick.txt', { name: 'sources/Überblick.txt'.normalize('NFD'), data: TEXT }],
  ['accents apart in the project', 'Überblick.txt'.normalize('NFD'), { name: 'sources/Überblick.txt', data: TEXT }],
  ['accents apart, unsaid', 'Überblick.txt', { name: 'sources/Überblick.txt'.normalize('NFD'), data: TEXT, ...UNSAID }],
  ['as an address has it', '%C3%9Cberblick%201.txt', { name: 'sources/Überblick 1.txt', data: TEXT }],
  ['not in UTF-8, and plain', 'Ueber.txt', { name: 'sources/UEBER.TXT', data: TEXT, ...UNSAID }],
])('a text is found by its name: %s', async (_, path, entry) => {
  const project = projectXml({ sourceAttributes: `plainTextPath="internal://${path}"` });
  const { studyId } = await imported(t, zipBytes([{ name: 'project.qde', data: project }, entry]));
  expect((await codingsOf(t, studyId)).map(({ quote }) => quote)).toEqual(['held the door']);
});

test('a file that was found leaves again, however its path was written', async () => {
  const sources = `<PictureSource guid="${g(80)}" name="Sketch" path="internal://${'Übersicht 1.png'.normalize('NFD')}"/><PictureSource guid="${g(81)}" name="Other" path="internal://b%20c.png"/>`;
  const { studyId } = await imported(
    t,
    qdpx(projectXml({ sources }), TEXT, [
      { name: 'sources/Übersicht 1.png', data: 'one' },
      { name: 'sources/b c.png', data: 'two' },
    ]),
  );
  expect((await exportedXml(t, studyId)).match(/ path="internal:\/\/[^"]+"/g)).toHaveLength(2);
  const again = await imported(t, await readFile((await exportStudy(t, studyId)).file));
  const count = await t.owner('attachments').where({ study_id: again.studyId }).count('* as files').first();
  expect(count).toEqual({ files: '2' });
});

const STRAY = [
  { name: 'sources/Thumbs.db', data: 'x' },
  { name: 'sources/pictures/thumbs.db', data: 'y' },
];

test('a name that is there twice is nobody’s affair · unless something refers to it', async () => {
  expect((await attempt(t, qdpx(projectXml(), TEXT, STRAY))).refused).toBeUndefined();
  const sources = `<PictureSource guid="${g(80)}" name="Sketch" path="internal://Thumbs.db"/>`;
  expect(await attempt(t, qdpx(projectXml({ sources }), TEXT, STRAY))).toEqual({
    refused: expect.stringMatching(/holds “thumbs.db” twice, in different folders/),
    left: {},
  });
  const text = [{ name: 'sources/old/a.txt', data: 'Something else.' }];
  expect(await attempt(t, qdpx(projectXml(), TEXT, text))).toEqual({
    refused: expect.stringMatching(/holds “a.txt” twice, in different folders/),
    left: {},
  });
});

test('a coding with several codes is one coding for each', async () => {
  const [OTHER, THIRD] = [g(70), g(71)];
  const codes = `<Code guid="${g(2)}" name="Welcome" isCodable="true"/><Code guid="${OTHER}" name="Trust" isCodable="true"/><Code guid="${THIRD}" name="Tea" isCodable="true"/>`;
  const inSource = selection(10, 4, 17, { inside: `<CodeRef targetGUID="${OTHER}"/><CodeRef targetGUID="${THIRD}"/>` });
  const { studyId, said } = await imported(t, qdpx(projectXml({ codes, inSource })));
  expect(said).toContain('changed: Codings with several codes became one coding for each.');
  const themes = async (study: string): Promise<string[]> => (await codingsOf(t, study)).map(({ theme }) => theme);
  expect(await themes(studyId)).toEqual(['Tea', 'Trust', 'Welcome']);
  await exportedXml(t, studyId);
  expect(await themes((await imported(t, await readFile((await exportStudy(t, studyId)).file))).studyId)).toEqual([
    'Tea',
    'Trust',
    'Welcome',
  ]);
});

test('codes that are nested deeper than themes can be stand on the last level, and leave where they stood', async () => {
  const depth = 14;
  const codes = `${Array.from({ length: depth }, (_, at) => `<Code guid="${g(100 + at)}" name="Level ${at + 1}" isCodable="true">`).join('')}${'</Code>'.repeat(depth)}`;
  const nested = /(<Code [^>]*name="Level \d+"[^/>]*>\s*){13}<Code [^>]*name="Level 14"/;
  const { studyId } = await imported(t, qdpx(projectXml({ codes, inSource: '' })));
  const levels = async (study: string): Promise<number[]> => {
    const { rows } = await t.owner.raw(
      `with recursive tree as (select id, 1 as level from themes where study_id = :study and parent_id is null
        union all select themes.id, tree.level + 1 from themes join tree on tree.id = themes.parent_id)
       select level from tree order by level`,
      { study },
    );
    return rows.map(({ level }: { level: number }) => level);
  };
  const expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10, 10];
  expect(await levels(studyId)).toEqual(expected);
  expect(await exportedXml(t, studyId)).toMatch(nested);
  // Moved here, it stands where it was moved to.
  await t.owner('themes').where({ study_id: studyId, name: 'Level 14' }).update({ parent_id: null });
  expect(await exportedXml(t, studyId)).not.toMatch(nested);
});

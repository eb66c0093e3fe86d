import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as byStatements from '../../migrations/20261125184000_derive_texts_by_statement.ts';
import * as faster from '../../migrations/20261125187000_load_studies_faster.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

// Paragraphs and words for searching are derived once for all rows of a statement. What comes of it is what the triggers
// made that did it row by row.

const t = useTestApp();

const piece = fc.oneof(
  fc.constantFrom(
    'ON: ',
    'TN:',
    'MN:\t',
    'PN: ',
    'TN',
    '\n',
    '\n\n',
    ' ',
    '  ',
    '\u00a0',
    '\u2003',
    '\ufeff',
    '\u0085',
  ),
  fc.constantFrom('\t', '\r', '\u000b', '\u3000', '\u200b', '\u1680', 'x'.repeat(300)),
  fc.constantFrom(
    'Café',
    'e\u0301',
    '👋🏽',
    'שלום',
    'gardens',
    'two words',
    "worker's",
    '\\n',
    ':',
    'a-b',
    'x@example.org',
  ),
);
const bodies = fc.array(
  fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
  { minLength: 1, maxLength: 8 },
);
// Longer than one part of the index, in one paragraph and in many.
const LONG = ['word '.repeat(25_000), 'TN: a line of words\n'.repeat(6_000), `${'garden '.repeat(9_000)}\nPN: tea`];

async function derived(notes: readonly string[]): Promise<{ paragraphs: object[]; words: object[] }> {
  const { rows: paragraphs } = await t.owner.raw(
    `select array_position(:notes::uuid[], note_id) as note, number, start_position, end_position, label, word_count, kept_for, md5(body)
       from note_paragraphs where note_id = any (:notes::uuid[]) order by 1, 2`,
    { notes },
  );
  const { rows: words } = await t.owner.raw(
    `select array_position(:notes::uuid[], note_id) as note, part, parts, kept_for, md5(document::text)
       from note_search where note_id = any (:notes::uuid[]) order by 1, 2`,
    { notes },
  );
  return { paragraphs, words };
}

test('what is derived of texts is the same · row by row as it was, and at once for many rows', async () => {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const given = [...fc.sample(bodies, { numRuns: 60, seed: 18 }).flat(), ...LONG];
  const add = async (insert: (rows: object[]) => Promise<unknown>): ReturnType<typeof derived> => {
    const notes: string[] = [];
    for (const _ of given)
      notes.push((await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: null })).id);
    await insert(
      notes.map((note_id, index) => ({
        id: newId(),
        study_id: cast.study.id,
        note_id,
        number: 1,
        title: `Note ${index}: tea`,
        body: given[index],
        saved_by: by,
      })),
    );
    return derived(notes);
  };
  const byStatement = await add((rows) => t.owner('note_revisions').insert(rows));
  const oneByOne = await add(async (rows) => {
    for (const row of rows) await t.owner('note_revisions').insert(row);
  });
  await faster.down(t.owner);
  await byStatements.down(t.owner);
  const asItWas = await add((rows) => t.owner('note_revisions').insert(rows));
  await byStatements.up(t.owner);
  await faster.up(t.owner);
  expect(byStatement).toEqual(asItWas);
  expect(oneByOne).toEqual(asItWas);
  expect(asItWas.words).toContainEqual(expect.objectContaining({ parts: 3, part: 3 }));
});

test('of two revisions that one statement adds the newer one counts', async () => {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const { id } = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: null });
  const revision = (number: number, body: string): object => ({
    id: newId(),
    study_id: cast.study.id,
    note_id: id,
    number,
    title: 'Tea',
    body,
    saved_by: by,
  });
  await t.owner('note_revisions').insert([revision(2, 'The newer'), revision(1, 'The older\nof the two')]);
  expect(await t.owner('note_paragraphs').where({ note_id: id }).pluck('body')).toEqual(['The newer']);
});

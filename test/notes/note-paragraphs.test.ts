import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countWords } from '../../server/notes/note-text.ts';
import { paragraphsOf } from '../../server/notes/paragraphs.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

const piece = fc.oneof(
  fc.constantFrom(
    'ON: ',
    'TN:',
    'MN:\t',
    'PN: ',
    'ON',
    '\n',
    '\n\n',
    ' ',
    '\u00a0',
    '\u2003',
    '\ufeff',
    '\u0085',
    '\u200b',
  ),
  fc.constantFrom('Café', 'e\u0301', '👋🏽', 'שלום', 'word', 'two words', "'quoted'", '\\n', ':'),
);

test('the database keeps the paragraphs that the program sees · for any text', async () => {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const body = pieces.join('');
      const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body });
      const kept = await t
        .owner('note_paragraphs')
        .where({ note_id: note.id, revision_id: note.revisionId, study_id: cast.study.id })
        .orderBy('number')
        .select('number', 'start_position', 'end_position', 'label', 'body', 'word_count');
      expect(kept).toEqual(
        paragraphsOf(body).map(({ number, start, end, label, text }) => ({
          number,
          start_position: start,
          end_position: end,
          label,
          body: text,
          word_count: countWords(text),
        })),
      );
    }),
    { numRuns: 150 },
  );
});

test('a newer revision takes the place of the older · in its paragraphs', async () => {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: 'One\nTwo\nThree' });
  await t.owner('note_revisions').insert({
    id: cast.visit.id,
    study_id: cast.study.id,
    note_id: note.id,
    number: 2,
    title: 'Later',
    body: 'TN: Only this',
    saved_by: by,
  });
  const kept = await t.owner('note_paragraphs').where({ note_id: note.id }).select('body', 'label');
  expect(kept).toEqual([{ body: 'TN: Only this', label: 'TN' }]);
});

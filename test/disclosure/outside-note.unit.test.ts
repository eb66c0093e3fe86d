import { expect, test } from '@jest/globals';
import { namesOf } from '../../server/identities/known-names.ts';
import { disguiseFor } from '../../server/disclosure/cast.ts';
import { SAFEST } from '../../server/disclosure/choices.ts';
import { outsideNote } from '../../server/disclosure/outside-note.ts';
import { codePointLength, sliceCodePoints } from '../../server/shared/text.ts';

const disguised = disguiseFor(
  {
    people: [{ participantId: 'p', agencyId: 'a', pseudonym: 'Ray', names: namesOf('Samuel Okafor', ['Sam']) }],
    members: [{ id: 'm', name: 'Dr Priya Menon', role: 'researcher', agencyId: null }],
    agencies: [{ id: 'a', name: 'Newbridge Early Intervention Service', code: 'NEW' }],
    secret: 's',
  },
  SAFEST,
);

const BODY =
  'ON: 👋 Samuel Okafor sat down.\nPN: I dislike Sam.\nTN: Priya met Sam at Newbridge, e\u0301t\u00e9.\nON: Secret of Ann.\nON: end Samuel\nOkafor';

function noteOf(words: readonly string[]) {
  const codings = words.map((quote) => {
    const start = codePointLength(BODY.slice(0, BODY.indexOf(quote)));
    return { start, end: start + codePointLength(quote), quote, createdAt: '2011-11-14T19:00:00Z' };
  });
  const note = {
    agencyId: 'a',
    title: 'Sam’s day',
    body: BODY,
    setting: 'Sam’s flat',
    purpose: '',
    phase: 'First',
    createdAt: '2011-11-14T10:00:00Z',
    savedAt: '2011-12-02T10:00:00Z',
    completedAt: '2011-12-02T10:00:00Z',
    startsAt: '2011-11-14T09:00:00Z' as string | undefined,
    endsAt: '2011-11-14T09:30:00Z' as string | undefined,
  };
  return { note, codings };
}

const secret = codePointLength(BODY.slice(0, BODY.indexOf('ON: Secret')));
const consent = [{ start: secret, end: secret + codePointLength('ON: Secret of Ann.') }];

test('outsideNote() · keeps positions and words in step · and withholds personal and withheld paragraphs with their codings', () => {
  const quotes = [
    'Okafor sat',
    '👋 Samuel',
    'I dislike',
    'Priya met Sam',
    'down.\nPN',
    'Secret',
    'end Samuel\nOkafor',
    'e\u0301t\u00e9.',
  ];
  const { note, codings, swapped, withheld } = outsideNote(noteOf(quotes), { disguised, choices: SAFEST, consent });
  expect(note.body).toBe(
    'ON: 👋 [Ray] sat down.\n[withheld]\nTN: [Coder 1] met [Ray] at [Agency A], e\u0301t\u00e9.\n[withheld]\nON: end [Ray]',
  );
  expect(codings.map(({ quote }) => quote)).toEqual([
    '[Ray] sat',
    '👋 [Ray]',
    '[Coder 1] met [Ray]',
    'end [Ray]',
    'e\u0301t\u00e9.',
  ]);
  for (const { start, end, quote } of codings) expect(sliceCodePoints(note.body, start, end)).toBe(quote);
  expect(withheld).toEqual({ paragraphs: 2, codings: 3 });
  // In the body four of two people and one agency, and one each in title and setting.
  expect(swapped).toEqual({ participant: 5, member: 1, agency: 1, contact: 0 });
});

test('outsideNote() · tells months and no days · and nothing of when a visit began', () => {
  const { note, codings } = outsideNote(noteOf(['sat']), { disguised, choices: SAFEST, consent: [] });
  expect(codings[0]!.createdAt).toBe('2011-11-01T00:00:00Z');
  expect(note).toMatchObject({
    title: '[Ray]’s day',
    setting: '[Ray]’s flat',
    createdAt: '2011-11-01T00:00:00Z',
    savedAt: '2011-12-01T00:00:00Z',
    completedAt: null,
    startsAt: undefined,
    endsAt: undefined,
  });
  const days = outsideNote(noteOf(['sat']), { disguised, choices: { ...SAFEST, dates: 'day' }, consent: [] });
  expect(days.note.startsAt).toBe('2011-11-14T09:00:00Z');
  expect(days.codings[0]!.createdAt).toBe('2011-11-14T19:00:00Z');
});

test('outsideNote() · withholds a name that reaches out of a personal paragraph', () => {
  const given = noteOf([]);
  const body = 'PN: I met Samuel\nOkafor today.';
  const { note } = outsideNote(
    { note: { ...given.note, body }, codings: [] },
    { disguised, choices: SAFEST, consent: [] },
  );
  expect(note.body).toBe('[withheld] today.');
});

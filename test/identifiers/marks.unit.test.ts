import { expect, test } from '@jest/globals';
import { marksIn } from '../../server/identifiers/marks.ts';
import { namesOf } from '../../server/identities/known-names.ts';
import { sliceCodePoints } from '../../server/shared/text.ts';

const SAM = {
  participantId: 'sam',
  agencyId: 'agency',
  pseudonym: 'Member 4',
  names: namesOf('Samuel Okafor', ['Sam']),
};

test('an e-mail address is one place with the names in it · and a name beside it another', () => {
  const text = 'ON: Sam writes from sam.okafor@example.org about Sam.';
  expect(marksIn(text, [SAM]).map(({ start, end, kind }) => `${kind}: ${sliceCodePoints(text, start, end)}`)).toEqual([
    'known: Sam',
    'email: sam.okafor@example.org',
    'known: Sam',
  ]);
});

import type { KnownPerson } from '../identities/known-names.ts';
import { type IdentifierKind, likelyIdentifiers } from './likely-identifiers.ts';
import { findMentions } from './mentions.ts';

/**
 * A place of a text that tells, or may tell, who somebody is: half-open [start, end) in code points. `people` are those
 * who are known to bear the name, none where it is only likely to be an identifier.
 */
export type Mark = {
  start: number;
  end: number;
  kind: 'known' | IdentifierKind;
  isCertain: boolean;
  people: KnownPerson[];
};

/** Known names and likely identifiers together, in order and never overlapping: what is known goes before what is likely. */
export function marksIn(text: string, people: readonly KnownPerson[]): Mark[] {
  const likely = likelyIdentifiers(text);
  // A name in an e-mail address is no place of its own: the whole address tells.
  const addresses = likely.filter(({ kind }) => kind === 'email');
  const mentions = findMentions(text, people).filter(
    ({ start, end }) => !addresses.some((address) => address.start <= start && end <= address.end),
  );
  const known: Mark[] = mentions
    .filter(({ by }) => by === 'name')
    .map((mention) => ({
      start: mention.start,
      end: mention.end,
      kind: 'known',
      isCertain: mention.certainty === 'certain',
      people: mention.people,
    }));
  const marks = [...known];
  let next = 0;
  for (const { start, end, kind } of likely) {
    while (next < mentions.length && mentions[next]!.end <= start) next += 1;
    const mention = mentions[next];
    if (mention && mention.start < end) continue;
    marks.push({ start, end, kind, isCertain: false, people: [] });
  }
  return marks.toSorted((one, other) => one.start - other.start);
}

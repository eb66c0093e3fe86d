import { findMentions } from '../identifiers/mentions.ts';
import type { KnownPerson } from '../identities/known-names.ts';
import { codePointLength } from '../shared/text.ts';

/** A paragraph in which people are looked for: [start, end) in code points of revision `revisionId`. */
export type SearchedParagraph = { revisionId: string; start: number; end: number; body: string };
export type FoundMention = Omit<SearchedParagraph, 'body'> & Pick<KnownPerson, 'participantId'>;

/**
 * Which paragraphs name which people by their real names. A name that several people bear counts for all of them: what
 * one of them does not allow is better withheld too often than once too little. What is only offered to a reader
 * elsewhere (lower case, common words) does not count.
 */
export function nameMentions(
  paragraphs: readonly SearchedParagraph[],
  people: readonly KnownPerson[],
  agencyId: string,
): FoundMention[] {
  if (people.length === 0 || paragraphs.length === 0) return [];
  const text = paragraphs.map(({ body }) => body).join('\n\n');
  const found = findMentions(text, people).filter(({ by }) => by === 'name');
  const mentions: FoundMention[] = [];
  let next = 0;
  let start = 0;
  for (const { body, ...place } of paragraphs) {
    const end = start + codePointLength(body);
    const named = new Set<string>();
    for (; next < found.length && found[next]!.start < end; next += 1) {
      const mention = found[next]!;
      if (mention.certainty === 'certain') for (const person of mention.people) named.add(person.participantId);
      else if (mention.people.length > 1 && !/^\p{Ll}/u.test(mention.text))
        for (const person of mention.people) if (person.agencyId === agencyId) named.add(person.participantId);
    }
    for (const participantId of named) mentions.push({ ...place, participantId });
    start = end + 2;
  }
  return mentions;
}

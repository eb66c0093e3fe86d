import { bracketed } from '../../identifiers/replacements.ts';
import type { IdentifierKind } from '../../identifiers/likely-identifiers.ts';
import type { Mark } from '../../identifiers/marks.ts';
import { indexText } from '../../shared/text.ts';
import type { FoundIdentifiers } from './identifier-service.ts';

// What stands for an identifier that no pseudonym stands for.
const STAND_INS: Record<IdentifierKind, string> = {
  name: 'name',
  place: 'place',
  date: 'date',
  postcode: 'postcode',
  telephone: 'telephone number',
  email: 'e-mail address',
  'nhs-number': 'NHS number',
};

/** For the editor: positions in UTF-16, the unit of a browser, and nothing of the text itself. */
export function identifiersView(text: string, { marks, agencyId, namable }: FoundIdentifiers, studyPath: string) {
  const source = indexText(text);
  return {
    marks: marks.map((mark) => ({
      start: source.utf16(mark.start),
      end: source.utf16(mark.end),
      ...wordsOf(mark, agencyId),
    })),
    participants: namable.map(({ id, pseudonym }) => ({
      pseudonym,
      href: `${studyPath}/participants/${id}/identity`,
    })),
  };
}

/** `what` it is, in words, and by what it can be replaced: people of the visit's agency first, and alone if anybody. */
function wordsOf({ kind, isCertain, people }: Mark, agencyId: string) {
  if (kind !== 'known') return { what: `likely ${STAND_INS[kind]}`, kind, replacements: [bracketed(STAND_INS[kind])] };
  const here = people.filter((person) => person.agencyId === agencyId);
  const choices = here.length > 0 ? here : people;
  const isSure = isCertain || (here.length === 1 && people.length > 1);
  return {
    what: isSure ? 'known name' : 'perhaps a known name',
    kind,
    replacements: [...new Set(choices.map(({ pseudonym }) => bracketed(pseudonym)))],
  };
}

/** What the page of a note says of the identifiers in it; nothing where there are none. */
export function identifierCountView(count: number | undefined, notePath: string) {
  if (count === 0) return undefined;
  const counted = count === 1 ? '1 likely identifier is' : `${count?.toLocaleString('en-GB')} likely identifiers are`;
  return {
    text:
      count === undefined
        ? 'This note is too long to count the likely identifiers in it here.'
        : `${counted} in this note: names, places, dates or numbers that may tell who somebody is.`,
    href: `${notePath}/deidentification`,
  };
}

import type { Mark } from '../../identifiers/marks.ts';
import { STAND_INS, standInsFor } from '../../identifiers/stand-ins.ts';
import { indexText } from '../../shared/text.ts';
import type { FoundIdentifiers } from './identifier-service.ts';

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

function wordsOf(mark: Mark, agencyId: string) {
  const { replacements, isSure } = standInsFor(mark, agencyId);
  if (mark.kind !== 'known') return { what: `likely ${STAND_INS[mark.kind]}`, kind: mark.kind, replacements };
  return { what: isSure ? 'known name' : 'perhaps a known name', kind: mark.kind, replacements };
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

import { segmentsOf } from '../../coding/segments.ts';
import { paragraphsOf } from '../../notes/paragraphs.ts';
import { indexText } from '../../shared/text.ts';
import type { ExportDescription, LeavingMemo } from '../extract-source.ts';

/** A coding of the note. [start, end) in code points of its text; `isCurrent` false: its words are of an older text. */
export type NoteCoding = {
  id: string;
  start: number;
  end: number;
  quote: string;
  themePath: string;
  colour: string;
  coder: string;
  codedAt: string;
  isCurrent: boolean;
  memos: LeavingMemo[];
};

/** The note and where it comes from. `visitDate` is a calendar date, instants are ISO in UTC. */
export type LeavingNote = {
  id: string;
  title: string;
  body: string;
  revision: number;
  agencyName: string;
  agencyCode: string;
  phase: string;
  setting: string;
  visitDate: string;
  author: string;
  savedAt: string;
};

/** All that one note's file is made of, in any format. `withheld` are the beginnings of paragraphs that stay inside. */
export type NoteSource = {
  description: ExportDescription;
  note: LeavingNote;
  withheld: ReadonlySet<number>;
  codings: NoteCoding[];
  memos: LeavingMemo[];
  /** Files that are kept with it and are not passed on, in words; undefined: for the team, who has them. */
  filesLeft?: string[];
};

/** A stretch of a paragraph with the numbers of its codings, and of those that end with it, or with the paragraph. */
export type MarkedWords = { text: string; codings: number[]; ending: number[] };
export type NumberedCoding = NoteCoding & { number: number };
export type MarkedParagraph = {
  number: number;
  isWithheld: boolean;
  words: MarkedWords[];
  /** Those that begin here, and those that began before and go on. */
  beginning: NumberedCoding[];
  continuing: NumberedCoding[];
};

export const WITHHELD_WORDS = '[This paragraph is withheld because of consent.]';

/** The paragraphs of a note with their codings, numbered from 1 as they begin; and those that have no place any more. */
export function markedNote({ note, withheld, codings }: NoteSource): {
  paragraphs: MarkedParagraph[];
  placeless: NumberedCoding[];
} {
  const placed = codings
    .filter(({ isCurrent }) => isCurrent)
    .toSorted((left, right) => left.start - right.start || right.end - left.end || (left.id < right.id ? -1 : 1));
  const numbered = [...placed, ...codings.filter(({ isCurrent }) => !isCurrent)].map(
    (coding, index): NumberedCoding => ({ ...coding, number: index + 1 }),
  );
  const current = numbered.filter(({ isCurrent }) => isCurrent);
  const body = indexText(note.body);
  const paragraphs = paragraphsOf(note.body).map(({ number, start, end }): MarkedParagraph => {
    if (withheld.has(start))
      return {
        number,
        isWithheld: true,
        words: [{ text: WITHHELD_WORDS, codings: [], ending: [] }],
        beginning: [],
        continuing: [],
      };
    const touching = current.filter((coding) => coding.start < end && coding.end > start);
    return {
      number,
      isWithheld: false,
      words: segmentsOf(start, end, touching).map((segment) => ({
        text: body.slice(segment.start, segment.end),
        codings: segment.codings.map((coding) => coding.number),
        ending: touching.filter((coding) => Math.min(coding.end, end) === segment.end).map((coding) => coding.number),
      })),
      beginning: touching.filter((coding) => coding.start >= start),
      continuing: touching.filter((coding) => coding.start < start),
    };
  });
  const shown = new Set(paragraphs.flatMap(({ beginning, continuing }) => [...beginning, ...continuing]));
  return { paragraphs, placeless: numbered.filter((coding) => !shown.has(coding)) };
}

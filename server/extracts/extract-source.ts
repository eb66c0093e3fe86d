import type { Properties } from '../documents/parts.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';
import type { ExportSubject } from './export-formats.ts';
import type { RawWords } from './raw-words.ts';
import type { ExtractCounts } from './extract-queries.ts';

/** What every file says about the export that it is. `filter` in the words that it had when the export was asked for. */
export type ExportDescription = {
  study: string;
  number: number;
  madeBy: string;
  madeAt: Date;
  timeZone: string;
  filter: { field: string; text: string }[];
  /** Which codebook, in words. */
  codebook: string;
  /** How much is of notes that are not de-identified; null where nobody counted, and nothing is said. */
  subject?: ExportSubject | undefined;
  raw?: RawWords | null | undefined;
  /** For whom the file is; undefined: for the team. */
  audience?: string | undefined;
};

/**
 * An extract as it leaves: the coding with its full provenance. `visitDate` is a calendar date in the study's time zone
 * ("2011-11-14"), `codedAt` an instant (ISO, UTC); positions are code points of the revision.
 */
export type LeavingExtract = {
  id: string;
  quote: string;
  contextBefore: string;
  contextAfter: string;
  themeId: string;
  themePath: string;
  agencyId: string;
  agencyCode: string;
  agencyName: string;
  phase: string;
  visitId: string;
  visitDate: string;
  noteId: string;
  noteTitle: string;
  revision: number;
  label: ParagraphLabel;
  coderId: string;
  coder: string;
  codedAt: string;
  /** Null where they would count the words of a text that the reader does not have. */
  start: number | null;
  end: number | null;
  needsReview: boolean;
  /** What decides whether it may leave the team: its note was released, and its words are those of the newest text. */
  isReleased: boolean;
  isLatest: boolean;
  memos: LeavingMemo[];
};

export type LeavingMemo = { author: string; writtenAt: string; body: string };

/** A theme of the codebook in its order; `count` is how many of the extracts that leave are its own. */
export type LeavingTheme = {
  id: string;
  path: string;
  name: string;
  depth: number;
  definition: string;
  whenToUse: string;
  whenNotToUse: string;
  example: string;
  colour: string;
  isRetired: boolean;
  count: number;
};

/** In which order extracts leave: as notes are read, or by theme (in the codebook's order), then agency. */
export type LeavingOrder = 'reading' | 'theme';

/**
 * All that a file of extracts is made of. Every format is a plain function of this, so that whoever must change what
 * leaves (pseudonyms, masks, what is withheld) changes it here and need know no format. Rows can be read once.
 */
export type ExtractSource = {
  description: ExportDescription;
  counts: ExtractCounts;
  themes: LeavingTheme[];
  rows: AsyncIterable<LeavingExtract>;
};

/** What a document says of itself in its properties. */
export function propertiesOf({ study, number, madeBy, madeAt }: ExportDescription, title: string): Properties {
  return { title: `${study}: ${title}`, subject: `Export ${number}`, creator: madeBy, created: madeAt };
}

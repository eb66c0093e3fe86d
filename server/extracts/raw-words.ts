import { counted } from '../shared/counted.ts';
import type { ExportSubject } from './export-formats.ts';

/** How much is of notes that are not de-identified: extracts, and the notes that they, or whole texts, are of. */
export type RawWords = { extracts: number; notes: number };

export const NO_RAW_WORDS: RawWords = { extracts: 0, notes: 0 };

/** What of an export it is, as counted when it left; undefined where there is none, or nobody counted. */
export function rawInWords(
  raw: RawWords | null | undefined,
  subject: ExportSubject | undefined = 'extracts',
): string | undefined {
  if (!raw || raw.notes === 0) return undefined;
  if (subject === 'note') return 'The note';
  const notes = counted(raw.notes, 'note');
  if (subject === 'extracts') return `${counted(raw.extracts, 'extract')} of ${notes}`;
  return raw.extracts === 0 ? notes : `${notes}, with ${counted(raw.extracts, 'coding')}`;
}

/** The same as a sentence. */
export function rawSentence(raw: RawWords | null, subject: ExportSubject): string | undefined {
  const what = rawInWords(raw, subject);
  const one = subject === 'extracts' ? raw?.extracts === 1 : raw?.notes === 1;
  return what && `${what} ${one || subject === 'note' ? 'is' : 'are'} not de-identified yet.`;
}

/** The same of extracts before they leave. */
export function rawWarning({ extracts, notes }: RawWords, what = 'extract'): string | undefined {
  if (extracts === 0) return undefined;
  const come = extracts === 1 ? 'comes' : 'come';
  return `${counted(extracts, what)} ${come} from ${notesThat(notes)} not de-identified yet: there may be real names in ${extracts === 1 ? 'it' : 'them'}.`;
}

/** The same of whole notes. */
export function rawTextsWarning({ notes }: Pick<RawWords, 'notes'>): string | undefined {
  if (notes === 0) return undefined;
  const are = notes === 1 ? 'is' : 'are';
  return `${counted(notes, 'note')} ${are} not de-identified yet: there may be real names in ${notes === 1 ? 'it' : 'them'}.`;
}

const notesThat = (notes: number): string => (notes === 1 ? 'a note that is' : `${counted(notes, 'note')} that are`);

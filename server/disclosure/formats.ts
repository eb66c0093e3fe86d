import { EXPORT_FORMATS, type ExtractFormat, type NoteFormat } from '../extracts/export-formats.ts';

/** Files of extracts, in the order in which they are offered. */
const OF_EXTRACTS = ['csv', 'xlsx', 'docx', 'html', 'jsonl'] as const satisfies readonly ExtractFormat[];
/** Made of the same as files of extracts, with the count of each theme, and of every extract whatever the filter. */
const COUNTED_CODEBOOK = 'codebook-docx';
/** Files of the whole study or its codebook, which no filter narrows. */
const OF_STUDY = ['qdpx', 'qdpx-nvivo', 'qdc', 'codebook-csv'] as const;

/** Files of one note, offered where it was chosen. */
const OF_NOTE = ['note-docx', 'note-html', 'note-txt'] as const satisfies readonly NoteFormat[];

/** What can leave the team. */
export const FORMATS = [...OF_EXTRACTS, 'tidy-zip', ...OF_STUDY, COUNTED_CODEBOOK, ...OF_NOTE] as const;
export type OutsideFormat = (typeof FORMATS)[number];
export type NoteOutside = (typeof OF_NOTE)[number];

/** What is offered for a filter: its notes first where it is of one note. */
export function formatsFor(filter: { note?: unknown }): readonly OutsideFormat[] {
  const of = [filter.note ?? []].flat();
  return of.length === 1 ? [...OF_NOTE, ...OF_EXTRACTS] : FORMATS.filter((format) => !isOfNote(format));
}

export function isOfNote(format: OutsideFormat): format is NoteOutside {
  return (OF_NOTE as readonly string[]).includes(format);
}
export type StudyFormat = (typeof OF_STUDY)[number];

export function isOfStudy(format: OutsideFormat): format is StudyFormat {
  return (OF_STUDY as readonly string[]).includes(format);
}

export function isOfExtracts(format: OutsideFormat): boolean {
  return (OF_EXTRACTS as readonly string[]).includes(format);
}

export function formatWords(format: OutsideFormat): { name: string; hint: string } {
  const { name, hint } = EXPORT_FORMATS[format];
  const words = isOfExtracts(format) ? `Extracts, ${name}` : name;
  return { name: words, hint: hint.charAt(0).toUpperCase() + hint.slice(1) };
}

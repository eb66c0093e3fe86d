import { EXPORT_FORMATS, type ExtractFormat } from '../extracts/export-formats.ts';

/** Files of extracts, in the order in which they are offered. */
const OF_EXTRACTS = ['csv', 'xlsx', 'docx', 'html', 'jsonl'] as const satisfies readonly ExtractFormat[];
/** Made of the same as files of extracts, with the count of each theme, and of every extract whatever the filter. */
const COUNTED_CODEBOOK = 'codebook-docx';
/** Files of the whole study or its codebook, which no filter narrows. */
const OF_STUDY = ['qdpx', 'qdpx-nvivo', 'qdc', 'codebook-csv'] as const;

/** What can leave the team. */
export const FORMATS = [...OF_EXTRACTS, ...OF_STUDY, COUNTED_CODEBOOK] as const;
export type OutsideFormat = (typeof FORMATS)[number];
export type StudyFormat = (typeof OF_STUDY)[number];

export function isOfStudy(format: OutsideFormat): format is StudyFormat {
  return (OF_STUDY as readonly string[]).includes(format);
}

export function isOfExtracts(format: OutsideFormat): boolean {
  return (OF_EXTRACTS as readonly string[]).includes(format);
}

export function formatWords(format: OutsideFormat): { name: string; hint: string } {
  const { name, hint } = EXPORT_FORMATS[format];
  const words = isOfStudy(format) || format === COUNTED_CODEBOOK ? name : `Extracts, ${name}`;
  return { name: words, hint: hint.charAt(0).toUpperCase() + hint.slice(1) };
}

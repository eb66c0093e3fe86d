import { NVIVO, type Profile, STANDARD } from '../refi/profile.ts';

export const FORMATS = ['qdpx', 'qdpx-nvivo', 'archive', 'qdc', 'codebook-csv'] as const;
export type Format = (typeof FORMATS)[number];
export type CodebookFormat = 'qdc' | 'codebook-csv';

export function isOfCodebook(format: Format): format is CodebookFormat {
  return format === 'qdc' || format === 'codebook-csv';
}

/** How positions are counted in a project of that format. */
export function profileFor(format: Format): Profile {
  return format === 'qdpx-nvivo' ? NVIVO : STANDARD;
}

/** What each member of the team may make and download: an archive also holds what only a lead may read. */
export function formatsFor(role: string): Format[] {
  return FORMATS.filter((format) => format !== 'archive' || role === 'lead');
}

export const FORMATS = ['qdpx', 'qdpx-nvivo', 'archive', 'qdc', 'codebook-csv'] as const;
export type Format = (typeof FORMATS)[number];

/** What each member of the team may make and download: an archive also holds what only a lead may read. */
export function formatsFor(role: string): Format[] {
  return FORMATS.filter((format) => format !== 'archive' || role === 'lead');
}

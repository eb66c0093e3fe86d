export const FORMATS = ['qdpx', 'qdpx-nvivo', 'archive', 'qdc', 'codebook-csv'] as const;
export type Format = (typeof FORMATS)[number];

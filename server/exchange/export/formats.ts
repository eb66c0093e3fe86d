export const FORMATS = ['qdpx', 'qdpx-nvivo', 'qdc', 'codebook-csv'] as const;
export type Format = (typeof FORMATS)[number];

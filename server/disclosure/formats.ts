export const FORMATS = ['csv'] as const;
export type OutsideFormat = (typeof FORMATS)[number];

export const FORMAT_WORDS: Record<OutsideFormat, { name: string; hint: string }> = {
  csv: { name: 'Extracts as CSV', hint: 'A line a coded passage, for a spreadsheet or a statistics program' },
};

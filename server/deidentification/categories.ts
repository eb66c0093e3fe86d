/** What kind of thing told who somebody is, and what was done about it: the log of replacements keeps both. */
export const CATEGORIES = [
  'name',
  'place',
  'organisation',
  'date',
  'age',
  'occupation',
  'family',
  'health',
  'offence',
  'contact',
  'number',
  'rare event',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const TECHNIQUES = ['pseudonym', 'generalise', 'remove'] as const;
export type Technique = (typeof TECHNIQUES)[number];

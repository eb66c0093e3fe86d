export const SECTORS = ['third sector', 'statutory', 'private', 'other'] as const;
export type Sector = (typeof SECTORS)[number];

export const STATUSES = ['active', 'paused', 'left'] as const;
export type Status = (typeof STATUSES)[number];

/** What people read for each. */
export const SECTOR_WORDS: Record<Sector, string> = {
  'third sector': 'Third sector',
  statutory: 'Statutory',
  private: 'Private',
  other: 'Other',
};
export const STATUS_WORDS: Record<Status, string> = {
  active: 'Takes part',
  paused: 'Paused',
  left: 'Has left the study',
};

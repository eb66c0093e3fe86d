const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const SEASONS = [
  'winter',
  'winter',
  'spring',
  'spring',
  'spring',
  'summer',
  'summer',
  'summer',
  'autumn',
  'autumn',
  'autumn',
  'winter',
];

/**
 * A date made general: "3 May 2011" becomes "spring 2011". Without a year it takes that of the visit; undefined where no
 * month can be told, and for years far from the visit, which may be somebody's birth.
 */
export function seasonOf(words: string, visitYear: number): string | undefined {
  const month = monthOf(words);
  if (month === undefined) return undefined;
  const year = Number(/\b(?:19|20)\d\d\b/.exec(words)?.[0] ?? visitYear);
  return Math.abs(year - visitYear) > 3 ? undefined : `${SEASONS[month - 1]} ${year}`;
}

function monthOf(words: string): number | undefined {
  const name = /[a-z]{3,9}/gi;
  for (const [word] of words.matchAll(name)) {
    const index = MONTHS.findIndex((month) => month.startsWith(word.toLowerCase()));
    if (index !== -1) return index + 1;
  }
  // 2011-05-03, and 3/5/2011 as it is written in Britain.
  const figures = words.match(/\d{1,4}/g)?.map(Number) ?? [];
  const month = figures.length === 3 ? figures[1] : undefined;
  return month !== undefined && month >= 1 && month <= 12 ? month : undefined;
}

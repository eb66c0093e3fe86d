const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
// Nobody is older: two figures above this are of the last century.
const THIS_CENTURY = 26;

/**
 * "1964-05-03" of a day in any usual writing: 3/5/64, 03.05.1964, 3rd of May 1964, May 3, 1964, 1964-05-03. Figures are
 * read in the British order. Undefined where the words give no whole day.
 */
export function calendarDay(words: string): string | undefined {
  const iso = /(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})/.exec(words);
  if (iso) return dayOf(iso[1]!, Number(iso[2]), iso[3]!);
  const figures = /(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})/.exec(words);
  if (figures) return dayOf(figures[3]!, Number(figures[2]), figures[1]!);
  const run = /^\D*(\d{2})(\d{2})(\d{4}|\d{2})\D*$/.exec(words);
  if (run) return dayOf(run[3]!, Number(run[2]), run[1]!);
  const month = MONTHS.findIndex((name) => new RegExp(`(?<!\\p{L})${name}`, 'iu').test(words)) + 1;
  const year = /(?:18|19|20)\d{2}|(?<=['’ ./-])\d{2}$/.exec(words);
  const day = /(?<!\d)(\d{1,2})(?:st|nd|rd|th)?(?!\d)/.exec(words);
  if (month === 0 || !year || !day || day.index === year.index) return undefined;
  return dayOf(year[0], month, day[1]!);
}

function dayOf(year: string, month: number, day: string): string | undefined {
  if (month < 1 || month > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  const whole = year.length === 4 ? year : `${Number(year) > THIS_CENTURY ? 19 : 20}${year}`;
  return `${whole}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

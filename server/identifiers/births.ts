const BEFORE =
  /(?<!\p{L})(?:born|birthday|birth|d\.?o\.?b\.?)[^\S\n]{0,3}[:=(-]?[^\S\n]{0,3}(?:(?:is|was|in|on|the|around|about)[^\S\n]{1,2}){0,3}$/iu;
const AFTER = /^[^\S\n]{0,2}[(,]?[^\S\n]{0,2}(?:his |her |their )?(?:d\.?o\.?b\b|date of birth\b|birthday\b)/iu;
const LONG_YEARS = 10;

/** Whether the words around a date say that somebody was born then: "DOB: ", "born on ", "(date of birth)". */
export function saysBirth(before: string, after: string): boolean {
  return BEFORE.test(before) || AFTER.test(after);
}

/** Whether a date is a whole day, with its year, ten years before the visit or more. */
export function isLongBefore(words: string, visitYear: number): boolean {
  const year = /(?<!\d)(?:18|19|20)\d\d(?!\d)/.exec(words)?.[0];
  const rest = words.replace(year ?? '', '');
  return year !== undefined && /\d/.test(rest) && visitYear - Number(year) >= LONG_YEARS;
}

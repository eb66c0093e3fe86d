// A long passage is not read out to its end: what it carries comes after it.
const MOST = 400;

/** What a screen reader hears of selected words: the words, cut where they are many, and the themes that they carry. */
export function toldOf(words: string, themes: readonly string[]): string {
  const letters = Array.from(words.replaceAll(/\s+/gu, ' ').trim());
  const told = letters.length <= MOST ? letters.join('') : `${letters.slice(0, MOST).join('').trimEnd()}…`;
  if (themes.length === 0) return told;
  return `${told}${/[.!?…]["'”’)]*$/u.test(told) ? '' : '.'} Coded: ${[...new Set(themes)].join(', ')}.`;
}

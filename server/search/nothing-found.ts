import { askedWords, type Likeness } from './found-words.ts';
import type { Search } from './search-words.ts';

/** Why no note was found, and what to try, in the words of what was asked. `narrowed`: by an agency, a phase or the like. */
export function nothingFound(
  search: Search,
  { likeness, narrowed }: { likeness: Pick<Likeness, 'ignored'>; narrowed: boolean },
): string {
  const terms = search.must.flat();
  const isCommon = terms.every((term) => askedWords(term).every((word) => likeness.ignored.has(word)));
  if (isCommon)
    return `${terms.length === 1 ? 'This word is' : 'These words are'} so common that a search leaves ${terms.length === 1 ? 'it' : 'them'} out. To find ${terms.length === 1 ? 'it' : 'them'} all the same, use quotation marks.`;
  const [first, ...others] = search.must;
  const tips = [
    others.length > 0 ? 'Take some words away, or put “or” between them.' : undefined,
    terms.some(({ prefix, literal }) => !prefix && !literal)
      ? 'End a word with * for all that begins like it.'
      : undefined,
    terms.some(({ literal }) => literal)
      ? 'What stands in quotation marks or has a hyphen is found only as it stands there, in one paragraph or a title.'
      : undefined,
    search.never.length > 0 ? 'A word after a minus sign leaves out every note that has it anywhere.' : undefined,
    narrowed ? 'Or search without the filter.' : undefined,
  ];
  return [`No note has ${whatIsMissing(first ?? [], others.length)}.`, ...tips].filter(Boolean).join(' ');

  function whatIsMissing(one: Search['must'][number], more: number): string {
    if (more > 0) return 'all of these words';
    if (one.length > 1) return 'any of these words';
    const [term] = one;
    if (term?.prefix && !term.literal) return 'a word that begins like this';
    return term?.literal ? 'these words in a row' : 'this word';
  }
}

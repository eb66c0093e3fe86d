/**
 * Something to look for: a word, or several that must follow each other. `prefix`: whatever begins like it. `literal`: in
 * quotation marks, so these words and no other forms of them, common ones too.
 */
export type Term = { text: string; prefix: boolean; literal: boolean };

/** Of each of `must` one term has to be in a note; none of `never` may be. */
export type Search = { must: Term[][]; never: Term[] };

/** More terms than this are a mistake, not a question. */
export const MOST_TERMS = 50;

const PIECE = /(-*)(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
// Between letters: a date is no phrase.
const HYPHEN = /(?<=\p{L}\p{M}*)[-\u2010\u2011](?=\p{L})/gu;
const HAS_WORD = /[\p{L}\p{N}]/u;

/**
 * Reads what people type: words (all of them), "phrases", or, -not, prefix*. Words joined by a hyphen are a phrase. Never throws; what it cannot make sense of
 * it leaves out, and a quotation mark without its fellow reaches to the end.
 */
export function parseSearch(typed: string): Search {
  const search: Search = { must: [], never: [] };
  let joins = false;
  for (const [, minus, phrase, word] of typed.matchAll(PIECE)) {
    if (word !== undefined && minus === '' && /^or$/i.test(word)) {
      joins = search.must.length > 0;
      continue;
    }
    const text = (phrase ?? word ?? '').trim();
    if (!HAS_WORD.test(text)) continue;
    const parted = phrase ?? text.replace(HYPHEN, ' ').trim();
    const term = {
      text: parted.trim(),
      prefix: word !== undefined && word.endsWith('*'),
      literal: phrase !== undefined || parted !== text,
    };
    if (minus !== '') search.never.push(term);
    else if (joins) search.must.at(-1)!.push(term);
    else search.must.push([term]);
    joins = false;
  }
  return search;
}

export function termsOf({ must, never }: Search): Term[] {
  return [...must.flat(), ...never];
}

/** A term for the index, written for PostgreSQL's to_tsquery: `stems` in note_words, `begins` as it stands in note_plain. */
export type TermQuery = { stems: string; begins: string };

/** `weights` names the labels to look in (A to D). */
export function termQuery({ text, prefix, literal }: Term, weights = ''): TermQuery {
  if (!literal)
    return prefix
      ? { stems: '', begins: quoted(text, true, weights) }
      : { stems: quoted(text, false, weights), begins: '' };
  // The index only has to name the notes to read: those with all of the words, in a row or not, as hyphens and the like
  // take places among the words of the index.
  const words = text.match(WORD) ?? [];
  const each = (some: string[]) => some.map((word) => quoted(word, false, weights)).join(' & ');
  if (prefix) return { stems: each(words.slice(0, -1)), begins: quoted(words.at(-1) ?? text, true, weights) };
  return { stems: `(${each(words)} | ${quoted(text, false, weights)})`, begins: '' };
}

// Quoted, nothing in it is an operator: PostgreSQL takes it apart as it took the notes apart, into words in a row.
function quoted(text: string, prefix: boolean, weights: string): string {
  const flags = `${prefix ? '*' : ''}${weights}`;
  const inner = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
  return `'${inner}'${flags === '' ? '' : `:${flags}`}`;
}

/** The words typed, without signs: what a name may be like. */
export function plainWords({ must }: Search): string[] {
  return must.flat().flatMap(({ text }) => text.match(WORD) ?? []);
}

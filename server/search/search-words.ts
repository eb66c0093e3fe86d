/** Something to look for: a word, or several that must follow each other. `prefix`: whatever begins like it. */
export type Term = { text: string; prefix: boolean };

/** Of each of `must` one term has to be in a note; none of `never` may be. */
export type Search = { must: Term[][]; never: Term[] };

/** More terms than this are a mistake, not a question. */
export const MOST_TERMS = 50;

const PIECE = /(-*)(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))/gu;
const HAS_WORD = /[\p{L}\p{N}]/u;

/**
 * Reads what people type: words (all of them), "phrases", or, -not, prefix*. Never throws; what it cannot make sense of
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
    const term = { text, prefix: word !== undefined && word.endsWith('*') };
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

/** Terms of which one is enough, written for PostgreSQL's to_tsquery; `weights` names the labels to look in (A to D). */
export function anyOf(terms: readonly Term[], weights = ''): string {
  return terms.map((term) => operand(term, weights)).join(' | ');
}

// Quoted, nothing in it is an operator: PostgreSQL takes it apart as it took the notes apart, into words in a row.
function operand({ text, prefix }: Term, weights: string): string {
  const flags = `${prefix ? '*' : ''}${weights}`;
  const quoted = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
  return `'${quoted}'${flags === '' ? '' : `:${flags}`}`;
}

/** What was typed without its signs: what a name may be like. */
export function plainWords({ must }: Search): string {
  return must
    .flat()
    .map(({ text }) => text.replaceAll('*', ''))
    .join(' ');
}

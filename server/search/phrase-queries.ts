import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';
import { type Term, termQuery } from './search-words.ts';

/** The words of a text with one blank before each and after the last, small and without accents: as phrases are compared. */
const literally = (text: string): string =>
  `(' ' || btrim(regexp_replace(unaccent(lower(${text})), '[^[:alnum:]]+', ' ', 'g')) || ' ')`;

/**
 * A term as the database takes it: `query` for the index, empty when it has nothing but words so common that the index
 * leaves them out; `needle` is what a text has to hold literally when the term came in quotation marks.
 */
export type ReadTerm = Term & { query: string; needle: string };

/** `weights` names the labels to look in. */
export async function findTerms(trx: Transaction, terms: readonly Term[], weights = ''): Promise<Map<Term, ReadTerm>> {
  if (terms.length === 0) return new Map();
  const queries = terms.map((term) => termQuery(term, weights));
  const { rows } = await trx.raw<{ rows: { query: string; needle: string }[] }>(
    `select (to_tsquery('note_words', stems) && as_they_stand(to_tsquery('note_plain', begins)))::text as query,
            ${literally('words')} as needle
       from unnest(?::text[], ?::text[], ?::text[]) with ordinality as given (words, stems, begins, place) order by place`,
    [terms.map(({ text }) => text), queries.map(({ stems }) => stems), queries.map(({ begins }) => begins)],
  );
  return new Map(
    terms.map((term, index) => {
      const { query, needle } = rows[index]!;
      return [term, { ...term, query, needle: term.prefix ? needle.trimEnd() : needle }];
    }),
  );
}

/** One of the terms is enough: as a tsquery. */
export function anyOf(terms: readonly ReadTerm[]): string {
  return terms.flatMap(({ query }) => (query === '' ? [] : [`(${query})`])).join(' | ');
}

export const needlesOf = (terms: readonly ReadTerm[]): string[] => terms.map(({ needle }) => needle);

/** Whether `text`, an expression of SQL, holds one of the needles of the array that it is bound with. */
export const holdsNeedle = (text: string): string =>
  `exists (select from (select ${literally(text)} as words offset 0) as plain, unnest(?::text[]) as needle
            where strpos(plain.words, needle) > 0)`;

/** One of the terms is in the row of `notes`: literally in one paragraph or the title, or, unless quoted, by the index. */
export function holdsOne(
  trx: Transaction,
  terms: readonly ReadTerm[],
  { label }: { label: ParagraphLabel | null },
): Knex.Raw {
  const needles = needlesOf(terms.filter(({ literal }) => literal));
  const plain = terms.filter(({ literal }) => !literal);
  return trx.raw(
    `(exists (select from note_paragraphs where note_paragraphs.note_id = notes.id
                 and (?::text is null or note_paragraphs.label = ?) and ${holdsNeedle('note_paragraphs.body')})
      or exists (select from note_revisions where note_revisions.note_id = notes.id
                    and note_revisions.number = notes.latest_revision
                    and coalesce(?, 'ON') = 'ON' and ${holdsNeedle('note_revisions.title')})
      or exists (select from note_search where note_search.note_id = notes.id
                    and note_search.document @@ ?::tsquery))`,
    [label, label, needles, label, needles, anyOf(plain)],
  );
}

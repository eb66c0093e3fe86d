import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';
import { anyOf, type Term } from './search-words.ts';

/** The words of a text with one blank before each and after the last, small and without accents: as phrases are compared. */
const literally = (text: string): string =>
  `(' ' || btrim(regexp_replace(unaccent(lower(${text})), '[^[:alnum:]]+', ' ', 'g')) || ' ')`;

/**
 * A term as the database takes it: `indexed` unless it has nothing but words so common that the index leaves them out;
 * `needle` is what a text has to hold literally when the term came in quotation marks.
 */
export type ReadTerm = Term & { indexed: boolean; needle: string };

export async function findTerms(trx: Transaction, terms: readonly Term[]): Promise<Map<Term, ReadTerm>> {
  const { rows } = await trx.raw<{ rows: { indexed: boolean; needle: string }[] }>(
    `select numnode(to_tsquery('note_words', query)) > 0 as indexed, ${literally('words')} as needle
       from unnest(?::text[], ?::text[]) with ordinality as given (words, query, place) order by place`,
    [terms.map(({ text }) => text), terms.map((term) => anyOf([term]))],
  );
  return new Map(
    terms.map((term, index) => {
      const { indexed, needle } = rows[index]!;
      return [term, { ...term, indexed, needle: term.prefix ? needle.trimEnd() : needle }];
    }),
  );
}

export const needlesOf = (terms: readonly ReadTerm[]): string[] =>
  terms.filter(({ literal }) => literal).map(({ needle }) => needle);

/** Whether `text`, an expression of SQL, holds one of the needles of the array that it is bound with. */
export const holdsNeedle = (text: string): string =>
  `exists (select from (select ${literally(text)} as words offset 0) as plain, unnest(?::text[]) as needle
            where strpos(plain.words, needle) > 0)`;

/** One of the terms is in the row of `notes`: literally in one paragraph or the title, or, unless quoted, by the index. */
export function holdsOne(
  trx: Transaction,
  terms: readonly ReadTerm[],
  { label, weights }: { label: ParagraphLabel | null; weights: string },
): Knex.Raw {
  const plain = terms.filter(({ literal }) => !literal);
  return trx.raw(
    `(exists (select from note_paragraphs where note_paragraphs.note_id = notes.id
                 and (?::text is null or note_paragraphs.label = ?) and ${holdsNeedle('note_paragraphs.body')})
      or exists (select from note_revisions where note_revisions.note_id = notes.id
                    and note_revisions.number = notes.latest_revision
                    and coalesce(?, 'ON') = 'ON' and ${holdsNeedle('note_revisions.title')})
      or exists (select from note_search where note_search.note_id = notes.id
                    and note_search.document @@ to_tsquery('note_words', ?)))`,
    [label, label, needlesOf(terms), label, needlesOf(terms), anyOf(plain, weights)],
  );
}

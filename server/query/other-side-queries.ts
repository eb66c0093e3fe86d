import type { Transaction } from '../database/connection.ts';
import type { AskedQuery, QueryResult } from './query-queries.ts';
import { related } from './relation-queries.ts';
import { comparesPlaces, themesOf } from './theme-query.ts';

/** The passage of the other side that a result stands to. */
export type OtherSide = { themeId: string; themeName: string; coder: string; quote: string; id: string };

/**
 * The coding of the other side that a passage `r` of the row of `codings` was found with; of several the nearest, and of
 * those the one that shares most with it. Nothing where a query has no other side to stand to. Agency, phase and dates need
 * no second look: both are of one note. `leaves`: only of what may leave in a file.
 */
export function nearestOther(
  { query, choices }: AskedQuery,
  { leaves }: { leaves: boolean },
): {
  sql: string;
  bindings: (string | number | string[])[];
} {
  const { relation, words, coder } = query;
  const themes = relation === 'alone' || relation === 'or' ? [] : themesOf(query.b, query, choices.themes);
  const sql = `
    select b.id, b.start_position, b.end_position, b.quote, b.theme_id,
           other_theme.name as theme_name, other_coder.name as coder
      from (select r.id, r.note_id, r.start_position, r.end_position,
                   codings.quote ~ '^\\s' as begins_blank, codings.quote ~ '\\s$' as ends_blank) as a
      join (select id, note_id, study_id, start_position, end_position, quote, theme_id, coder_id,
                   quote ~ '^\\s' as begins_blank, quote ~ '\\s$' as ends_blank
              from codings where removed_at is null ${comparesPlaces(relation) ? 'and needs_review_at is null' : ''}
               ${leaves ? 'and kept_for is null and sealed_to is null' : ''}) as b
        on ${related(relation, 'a', 'b')}
      join themes as other_theme on other_theme.id = b.theme_id and other_theme.removed_at is null
      join memberships as other_coder on other_coder.id = b.coder_id
     where b.study_id = codings.study_id and b.theme_id = any(?::uuid[])
       and (cardinality(?::uuid[]) = 0 or b.coder_id = any(?::uuid[]))
     order by greatest(a.start_position, b.start_position) - least(a.end_position, b.end_position), b.start_position, b.id
     limit 1`;
  return { sql, bindings: [...(relation === 'near' ? [words, words] : []), themes, coder, coder] };
}

/** The other side of each result of a page, in their order. */
export async function listOtherSides(
  trx: Transaction,
  asked: AskedQuery,
  results: QueryResult[],
): Promise<(OtherSide | undefined)[]> {
  const { sql, bindings } = nearestOther(asked, { leaves: false });
  const { rows } = await trx.raw<{ rows: (OtherSide & { place: number })[] }>(
    `select r.place::int, other.id, other.quote, other.theme_id as "themeId", other.theme_name as "themeName", other.coder
       from unnest(?::uuid[], ?::uuid[], ?::int[], ?::int[]) with ordinality
              as r (id, note_id, start_position, end_position, place)
       join codings on codings.id = r.id, lateral (${sql}) as other`,
    [
      results.map(({ id }) => id),
      results.map(({ noteId }) => noteId),
      results.map(({ start }) => start),
      results.map(({ end }) => end),
      ...bindings,
    ],
  );
  return results.map((_, index) => rows.find(({ place }) => place === index + 1));
}

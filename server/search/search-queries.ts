import type { Transaction } from '../database/connection.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';
import { askedWords, type Likeness, pairKey } from './found-words.ts';
import { anyOf, findTerms, holdsNeedle, holdsOne, needlesOf } from './phrase-queries.ts';
import { type SearchRequest, WEIGHTS } from './search-filter.ts';
import { type Search, type Term, termQuery } from './search-words.ts';

export type FoundNote = {
  id: string;
  title: string;
  revision: number;
  author: string;
  agencyName: string;
  agencyCode: string;
  phase: string;
  visitedAt: Date;
};

/** A page's edge: the note that it begins after, or ends before. */
export type Edge = { id: string; side: 'after' | 'before' };

export type Found = { notes: FoundNote[]; count: number };

/**
 * The notes that hold what is looked for, the best or the latest first: up to `limit`, and how many there are in all.
 * With a label, the words have to stand in paragraphs of that label (a title counts as observation).
 */
export async function findNotes(
  trx: Transaction,
  { search, request, timeZone }: { search: Search; request: SearchRequest; timeZone: string },
  { edge, limit }: { edge?: Edge | undefined; limit: number },
): Promise<Found> {
  const weights = request.label === null ? '' : WEIGHTS[request.label];
  const wanted = await findTerms(trx, search.must.flat(), weights);
  const must = search.must.map((clause) => clause.map((term) => wanted.get(term)!));
  const never = [...(await findTerms(trx, search.never)).values()];
  const quoted = must.filter((clause) => clause.some(({ literal }) => literal));
  // What the index cannot narrow down: one of its terms is a phrase of common words alone.
  const unindexed = must.filter((clause) => clause.some(({ literal, query }) => literal && query === ''));
  const indexed = must.filter((clause) => !unindexed.includes(clause) && clause.some(({ query }) => query !== ''));
  const isScan = indexed.length === 0 && unindexed.length > 0;
  const hits = trx
    .from(
      isScan
        ? trx.raw('(select id as note_id, 0::real as rank from notes) as found')
        : trx.raw('search_notes(?::text[], ?::text, ?::boolean) as found', [
            indexed.map(anyOf),
            anyOf(never.filter(({ literal }) => !literal)),
            request.order === 'relevance',
          ]),
    )
    .join('notes', 'notes.id', 'found.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .select('notes.id', 'found.rank', 'visits.starts_at');
  for (const clause of quoted) void hits.where(holdsOne(trx, clause, { label: request.label }));
  const without = isScan ? never : never.filter(({ literal }) => literal);
  if (without.length > 0) void hits.whereNot(holdsOne(trx, without, { label: null }));
  if (request.agency !== null) void hits.where('visits.agency_id', request.agency);
  if (request.phase !== null) void hits.where('visits.phase_id', request.phase);
  if (request.author !== null) void hits.where('notes.author_id', request.author);
  if (request.from !== null)
    void hits.whereRaw('visits.starts_at >= (?::date)::timestamp at time zone ?', [request.from, timeZone]);
  if (request.to !== null)
    void hits.whereRaw('visits.starts_at < (?::date + 1)::timestamp at time zone ?', [request.to, timeZone]);

  const backwards = edge?.side === 'before';
  const [sign, direction] = backwards ? ['>', 'asc'] : ['<', 'desc'];
  const page = trx
    .from('hits')
    .orderBy(['rank', 'starts_at', 'id'].map((column) => ({ column, order: direction as 'asc' | 'desc' })))
    .limit(limit)
    .select('*');
  if (edge)
    void page.whereRaw(
      `(rank, starts_at, id) ${sign} (select edge.rank, edge.starts_at, edge.id from hits as edge where edge.id = ?)`,
      [edge.id],
    );
  const rows: (FoundNote & { count: number })[] = await trx
    .withMaterialized('hits', hits)
    .with('page', page)
    .from(trx.raw('(select count(*)::int as count from hits) as counted'))
    .joinRaw('left join page on true')
    .leftJoin('notes', 'notes.id', 'page.id')
    .leftJoin('visits', 'visits.id', 'notes.visit_id')
    .leftJoin('agencies', 'agencies.id', 'visits.agency_id')
    .leftJoin('phases', 'phases.id', 'visits.phase_id')
    .leftJoin('memberships', 'memberships.id', 'notes.author_id')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .orderByRaw('page.rank desc, page.starts_at desc, page.id desc')
    .select({
      count: 'counted.count',
      id: 'notes.id',
      title: 'note_revisions.title',
      revision: 'notes.latest_revision',
      author: 'memberships.name',
      agencyName: 'agencies.name',
      agencyCode: 'agencies.code',
      phase: 'phases.name',
      visitedAt: 'visits.starts_at',
    });
  return { count: rows[0]?.count ?? 0, notes: rows.filter(({ id }) => id !== null) };
}

/** A paragraph in which one of the terms stands; no more than its first 20,000 characters. */
export type FoundParagraph = { noteId: string; number: number; start: number; label: ParagraphLabel; text: string };

/** Up to `limit` paragraphs of each note that hold one of the terms among their first 50,000 characters, in reading order. */
export async function listFoundParagraphs(
  trx: Transaction,
  { noteIds, terms, label, limit }: { noteIds: string[]; terms: Term[]; label: ParagraphLabel | null; limit: number },
): Promise<FoundParagraph[]> {
  const read = [...(await findTerms(trx, terms)).values()];
  const isTyped = ({ literal, prefix }: Term) => literal || prefix;
  const { rows } = await trx.raw<{ rows: FoundParagraph[] }>(
    `select asked.id as "noteId", found.number, found.start_position as start, found.label, found.text
       from unnest(?::uuid[]) as asked (id),
       lateral (select number, start_position, label, left(body, 20000) as text from note_paragraphs
                 where note_id = asked.id and (?::text is null or label = ?)
                   and (to_tsvector('note_words', left(body, 50000)) @@ ?::tsquery
                        or ${holdsNeedle('left(body, 50000)')})
                 order by number limit ?) as found`,
    [noteIds, label, label, anyOf(read.filter((term) => !isTyped(term))), needlesOf(read.filter(isTyped)), limit],
  );
  return rows;
}

/** Which of the words count as which word of the terms. */
export async function findLikeness(trx: Transaction, terms: Term[], words: string[]): Promise<Likeness> {
  const asked = [...new Set(terms.flatMap(askedWords))];
  const plain = asked.filter((one) => !one.startsWith('='));
  const literal = asked.filter((one) => one.startsWith('='));
  const queries = plain.map((text) => termQuery({ text, prefix: false, literal: false }).stems);
  const { rows } = await trx.raw<{ rows: { asked: string; word: string | null }[] }>(
    `with asked as materialized (
       select word, to_tsquery('note_words', query) as query from unnest(?::text[], ?::text[]) as given (word, query)),
     words as materialized (select word, to_tsvector('note_words', word) as document from unnest(?::text[]) as given (word))
     select asked.word as asked, words.word from asked join words on words.document @@ asked.query
     union all select word, null from asked where numnode(query) = 0
     union all
     select given.asked, words.word
       from unnest(?::text[]) as given (asked)
       join words on starts_with(unaccent(lower(words.word)), unaccent(lower(btrim(given.asked, '=*'))))
        and (given.asked like '%*' or unaccent(lower(words.word)) = unaccent(lower(btrim(given.asked, '=*'))))`,
    [plain, queries, [...new Set(words)], literal],
  );
  return {
    matches: new Set(rows.flatMap(({ asked, word }) => (word === null ? [] : [pairKey(asked, word)]))),
    ignored: new Set(rows.filter(({ word }) => word === null).map(({ asked }) => asked)),
  };
}

export type AlikeName = { kind: 'theme' | 'agency'; id: string; name: string };

/** Themes and agencies whose name is like the words, but for common and very short ones, misspelt or not; the likest first. */
export async function listAlikeNames(trx: Transaction, words: string[], limit: number): Promise<AlikeName[]> {
  const { rows } = await trx.raw<{ rows: AlikeName[] }>(
    `with asked_words as materialized (
       select left(string_agg(word, ' ' order by place), 200) as words
         from unnest(?::text[]) with ordinality as given (word, place)
        where char_length(word) >= 3 and to_tsvector('note_words', word) <> '')
     select kind, id, name
       from asked_words,
            (select 'theme' as kind, id, name from themes where removed_at is null
             union all select 'agency', id, name from agencies) as named,
       lateral (select unaccent(lower(name)) as plain, unaccent(lower(asked_words.words)) as asked) as compared,
       lateral (select similarity(plain, asked) as whole, word_similarity(asked, plain) as within,
                       word_similarity(plain, asked) as around) as likeness
      where whole >= 0.3 or within >= 0.5 or around >= 0.6
      order by greatest(whole, within, around) desc, whole desc, name, id
      limit ?`,
    [words, limit],
  );
  return rows;
}

/** The themes given to words of each paragraph, by note and paragraph; codings that need review stand nowhere. */
export async function listThemesOfParagraphs(
  trx: Transaction,
  noteIds: string[],
): Promise<{ noteId: string; number: number; theme: string }[]> {
  return trx('note_paragraphs')
    .join('codings', 'codings.note_id', 'note_paragraphs.note_id')
    .join('themes', 'themes.id', 'codings.theme_id')
    .whereIn('note_paragraphs.note_id', noteIds)
    .whereNull('codings.removed_at')
    .whereNull('codings.needs_review_at')
    .whereNull('themes.removed_at')
    .whereRaw('codings.start_position < note_paragraphs.end_position')
    .whereRaw('codings.end_position > note_paragraphs.start_position')
    .distinct({ noteId: 'note_paragraphs.note_id', number: 'note_paragraphs.number', theme: 'themes.name' })
    .orderBy('theme');
}

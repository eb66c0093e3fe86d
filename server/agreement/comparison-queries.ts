import type { Transaction } from '../database/connection.ts';
import { maskWithheld } from '../notes/withheld.ts';
import { listWithheldStretches } from '../notes/withheld-queries.ts';
import type { CodedSpan } from './comparison.ts';
import type { Span } from './spans.ts';

/** `coders` empty: all of them. `text`: whether the whole of a note counts or its observations (ON) alone. */
export type ComparisonFilter = {
  coders: string[];
  agency?: string | undefined;
  phase?: string | undefined;
  text: 'whole' | 'on';
  only?: 'independent' | undefined;
};

/** A note that two or more people have coded. `blind`: the codings are those of its latest blind coding, as it was opened. */
export type ComparableNote = {
  id: string;
  title: string;
  agency: string;
  phase: string;
  visitedAt: Date;
  latestRevisionId: string;
  revisionId: string;
  coders: string[];
  blind: { id: string; wasCoded: boolean; openedAt: Date; unfinished: string[] } | null;
};

type Row = Omit<ComparableNote, 'coders' | 'revisionId' | 'blind'> & {
  coders: string[] | null;
  blindId: string | null;
  wasCoded: boolean | null;
  openedAt: Date | null;
  blindRevisionId: string | null;
  blindCoders: string[] | null;
  unfinished: string[] | null;
};

/**
 * Up to `limit` notes with codings of two or more of the filter's coders, those written last first. A note that is being
 * coded blind is none of them: what was compared before would show a coder what others think.
 */
export async function listComparableNotes(
  trx: Transaction,
  filter: ComparisonFilter,
  { limit, noteId }: { limit: number; noteId?: string },
): Promise<ComparableNote[]> {
  const { rows } = await trx.raw<{ rows: Row[] }>(
    `select notes.id, latest.title, latest.id as "latestRevisionId", agencies.name as agency, phases.name as phase,
            visits.starts_at as "visitedAt", blind.id as "blindId", blind.was_coded as "wasCoded",
            blind.opened_at as "openedAt", blind.revision_id as "blindRevisionId", blind.coders as "blindCoders",
            blind.unfinished, coded.coders
       from notes
       join visits on visits.id = notes.visit_id and visits.removed_at is null
       join agencies on agencies.id = visits.agency_id
       join phases on phases.id = visits.phase_id
       join note_revisions as latest on latest.note_id = notes.id and latest.number = notes.latest_revision
       left join lateral (
         select double_codings.*, chosen.coders, chosen.unfinished from double_codings
           cross join lateral (
             select array_agg(coder.membership_id::text) as coders,
                    array_agg(memberships.name) filter (where coder.finished_at is null) as unfinished
               from double_coding_coders as coder join memberships on memberships.id = coder.membership_id
              where coder.double_coding_id = double_codings.id
                and (:all::boolean or coder.membership_id = any (:coders::uuid[]))) as chosen
          where double_codings.note_id = notes.id and opened_at is not null and revision_id is not null
            and cardinality(chosen.coders) > 1
          order by opened_at desc limit 1) as blind on true
       left join lateral (
         select array_agg(distinct coder_id::text) as coders from codings
          where codings.note_id = notes.id and removed_at is null and needs_review_at is null
            and (:all::boolean or coder_id = any (:coders::uuid[]))) as coded on blind.id is null
      where notes.removed_at is null
        and (blind.id is not null or cardinality(coded.coders) > 1)
        -- What was coded before de-identification is compared by those who may read it.
        and (blind.id is null or exists (select from note_revisions as compared where compared.id = blind.revision_id))
        and not exists (select from double_codings as closed where closed.note_id = notes.id and closed.opened_at is null)
        and (:note::uuid is null or notes.id = :note::uuid)
        and (:agency::uuid is null or visits.agency_id = :agency::uuid)
        and (:phase::uuid is null or visits.phase_id = :phase::uuid)
        and (not :independent::boolean or (blind.id is not null and not blind.was_coded))
      order by notes.id desc
      limit :limit`,
    {
      all: filter.coders.length === 0,
      coders: filter.coders,
      note: noteId ?? null,
      agency: filter.agency ?? null,
      phase: filter.phase ?? null,
      independent: filter.only === 'independent',
      limit,
    },
  );
  return rows.map(({ blindId, wasCoded, openedAt, blindRevisionId, blindCoders, unfinished, coders, ...note }) => ({
    ...note,
    revisionId: blindRevisionId ?? note.latestRevisionId,
    coders: blindCoders ?? coders ?? [],
    blind:
      blindId === null ? null : { id: blindId, wasCoded: wasCoded!, openedAt: openedAt!, unfinished: unfinished ?? [] },
  }));
}

/** What the coders of each note coded of the text that is compared, by the note's id. */
export async function listSpans(trx: Transaction, notes: readonly ComparableNote[]): Promise<Map<string, CodedSpan[]>> {
  const blind = new Map(notes.flatMap(({ id, blind: from }) => (from ? [[from.id, id] as const] : [])));
  const others = new Map(notes.flatMap(({ id, blind: from, revisionId }) => (from ? [] : [[revisionId, id] as const])));
  const columns = { coderId: 'coder_id', themeId: 'theme_id', start: 'start_position', end: 'end_position' };
  const rows: (CodedSpan & { of: string })[] = [
    ...(await trx('double_coding_passages')
      .whereIn('double_coding_id', [...blind.keys()])
      .select({ ...columns, of: 'double_coding_id' })),
    ...(await trx('codings')
      .whereIn('note_id', [...others.values()])
      .whereIn('revision_id', [...others.keys()])
      .whereNull('removed_at')
      .whereNull('needs_review_at')
      .select({ ...columns, of: 'revision_id' })),
  ];
  const coders = new Map(notes.map(({ id, coders: chosen }) => [id, new Set(chosen)]));
  const spans = new Map<string, CodedSpan[]>(notes.map(({ id }) => [id, []]));
  for (const { of, ...span } of rows) {
    const noteId = blind.get(of) ?? others.get(of)!;
    if (coders.get(noteId)!.has(span.coderId)) spans.get(noteId)!.push(span);
  }
  return spans;
}

/** The length in code points of each of these revisions. */
export async function listLengths(trx: Transaction, revisionIds: string[]): Promise<Map<string, number>> {
  const rows: { id: string; length: number }[] = await trx('note_revisions')
    .whereIn('id', revisionIds)
    .select({ id: 'id', length: trx.raw('char_length(body)') });
  return new Map(rows.map(({ id, length }) => [id, length]));
}

/** Where the observations stand in these notes' newest revisions, by the note's id. */
export async function listObservations(trx: Transaction, noteIds: string[]): Promise<Map<string, Span[]>> {
  const rows: (Span & { noteId: string })[] = await trx('note_paragraphs')
    .whereIn('note_id', noteIds)
    .where({ label: 'ON' })
    .orderBy(['note_id', 'start_position'])
    .select({ noteId: 'note_id', start: 'start_position', end: 'end_position' });
  const found = new Map<string, Span[]>();
  for (const { noteId, ...span } of rows) found.set(noteId, [...(found.get(noteId) ?? []), span]);
  return found;
}

export async function findBody(trx: Transaction, revisionId: string): Promise<string> {
  const row = await trx('note_revisions').where({ id: revisionId }).first('body');
  return maskWithheld(row?.body ?? '', 0, await listWithheldStretches(trx, revisionId));
}

/** The code points [start, end) of a revision. */
export async function findExcerpt(trx: Transaction, revisionId: string, { start, end }: Span): Promise<string> {
  const row = await trx('note_revisions')
    .where({ id: revisionId })
    .first<{ text: string }>(trx.raw('substring(body from ?::int for ?::int) as text', [start + 1, end - start]));
  return maskWithheld(row?.text ?? '', start, await listWithheldStretches(trx, revisionId));
}

/** How many notes are being coded blind, and so can be compared by nobody yet. */
export async function countBlindNotes(trx: Transaction): Promise<number> {
  const row = await trx('double_codings')
    .join('notes', 'notes.id', 'double_codings.note_id')
    .whereNull('double_codings.opened_at')
    .whereNull('notes.removed_at')
    .first<{ count: number }>(trx.raw('count(*)::int as count'));
  return row?.count ?? 0;
}

/** Everybody who has a coding that can be seen or was kept from blind coding, by name; those who have left too. */
export async function listAllCoders(trx: Transaction): Promise<{ id: string; name: string }[]> {
  return trx('memberships')
    .where((either) =>
      either
        .whereExists(trx('codings').select(trx.raw('1')).whereRaw('codings.coder_id = memberships.id').limit(1))
        .orWhereExists(
          trx('double_coding_coders').select(trx.raw('1')).whereRaw('membership_id = memberships.id').limit(1),
        ),
    )
    .orderByRaw('lower(name), id')
    .select('id', 'name');
}

export async function listPlaces(
  trx: Transaction,
): Promise<{ agencies: { id: string; name: string }[]; phases: { id: string; name: string }[] }> {
  return {
    agencies: await trx('agencies').orderBy('name').select('id', 'name'),
    phases: await trx('phases').orderBy('position').select('id', 'name'),
  };
}

/** A note's title, for the page of a note that cannot be compared; undefined when it is removed or there is none. */
export async function findNoteTitle(trx: Transaction, id: string): Promise<{ title: string | null } | undefined> {
  return trx('notes')
    .leftJoin('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .where('notes.id', id)
    .whereNull('notes.removed_at')
    .first({ title: 'latest.title' });
}

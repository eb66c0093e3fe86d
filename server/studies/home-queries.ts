import type { Transaction } from '../database/connection.ts';

/** `begun`: a note that somebody began and wrote nothing in. */
export type VisitToWriteUp = {
  id: string;
  agency: string;
  setting: string;
  startsAt: Date;
  isMine: boolean;
  begun: { noteId: string; by: string; isOwn: boolean } | null;
};

// A note in which somebody has written: a saved revision, or words that are kept as a draft, which only their writer sees.
const HAS_WORDS = '(notes.latest_revision > 0 or note_is_drafted(notes.id))';

/** Visits that have begun and of which nothing is written, those that `membershipId` observed first, then the latest first. `total` counts all. */
export async function listVisitsWithoutNote(
  trx: Transaction,
  membershipId: string,
  limit: number,
): Promise<{ visits: VisitToWriteUp[]; total: number }> {
  const waiting = trx('visits')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .whereNull('visits.removed_at')
    .where('visits.starts_at', '<=', trx.fn.now())
    .whereNotExists(
      trx('notes')
        .select(trx.raw('1'))
        .whereRaw('notes.visit_id = visits.id')
        .whereNull('notes.removed_at')
        .whereRaw(HAS_WORDS),
    );
  const visits: VisitToWriteUp[] = await waiting
    .clone()
    .leftJoin('visit_observers as mine', (join) =>
      join.on('mine.visit_id', 'visits.id').andOnVal('mine.membership_id', membershipId),
    )
    .orderByRaw('mine.visit_id is null, visits.starts_at desc, visits.id')
    .limit(limit)
    .select({
      id: 'visits.id',
      agency: 'agencies.name',
      setting: 'visits.setting',
      startsAt: 'visits.starts_at',
      isMine: trx.raw('mine.visit_id is not null'),
      // Of several, the reader's own.
      begun: trx.raw(
        `(select json_build_object('noteId', notes.id, 'by', memberships.name, 'isOwn', notes.author_id = :membershipId)
            from notes join memberships on memberships.id = notes.author_id
           where notes.visit_id = visits.id and notes.removed_at is null
           order by notes.author_id <> :membershipId, notes.id
           limit 1)`,
        { membershipId },
      ),
    });
  return { visits, total: await countAll(trx, waiting) };
}

export type NoteInHand = {
  id: string;
  title: string;
  agency: string;
  visitedAt: Date;
  savedAt: Date;
  hasDraft: boolean;
};

/** Notes with words of `membershipId` that are not saved yet, and their own notes that are not finished. The latest first. */
export async function listNotesInHand(trx: Transaction, membershipId: string, limit: number): Promise<NoteInHand[]> {
  return trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .leftJoin('note_drafts as draft', (join) =>
      join.on('draft.note_id', 'notes.id').andOnVal('draft.membership_id', membershipId).onNull('draft.discarded_at'),
    )
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .where((either) =>
      either
        .whereNotNull('draft.note_id')
        .orWhere((own) => own.where('notes.author_id', membershipId).whereNull('notes.completed_at')),
    )
    .orderByRaw('coalesce(draft.saved_at, note_revisions.saved_at, notes.created_at) desc, notes.id')
    .limit(limit)
    .select({
      id: 'notes.id',
      title: trx.raw(`coalesce(nullif(draft.title, ''), note_revisions.title, '')`),
      agency: 'agencies.name',
      visitedAt: 'visits.starts_at',
      savedAt: trx.raw('coalesce(draft.saved_at, note_revisions.saved_at, notes.created_at)'),
      hasDraft: trx.raw('draft.note_id is not null'),
    });
}

export type NoteToCode = { id: string; title: string; agency: string; author: string; completedAt: Date };

/** Finished notes in which nothing is coded, those finished first at the top. `total` counts all of them. */
export async function listNotesToCode(
  trx: Transaction,
  limit: number,
): Promise<{ notes: NoteToCode[]; total: number }> {
  const waiting = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('memberships as author', 'author.id', 'notes.author_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .whereNotNull('notes.completed_at')
    .whereNotExists(
      trx('codings').select(trx.raw('1')).whereRaw('codings.note_id = notes.id').whereNull('codings.removed_at'),
    );
  const notes: NoteToCode[] = await waiting.clone().orderBy(['notes.completed_at', 'notes.id']).limit(limit).select({
    id: 'notes.id',
    title: 'note_revisions.title',
    agency: 'agencies.name',
    author: 'author.name',
    completedAt: 'notes.completed_at',
  });
  return { notes, total: await countAll(trx, waiting) };
}

export type NoteToReview = { id: string; title: string; agency: string; codings: number };

/** Notes with codings whose words are gone from the text: those of `coderId`, or of everybody when it is undefined. */
export async function listNotesToReview(
  trx: Transaction,
  coderId: string | undefined,
  limit: number,
): Promise<NoteToReview[]> {
  const waiting = trx('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('themes', 'themes.id', 'codings.theme_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .whereNotNull('codings.needs_review_at')
    .whereNull('codings.removed_at')
    .whereNull('themes.removed_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .groupBy('notes.id', 'note_revisions.title', 'agencies.name')
    .orderByRaw('min(codings.needs_review_at), notes.id')
    .limit(limit);
  if (coderId !== undefined) void waiting.where('codings.coder_id', coderId);
  return waiting.select({
    id: 'notes.id',
    title: 'note_revisions.title',
    agency: 'agencies.name',
    codings: trx.raw('count(*)::int'),
  });
}

export type NoteToCodeBlind = { id: string; title: string; agency: string; assignedAt: Date };

/** Notes that were given to `membershipId` to code blind and that they have not finished, those given first at the top. */
export async function listNotesToCodeBlind(
  trx: Transaction,
  membershipId: string,
  limit: number,
): Promise<NoteToCodeBlind[]> {
  return trx('double_coding_coders')
    .join('double_codings', 'double_codings.id', 'double_coding_coders.double_coding_id')
    .join('notes', 'notes.id', 'double_codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .where('double_coding_coders.membership_id', membershipId)
    .whereNull('double_coding_coders.finished_at')
    .whereNull('double_codings.opened_at')
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .orderBy(['double_codings.assigned_at', 'double_codings.id'])
    .limit(limit)
    .select({
      id: 'notes.id',
      title: 'note_revisions.title',
      agency: 'agencies.name',
      assignedAt: 'double_codings.assigned_at',
    });
}

export type ProgressCell = { agencyId: string; phaseId: string; visits: number; notes: number; coded: number };
export type Progress = {
  agencies: { id: string; name: string; code: string; status: string }[];
  phases: { id: string; name: string }[];
  cells: ProgressCell[];
};

/** How far the fieldwork has come: visits, finished notes and those of them with codings, by agency and phase. */
export async function findProgress(trx: Transaction): Promise<Progress> {
  const agencies = await trx('agencies').orderBy('name').select('id', 'name', 'code', 'status');
  const phases = await trx('phases').orderBy('position').select('id', 'name');
  const { rows } = await trx.raw<{ rows: ProgressCell[] }>(
    `select visits.agency_id as "agencyId", visits.phase_id as "phaseId",
            count(distinct visits.id)::int as visits, count(notes.id)::int as notes,
            count(notes.id) filter (where exists (
              select from codings where codings.note_id = notes.id and codings.removed_at is null))::int as coded
       from visits
       left join notes on notes.visit_id = visits.id and notes.removed_at is null and notes.completed_at is not null
      where visits.removed_at is null
      group by visits.agency_id, visits.phase_id`,
  );
  return { agencies, phases, cells: rows };
}

/** Whether the study has what fieldwork needs: the first that is missing is the next step of a new study. */
export async function findBeginnings(
  trx: Transaction,
): Promise<{ agencies: boolean; phases: boolean; colleagues: boolean; visits: boolean; themes: boolean }> {
  const { rows } = await trx.raw<{ rows: Awaited<ReturnType<typeof findBeginnings>>[] }>(
    `select exists (select from agencies) as agencies, exists (select from phases) as phases,
            (select count(*) > 1 from memberships where role <> 'agency') as colleagues,
            exists (select from visits where removed_at is null) as visits,
            exists (select from themes where removed_at is null) as themes`,
  );
  return rows[0]!;
}

export type PublishedSummary = { id: string; title: string; publishedAt: Date };

/** What is published to the reader's agency, the latest first; and what the agency is called. Meant for the agency's role. */
export async function listPublishedSummaries(
  trx: Transaction,
): Promise<{ agency: string; summaries: PublishedSummary[] }> {
  const agency = await trx('agencies').first('name');
  const summaries = await trx('summary_publications')
    .whereNull('withdrawn_at')
    .orderBy('published_at', 'desc')
    .select({ id: 'id', title: 'title', publishedAt: 'published_at' });
  return { agency: agency?.name ?? '', summaries };
}

async function countAll(trx: Transaction, query: ReturnType<Transaction>): Promise<number> {
  const row = await query.clone().first<{ count: number }>(trx.raw('count(*)::int as count'));
  return row?.count ?? 0;
}

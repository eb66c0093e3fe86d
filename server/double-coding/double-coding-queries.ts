import type { Transaction } from '../database/connection.ts';

export type Coder = { id: string; name: string; finishedAt: Date | null; hasLeft: boolean };

/** A note given to several coders. `openedAt` null while they code blind; `openedBy` null when it opened by itself. */
export type DoubleCoding = {
  id: string;
  noteId: string;
  noteTitle: string;
  noteRemoved: boolean;
  agency: string;
  phase: string;
  visitedAt: Date;
  wasCoded: boolean;
  drawId: string | null;
  assignedBy: string;
  assignedAt: Date;
  openedBy: string | null;
  openedAt: Date | null;
  coders: Coder[];
};

function doubleCodings(trx: Transaction) {
  return trx('double_codings')
    .join('notes', 'notes.id', 'double_codings.note_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .join('memberships as assigner', 'assigner.id', 'double_codings.assigned_by')
    .leftJoin('memberships as opener', 'opener.id', 'double_codings.opened_by')
    .leftJoin('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .select({
      id: 'double_codings.id',
      noteId: 'double_codings.note_id',
      noteTitle: 'latest.title',
      noteRemoved: trx.raw('notes.removed_at is not null'),
      agency: 'agencies.name',
      phase: 'phases.name',
      visitedAt: 'visits.starts_at',
      wasCoded: 'double_codings.was_coded',
      drawId: 'double_codings.draw_id',
      assignedBy: 'assigner.name',
      assignedAt: 'double_codings.assigned_at',
      openedBy: 'opener.name',
      openedAt: 'double_codings.opened_at',
    });
}

/** The coders of each, by the id of the double coding, by name. */
async function codersOf(trx: Transaction, ids: readonly string[]): Promise<Map<string, Coder[]>> {
  const rows: (Coder & { of: string })[] = await trx('double_coding_coders')
    .join('memberships', 'memberships.id', 'double_coding_coders.membership_id')
    .whereIn('double_coding_coders.double_coding_id', [...ids])
    .orderByRaw('lower(memberships.name), memberships.id')
    .select({
      of: 'double_coding_coders.double_coding_id',
      id: 'memberships.id',
      name: 'memberships.name',
      finishedAt: 'double_coding_coders.finished_at',
      hasLeft: trx.raw('memberships.ended_at is not null'),
    });
  const coders = new Map<string, Coder[]>();
  for (const { of, ...coder } of rows) coders.set(of, [...(coders.get(of) ?? []), coder]);
  return coders;
}

async function withCoders(trx: Transaction, found: Omit<DoubleCoding, 'coders'>[]): Promise<DoubleCoding[]> {
  const coders = await codersOf(
    trx,
    found.map(({ id }) => id),
  );
  return found.map((each) => ({ ...each, coders: coders.get(each.id) ?? [] }));
}

/** Those that are coded blind now, the latest first. */
export async function listOpenDoubleCodings(trx: Transaction, limit: number): Promise<DoubleCoding[]> {
  return withCoders(
    trx,
    await doubleCodings(trx)
      .whereNull('double_codings.opened_at')
      .orderBy([{ column: 'double_codings.assigned_at', order: 'desc' }, 'double_codings.id'])
      .limit(limit),
  );
}

/** Those that can be compared, the latest opened first; those after `after` in that order when it is given. */
export async function listOpenedDoubleCodings(
  trx: Transaction,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<DoubleCoding[]> {
  const query = doubleCodings(trx)
    .whereNotNull('double_codings.opened_at')
    .whereNull('notes.removed_at')
    .orderByRaw('double_codings.opened_at desc, double_codings.id desc')
    .limit(limit);
  if (after !== undefined)
    void query.whereRaw(
      '(double_codings.opened_at, double_codings.id) < (select opened_at, id from double_codings where id = ?)',
      [after],
    );
  return withCoders(trx, await query);
}

/** Those of one draw, by agency and note. */
export async function listDoubleCodingsOfDraw(trx: Transaction, drawId: string): Promise<DoubleCoding[]> {
  return withCoders(
    trx,
    await doubleCodings(trx)
      .where('double_codings.draw_id', drawId)
      .orderBy(['agencies.name', 'phases.position', 'double_codings.note_id']),
  );
}

export type DoubleCodingState = { id: string; noteId: string; openedAt: Date | null };

/** The note of a double coding, or undefined: to lock the note before anything of it. */
export async function findDoubleCodingNote(trx: Transaction, id: string): Promise<{ noteId: string } | undefined> {
  return trx('double_codings').where({ id }).first({ noteId: 'note_id' });
}

/** Locks the double coding until the transaction ends; its coders are changed by whoever holds it. */
export async function findDoubleCodingForUpdate(trx: Transaction, id: string): Promise<DoubleCodingState | undefined> {
  return trx('double_codings')
    .where({ id })
    .forNoKeyUpdate()
    .first({ id: 'id', noteId: 'note_id', openedAt: 'opened_at' });
}

/** Who codes it, and when each finished. */
export async function listCoders(
  trx: Transaction,
  id: string,
): Promise<{ membershipId: string; finishedAt: Date | null }[]> {
  return trx('double_coding_coders')
    .where({ double_coding_id: id })
    .select({ membershipId: 'membership_id', finishedAt: 'finished_at' });
}

/** The present members of the team, by name: those who can be given a note to code. */
export async function listTeam(trx: Transaction): Promise<{ id: string; name: string }[]> {
  return trx('memberships')
    .whereNot({ role: 'agency' })
    .whereNull('ended_at')
    .orderByRaw('lower(name), id')
    .select('id', 'name');
}

/** False when the id is taken. Throws 23505 on double_codings_one_open when the note is coded blind already. */
export async function insertDoubleCoding(
  trx: Transaction,
  row: {
    id: string;
    studyId: string;
    noteId: string;
    revisionId: string;
    drawId: string | null;
    wasCoded: boolean;
    by: string;
    coders: string[];
  },
): Promise<boolean> {
  const inserted = await trx('double_codings')
    .insert({
      id: row.id,
      study_id: row.studyId,
      note_id: row.noteId,
      revision_id: row.revisionId,
      draw_id: row.drawId,
      was_coded: row.wasCoded,
      assigned_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  if (inserted.length === 0) return false;
  await trx('double_coding_coders').insert(
    row.coders.map((membershipId) => ({
      double_coding_id: row.id,
      membership_id: membershipId,
      study_id: row.studyId,
    })),
  );
  return true;
}

export async function updateCoderFinished(
  trx: Transaction,
  key: { id: string; membershipId: string },
  finished: boolean,
): Promise<void> {
  await trx('double_coding_coders')
    .where({ double_coding_id: key.id, membership_id: key.membershipId })
    .update({ finished_at: finished ? trx.fn.now() : null });
}

/** Opens it: `by` null when it opens by itself. */
export async function updateOpened(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('double_codings').where({ id }).update({ opened_at: trx.fn.now(), opened_by: by });
}

/** Copies what each coder has coded by now of the text that was assigned. The codings must be open. */
export async function insertPassages(trx: Transaction, id: string): Promise<void> {
  await trx.raw(
    `insert into double_coding_passages
       (double_coding_id, coding_id, study_id, coder_id, theme_id, start_position, end_position)
     select double_codings.id, codings.id, codings.study_id, codings.coder_id, codings.theme_id,
            codings.start_position, codings.end_position
       from double_codings
       join double_coding_coders as coder on coder.double_coding_id = double_codings.id
       join codings on codings.note_id = double_codings.note_id and codings.coder_id = coder.membership_id
        and codings.revision_id = double_codings.revision_id
      where double_codings.id = ? and codings.removed_at is null and codings.needs_review_at is null`,
    [id],
  );
}

import type { Transaction } from '../database/connection.ts';
import type { Subject, SubjectKind } from './memo.ts';

/** A memo as pages show it, with what it is on. `noteId` is also set where it is on a coding of that note. */
export type ShownMemo = {
  id: string;
  kind: SubjectKind;
  body: string;
  version: number;
  authorId: string;
  author: string;
  writtenAt: Date;
  changedAt: Date | null;
  changedBy: string | null;
  removed: boolean;
  noteId: string | null;
  noteTitle: string | null;
  themeId: string | null;
  themeName: string | null;
  codingId: string | null;
  quote: string | null;
};

function shownMemos(trx: Transaction) {
  return trx('memos')
    .join('memberships as author', 'author.id', 'memos.written_by')
    .leftJoin('memberships as changer', 'changer.id', 'memos.updated_by')
    .leftJoin('codings', 'codings.id', 'memos.coding_id')
    .joinRaw('left join notes on notes.id = coalesce(memos.note_id, codings.note_id)')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .joinRaw('left join themes on themes.id = coalesce(memos.theme_id, codings.theme_id)')
    .select({
      id: 'memos.id',
      kind: trx.raw(`case when memos.note_id is not null then 'note' when memos.theme_id is not null then 'theme'
        when memos.coding_id is not null then 'coding' else 'study' end`),
      body: 'memos.body',
      version: 'memos.version',
      authorId: 'memos.written_by',
      author: 'author.name',
      writtenAt: 'memos.written_at',
      changedAt: 'memos.updated_at',
      changedBy: 'changer.name',
      removed: trx.raw('memos.removed_at is not null'),
      noteId: 'notes.id',
      noteTitle: 'note_revisions.title',
      themeId: 'themes.id',
      themeName: 'themes.name',
      codingId: 'memos.coding_id',
      quote: 'codings.quote',
    });
}

/** The memos on something, the first written first. */
export async function listMemos(trx: Transaction, subject: Subject): Promise<ShownMemo[]> {
  return shownMemos(trx).where(columnsOf(subject)).whereNull('memos.removed_at').orderBy('memos.id');
}

/** The study's memos below the id `below`, the latest first; those of removed notes are not among them. */
export async function listAllMemos(
  trx: Transaction,
  { kind, below, limit }: { kind?: SubjectKind | undefined; below?: string | undefined; limit: number },
): Promise<ShownMemo[]> {
  const memos = shownMemos(trx)
    .whereNull('memos.removed_at')
    .whereNull('notes.removed_at')
    .orderBy('memos.id', 'desc')
    .limit(limit);
  if (below !== undefined) void memos.where('memos.id', '<', below);
  if (kind === 'study') void memos.where(columnsOf({ kind: 'study' }));
  else if (kind !== undefined) void memos.whereNotNull(`memos.${kind}_id`);
  return memos;
}

/** One memo, a removed one included. */
export async function findMemo(trx: Transaction, id: string): Promise<ShownMemo | undefined> {
  return shownMemos(trx).where('memos.id', id).first();
}

/** Whether there is such a thing to write a memo on that this person may see. */
export async function findSubject(trx: Transaction, subject: Subject): Promise<object | undefined> {
  switch (subject.kind) {
    case 'study':
      return {};
    case 'note':
      return trx('notes').where({ id: subject.id }).whereNull('removed_at').first('id');
    case 'theme':
      return trx('themes').where({ id: subject.id }).first('id');
    case 'coding':
      return trx('codings')
        .join('notes', 'notes.id', 'codings.note_id')
        .where('codings.id', subject.id)
        .whereNull('notes.removed_at')
        .first('codings.id');
  }
}

/** False when the id is taken. */
export async function insertMemo(
  trx: Transaction,
  memo: { id: string; studyId: string; subject: Subject; body: string; by: string },
): Promise<boolean> {
  const { kind, ...rest } = memo.subject;
  const inserted = await trx('memos')
    .insert({
      id: memo.id,
      study_id: memo.studyId,
      body: memo.body,
      written_by: memo.by,
      ...('id' in rest && { [`${kind}_id`]: rest.id }),
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when it is no longer at `version`, or removed. */
export async function updateMemo(
  trx: Transaction,
  id: string,
  { body, version, by }: { body: string; version: number; by: string },
): Promise<boolean> {
  const updated = await trx('memos')
    .where({ id, version })
    .whereNull('removed_at')
    .update({ body, version: version + 1, updated_by: by, updated_at: trx.fn.now() });
  return updated > 0;
}

/** Removes a memo, or brings it back when `by` is null. False when it was so already. */
export async function updateMemoRemoved(trx: Transaction, id: string, by: string | null): Promise<boolean> {
  const memo = trx('memos').where({ id });
  void (by === null ? memo.whereNotNull('removed_at') : memo.whereNull('removed_at'));
  return (await memo.update({ removed_at: by === null ? null : trx.fn.now(), removed_by: by })) > 0;
}

function columnsOf(subject: Subject): Record<string, string | null> {
  if (subject.kind !== 'study') return { [`memos.${subject.kind}_id`]: subject.id };
  return { 'memos.note_id': null, 'memos.theme_id': null, 'memos.coding_id': null };
}

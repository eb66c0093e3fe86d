import { listThemes } from '../../codebook/theme-queries.ts';
import { pathsOf } from '../../codebook/theme-tree.ts';
import type { Transaction } from '../../database/connection.ts';
import { listWithheldStarts } from '../../notes/withheld-queries.ts';
import type { LeavingMemo } from '../extract-source.ts';
import { instant, MEMOS_ON_CODING, thatLeave } from '../extract-source-queries.ts';
import type { LeavingNote, NoteCoding, NoteSource } from './note-source.ts';

/**
 * A note as it leaves, without what describes the export; undefined where there is none, or none that may leave: a text
 * that is kept for its author and the lead does not, whoever asks, because an export is read by others.
 */
export async function findLeavingNote(
  trx: Transaction,
  id: string,
  timeZone: string,
): Promise<Omit<NoteSource, 'description'> | undefined> {
  const note: (LeavingNote & { revisionId: string }) | undefined = await trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .join('memberships as author', 'author.id', 'notes.author_id')
    .join('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .where('notes.id', id)
    .whereNull('notes.removed_at')
    .whereNull('visits.removed_at')
    .whereNull('latest.kept_for')
    .first({
      id: 'notes.id',
      revisionId: 'latest.id',
      title: 'latest.title',
      body: 'latest.body',
      revision: 'latest.number',
      agencyName: 'agencies.name',
      agencyCode: 'agencies.code',
      phase: 'phases.name',
      setting: 'visits.setting',
      visitDate: trx.raw(`to_char(visits.starts_at at time zone ?, 'YYYY-MM-DD')`, [timeZone]),
      author: 'author.name',
      savedAt: trx.raw(instant('latest.saved_at')),
    });
  if (!note) return undefined;
  const { revisionId, ...leaving } = note;
  return {
    note: leaving,
    withheld: await listWithheldStarts(trx, id),
    codings: await listNoteCodings(trx, id, revisionId),
    memos: await trx('memos')
      .join('memberships as author', 'author.id', 'memos.written_by')
      .where('memos.note_id', id)
      .whereNull('memos.removed_at')
      .orderBy('memos.id')
      .select({ author: 'author.name', writtenAt: trx.raw(instant('memos.written_at')), body: 'memos.body' }),
  };
}

async function listNoteCodings(trx: Transaction, noteId: string, revisionId: string): Promise<NoteCoding[]> {
  const pathOf = pathsOf(await listThemes(trx));
  type Row = Omit<NoteCoding, 'themePath' | 'memos'> & { themeId: string; theme: string; memos: LeavingMemo[] | null };
  const rows: Row[] = await thatLeave(
    trx('codings')
      .join('themes', 'themes.id', 'codings.theme_id')
      .join('memberships as coder', 'coder.id', 'codings.coder_id')
      .where('codings.note_id', noteId)
      .whereNull('codings.removed_at')
      .whereNull('themes.removed_at'),
  )
    .orderBy(['codings.start_position', 'codings.id'])
    .select({
      id: 'codings.id',
      start: 'codings.start_position',
      end: 'codings.end_position',
      quote: 'codings.quote',
      themeId: 'themes.id',
      theme: 'themes.name',
      colour: 'themes.colour',
      coder: 'coder.name',
      codedAt: trx.raw(instant('codings.created_at')),
      isCurrent: trx.raw('codings.needs_review_at is null and codings.revision_id = ?::uuid', [revisionId]),
      memos: trx.raw(MEMOS_ON_CODING),
    });
  return rows.map(({ themeId, theme, memos, ...row }) => ({
    ...row,
    themePath: pathOf(themeId) ?? theme,
    memos: memos ?? [],
  }));
}

import type { Transaction } from '../database/connection.ts';
import type { Span } from './spans.ts';

export type Choice = 'both' | 'adopt' | 'none';

/** What the team agreed about one theme and passage. `agreed`: the stretches that carry it; null where both stand. */
export type Settlement = Span & {
  id: string;
  noteId: string;
  revisionId: string;
  themeId: string;
  themeName: string;
  choice: Choice;
  adoptedFrom: string | null;
  agreed: Span[] | null;
  reason: string;
  settledBy: string;
  settledAt: Date;
};

/** Those of the notes that stand, in reading order. */
export async function listSettlements(trx: Transaction, noteIds: string[]): Promise<Settlement[]> {
  return trx('settlements')
    .join('themes', 'themes.id', 'settlements.theme_id')
    .join('memberships as settler', 'settler.id', 'settlements.settled_by')
    .leftJoin('memberships as adopted', 'adopted.id', 'settlements.adopted_from')
    .whereIn('settlements.note_id', noteIds)
    .whereNull('settlements.removed_at')
    .orderBy(['settlements.note_id', 'settlements.start_position', 'settlements.id'])
    .select({
      id: 'settlements.id',
      noteId: 'settlements.note_id',
      revisionId: 'settlements.revision_id',
      themeId: 'settlements.theme_id',
      themeName: 'themes.name',
      start: 'settlements.start_position',
      end: 'settlements.end_position',
      choice: 'settlements.choice',
      adoptedFrom: 'adopted.name',
      agreed: 'settlements.agreed',
      reason: 'settlements.reason',
      settledBy: 'settler.name',
      settledAt: 'settlements.settled_at',
    });
}

/** False when the id is taken, or when somebody has settled the same. */
export async function insertSettlement(
  trx: Transaction,
  row: Span & {
    id: string;
    studyId: string;
    noteId: string;
    revisionId: string;
    themeId: string;
    choice: Choice;
    adoptedFrom: string | null;
    agreed: Span[] | null;
    reason: string;
    by: string;
  },
): Promise<boolean> {
  const inserted = await trx('settlements')
    .insert({
      id: row.id,
      study_id: row.studyId,
      note_id: row.noteId,
      revision_id: row.revisionId,
      theme_id: row.themeId,
      start_position: row.start,
      end_position: row.end,
      choice: row.choice,
      adopted_from: row.adoptedFrom,
      agreed: row.agreed === null ? null : JSON.stringify(row.agreed),
      reason: row.reason,
      settled_by: row.by,
    })
    .onConflict()
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** Locks the settlement until the transaction ends. */
export async function findSettlementForUpdate(
  trx: Transaction,
  id: string,
): Promise<{ noteId: string; removed: boolean } | undefined> {
  return trx('settlements')
    .where({ id })
    .forUpdate()
    .first({ noteId: 'note_id', removed: trx.raw('removed_at is not null') });
}

export async function findSettlement(
  trx: Transaction,
  id: string,
): Promise<{ noteId: string; settledById: string } | undefined> {
  return trx('settlements').where({ id }).first({ noteId: 'note_id', settledById: 'settled_by' });
}

export async function updateSettlementRemoved(trx: Transaction, id: string, by: string): Promise<void> {
  await trx('settlements').where({ id }).update({ removed_at: trx.fn.now(), removed_by: by });
}

import { keepErasures } from '../backup/erasure-lines-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { StartError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';
import { deleteAgain, type Erasure, listErasureRows } from './erasure-queries.ts';

/** Somebody's real names in the data that was restored, decrypted; empty where none or no key is known. */
export type NamesOf = (person: { studyId: string; participantId: string }) => Promise<readonly string[]>;

/**
 * Erases again, in data restored from an older backup, what `erasures` (of a newer manifest, or of the installation that
 * was there before) say was erased since. `owner` is a transaction of the database's owner; nobody else may. How many
 * people were erased again. Paragraphs that were spared the first time are not known any more and go as well. Their files
 * have to be swept afterwards: sweepErasedEverywhere().
 */
export async function applyErasures(
  owner: Transaction,
  erasures: readonly Erasure[],
  namesOf: NamesOf,
): Promise<number> {
  let count = 0;
  for (const erasure of erasures) if (await deleteAgain(owner, erasure, await namesOf(erasure))) count += 1;
  return count;
}

/** An erasure as a backup's manifest has it: the row of the table. Throws a StartError on anything else. */
export function erasureOf(row: Record<string, unknown>): Erasure {
  const fields = [row.study_id, row.withdrawal_id, row.participant_id, row.requested_by, row.confirmed_by];
  const [studyId, withdrawalId, participantId, requestedBy, confirmedBy] = fields;
  const on = row.withdrawn_on;
  const given = (row.erased as { attachmentIds?: unknown } | null | undefined)?.attachmentIds;
  const attachmentIds = (Array.isArray(given) ? given : []).filter(isId);
  if (isId(studyId) && isId(withdrawalId) && isId(participantId) && isId(requestedBy) && isId(confirmedBy))
    if (typeof on === 'string')
      return { studyId, withdrawalId, participantId, requestedBy, confirmedBy, withdrawnOn: on, attachmentIds };
  throw new StartError(
    'A record of an erasure beside the backup does not say whom it was about. Nothing can be started.',
  );
}

/**
 * Puts the erasure down beside the backups, once it is committed: a backup made before holds the words still, and must not
 * bring them back. False when it could not be written there; the next start tries again, and so does the next backup.
 */
export async function keepErasureBesideBackups(
  db: Db,
  actor: Actor,
  { withdrawalId, backupFolder }: { withdrawalId: string; backupFolder: string },
): Promise<boolean> {
  const rows = await inStudy(db, actor, (trx) => listErasureRows(trx, { withdrawal_id: withdrawalId }));
  try {
    await keepErasures(backupFolder, rows);
    return true;
  } catch {
    return false;
  }
}

/** The same for every erasure there is, as the database's owner. Says so when it cannot: the program starts all the same. */
export async function keepAllErasures(owner: Db, backupFolder: string, say: (line: string) => void): Promise<void> {
  const rows = await listErasureRows(owner);
  try {
    await keepErasures(backupFolder, rows);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(
      `What was erased on request could not be written into ${backupFolder} (${reason}). Put that right before you restore a backup: an older one would bring it back.`,
    );
  }
}

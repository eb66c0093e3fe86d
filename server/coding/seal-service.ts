import { lookThroughSeals, type Transaction } from '../database/connection.ts';
import { findNoteForChange } from './carry-forward-queries.ts';
import { findAnyCoding, updateCodingsSealed } from './seal-queries.ts';

/**
 * Hides every coding of the note from all but its coder, those made before included; whether there were any. Whoever codes
 * the note waits until the transaction ends, and from then on the database seals what they add.
 */
export async function sealCodings(trx: Transaction, noteId: string): Promise<{ wasCoded: boolean }> {
  await findNoteForChange(trx, noteId);
  await lookThroughSeals(trx);
  const wasCoded = (await findAnyCoding(trx, noteId)) !== undefined;
  if (wasCoded) await updateCodingsSealed(trx, noteId, true);
  return { wasCoded };
}

/** Shows the note's codings to the team again. The rest of the transaction sees them too. */
export async function openCodings(trx: Transaction, noteId: string): Promise<void> {
  await findNoteForChange(trx, noteId);
  await lookThroughSeals(trx);
  await updateCodingsSealed(trx, noteId, false);
}

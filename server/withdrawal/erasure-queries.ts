import type { Transaction } from '../database/connection.ts';

/**
 * What was erased and when: ids and counts, no content. `erased.ids` are the codings that went. For the manifest of a
 * backup, and for erasing again what an older backup brings back.
 */
export type Erasure = {
  id: string;
  studyId: string;
  withdrawalId: string | null;
  participantId: string | null;
  at: Date;
  erased: Record<string, unknown>;
  digest: string;
};

/** Every erasure that the transaction may see (of one study; as the database's owner, of all), oldest first. */
export async function listErasures(trx: Transaction): Promise<Erasure[]> {
  return trx('erasures').orderBy('at').orderBy('id').select({
    id: 'id',
    studyId: 'study_id',
    withdrawalId: 'withdrawal_id',
    participantId: 'participant_id',
    at: 'at',
    erased: 'erased',
    digest: 'digest',
  });
}

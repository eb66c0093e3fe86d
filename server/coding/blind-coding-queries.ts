import type { Transaction } from '../database/connection.ts';

/** A note that several people code blind now. `isMine` for one of them; `finishedAt` when that one said so. */
export type BlindCoding = { id: string; isMine: boolean; finishedAt: Date | null; coders: number; finished: number };

/** The blind coding that the note is under, as `membershipId` takes part in it; undefined when it is under none. */
export async function findBlindCoding(
  trx: Transaction,
  noteId: string,
  membershipId: string,
): Promise<BlindCoding | undefined> {
  return trx('double_codings')
    .join('double_coding_coders as coder', 'coder.double_coding_id', 'double_codings.id')
    .where('double_codings.note_id', noteId)
    .whereNull('double_codings.opened_at')
    .groupBy('double_codings.id')
    .first({
      id: 'double_codings.id',
      isMine: trx.raw('bool_or(coder.membership_id = ?)', [membershipId]),
      finishedAt: trx.raw('max(coder.finished_at) filter (where coder.membership_id = ?)', [membershipId]),
      coders: trx.raw('count(*)::int'),
      finished: trx.raw('count(coder.finished_at)::int'),
    });
}

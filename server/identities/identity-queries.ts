import type { Transaction } from '../database/connection.ts';
import type { Sealed } from './cipher.ts';

/** One row as it is stored. `studyId` is part of what the ciphertext is bound to. */
export type StoredIdentity = Sealed & { participantId: string; studyId: string; version: number };

const COLUMNS = {
  participantId: 'identities.participant_id',
  studyId: 'identities.study_id',
  ciphertext: 'identities.ciphertext',
  nonce: 'identities.nonce',
  keyId: 'identities.key_id',
  version: 'identities.version',
};

/** Only inside inIdentities(), as everything here: the table shows nothing otherwise. */
export async function findIdentity(trx: Transaction, participantId: string): Promise<StoredIdentity | undefined> {
  return trx('identities').where({ participant_id: participantId }).first(COLUMNS);
}

export type StoredPerson = StoredIdentity & { agencyId: string; pseudonym: string };

/** Identities with what each participant is called, of these participants or agencies alone where given. */
export async function listIdentities(
  trx: Transaction,
  among: { participantIds?: readonly string[] | undefined; agencyIds?: readonly string[] | undefined } = {},
): Promise<StoredPerson[]> {
  const query = trx('identities')
    .join('participants', 'participants.id', 'identities.participant_id')
    .orderBy('identities.participant_id')
    .select({ ...COLUMNS, agencyId: 'participants.agency_id', pseudonym: 'participants.pseudonym' });
  if (among.participantIds) void query.whereIn('identities.participant_id', among.participantIds);
  if (among.agencyIds) void query.whereIn('participants.agency_id', among.agencyIds);
  return query;
}

/** False when there is one already. */
export async function insertIdentity(
  trx: Transaction,
  row: Sealed & { participantId: string; studyId: string; by: string },
): Promise<boolean> {
  const inserted = await trx('identities')
    .insert({ participant_id: row.participantId, study_id: row.studyId, saved_by: row.by, ...columns(row) })
    .onConflict('participant_id')
    .ignore()
    .returning('participant_id');
  return inserted.length > 0;
}

/** False when the identity is no longer at `version`. */
export async function updateIdentity(
  trx: Transaction,
  row: Sealed & { participantId: string; version: number; by: string },
): Promise<boolean> {
  const updated = await trx('identities')
    .where({ participant_id: row.participantId, version: row.version })
    .update({ ...columns(row), version: row.version + 1, saved_by: row.by, saved_at: trx.fn.now() });
  return updated > 0;
}

function columns({ ciphertext, nonce, keyId }: Sealed) {
  return { ciphertext, nonce, key_id: keyId };
}

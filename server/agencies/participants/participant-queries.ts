import type { Transaction } from '../../database/connection.ts';
import type { Consent, ParticipantRole } from './participant.ts';

/** Somebody observed, by pseudonym. `consent` is the standing one; what held at a visit is kept with the visit. */
export type Participant = {
  id: string;
  agencyId: string;
  pseudonym: string;
  role: ParticipantRole;
  consent: Consent;
  consentNote: string;
  version: number;
  removedAt: Date | null;
};

const COLUMNS = {
  id: 'id',
  agencyId: 'agency_id',
  pseudonym: 'pseudonym',
  role: 'role',
  consent: 'consent',
  consentNote: 'consent_note',
  version: 'version',
  removedAt: 'removed_at',
};

/** Orders by pseudonym so that "Member 2" comes before "Member 10". Not \d: other scripts' digits are no numeric. */
export const READING_ORDER = `lower(regexp_replace(pseudonym, '[0-9]+', '', 'g')), nullif(regexp_replace(pseudonym, '[^0-9]+', '', 'g'), '')::numeric nulls first, pseudonym`;

/** The participants of an agency, removed ones included, by pseudonym. */
export async function listParticipants(trx: Transaction, agencyId: string): Promise<Participant[]> {
  return trx('participants').where({ agency_id: agencyId }).orderByRaw(READING_ORDER).select(COLUMNS);
}

/** One participant, a removed one included, or undefined. */
export async function findParticipant(trx: Transaction, id: string): Promise<Participant | undefined> {
  return trx('participants').where({ id }).first(COLUMNS);
}

type Written = Pick<Participant, 'pseudonym' | 'role' | 'consent' | 'consentNote'>;

/** False when the id is taken. Throws PostgreSQL's 23505 on participants_pseudonym_unique. */
export async function insertParticipant(
  trx: Transaction,
  row: Written & { id: string; studyId: string; agencyId: string },
): Promise<boolean> {
  const inserted = await trx('participants')
    .insert({ id: row.id, study_id: row.studyId, agency_id: row.agencyId, ...written(row) })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when the participant is no longer at `version`, or removed. Throws 23505 like insertParticipant. */
export async function updateParticipant(
  trx: Transaction,
  id: string,
  change: Written & { version: number },
): Promise<boolean> {
  const updated = await trx('participants')
    .where({ id, version: change.version })
    .whereNull('removed_at')
    .update({ ...written(change), version: change.version + 1 });
  return updated > 0;
}

/** How many rows changed: none when it was so already. Throws 23505 when a removed pseudonym has been given again. */
export async function updateParticipantRemoved(trx: Transaction, id: string, by: string | null): Promise<number> {
  const query = trx('participants').where({ id });
  return by === null
    ? query.whereNotNull('removed_at').update({ removed_at: null, removed_by: null })
    : query.whereNull('removed_at').update({ removed_at: trx.fn.now(), removed_by: by });
}

function written({ pseudonym, role, consent, consentNote }: Written) {
  return { pseudonym, role, consent, consent_note: consentNote };
}

import type { Transaction } from '../database/connection.ts';

export type EventRow = {
  id: string;
  study_id: string | null;
  person_id: string | null;
  membership_id: string | null;
  kind: string;
  subject_id: string | null;
  before: string | null;
  after: string | null;
  request_id: string | null;
};

export async function insertEvents(trx: Transaction, rows: EventRow[]): Promise<void> {
  if (rows.length > 0) await trx('events').insert(rows);
}

import type { Transaction } from '../database/connection.ts';
import { prepared } from '../database/prepared.ts';
import type { Statement } from '../database/together.ts';

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

const INSERT = `
  insert into events (id, study_id, person_id, membership_id, kind, subject_id, before, after, request_id)
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::jsonb[], $8::jsonb[], $9::text[])`;

/** The statement that adds `rows`, for a transaction that sends its statements together. */
export function insertionOf(rows: readonly EventRow[]): Statement {
  const column = <K extends keyof EventRow>(name: K) => rows.map((row) => row[name]);
  const values = [
    column('id'),
    column('study_id'),
    column('person_id'),
    column('membership_id'),
    column('kind'),
    column('subject_id'),
    column('before'),
    column('after'),
    column('request_id'),
  ];
  return { name: 'insert-events', text: INSERT, values };
}

export async function insertEvents(trx: Transaction, rows: readonly EventRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { name, text, values } = insertionOf(rows);
  await prepared(trx, name, text, values);
}

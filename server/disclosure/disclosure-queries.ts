import type { Transaction } from '../database/connection.ts';
import type { RecordedFilter } from '../extracts/export-queries.ts';
import { EVERYTHING } from '../extracts/extract-filter.ts';
import type { Choices } from './choices.ts';
import type { OutsideFormat } from './formats.ts';
import type { Preview } from './preview.ts';

/** Something that is to leave the team. `preview` and `fingerprint` are null until it was looked through once. */
export type Disclosure = {
  id: string;
  format: OutsideFormat;
  filter: RecordedFilter;
  byteOrderMark: boolean;
  recipient: string;
  purpose: string;
  choices: Choices;
  unreleasedReason: string;
  requestedBy: string;
  requestedAt: Date;
  state: 'previewing' | 'previewed' | 'failed' | 'confirmed';
  failure: string | null;
  preview: Preview | null;
  previewedAt: Date | null;
  fingerprint: string | null;
  reason: string;
  /** The kinds of what may still tell who somebody is that were looked at, each by itself. */
  accepted: string[];
  confirmedBy: string | null;
  confirmedAt: Date | null;
  exportId: string | null;
  exportNumber: number | null;
};

export type NewDisclosure = Pick<
  Disclosure,
  'id' | 'format' | 'filter' | 'byteOrderMark' | 'recipient' | 'purpose' | 'choices' | 'unreleasedReason'
>;

/** False when there is one with this id. */
export async function insertDisclosure(
  trx: Transaction,
  row: NewDisclosure & { studyId: string; by: string },
): Promise<boolean> {
  const inserted = await trx('disclosures')
    .insert({
      id: row.id,
      study_id: row.studyId,
      format: row.format,
      filter: JSON.stringify(row.filter),
      byte_order_mark: row.byteOrderMark,
      recipient: row.recipient,
      purpose: row.purpose,
      choices: JSON.stringify(row.choices),
      unreleased_reason: row.unreleasedReason,
      requested_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

function disclosures(trx: Transaction) {
  return trx('disclosures')
    .join('memberships as requester', 'requester.id', 'disclosures.requested_by')
    .leftJoin('memberships as confirmer', 'confirmer.id', 'disclosures.confirmed_by')
    .leftJoin('exports', 'exports.disclosure_id', 'disclosures.id')
    .select({
      id: 'disclosures.id',
      format: 'disclosures.format',
      filter: 'disclosures.filter',
      byteOrderMark: 'disclosures.byte_order_mark',
      recipient: 'disclosures.recipient',
      purpose: 'disclosures.purpose',
      choices: 'disclosures.choices',
      unreleasedReason: 'disclosures.unreleased_reason',
      requestedBy: 'requester.name',
      requestedAt: 'disclosures.requested_at',
      state: 'disclosures.state',
      failure: 'disclosures.failure',
      preview: 'disclosures.preview',
      previewedAt: 'disclosures.previewed_at',
      fingerprint: 'disclosures.fingerprint',
      reason: 'disclosures.reason',
      accepted: 'disclosures.accepted',
      confirmedBy: 'confirmer.name',
      confirmedAt: 'disclosures.confirmed_at',
      exportId: 'exports.id',
      exportNumber: 'exports.number',
    });
}

export async function findDisclosure(trx: Transaction, id: string): Promise<Disclosure | undefined> {
  const row = await disclosures(trx).where('disclosures.id', id).first();
  return row && { ...row, filter: { read: [], ...EVERYTHING, ...row.filter } };
}

/** Those that nobody has let go yet, the latest first. */
export async function listOpenDisclosures(trx: Transaction, limit: number): Promise<Disclosure[]> {
  return disclosures(trx)
    .whereNot('disclosures.state', 'confirmed')
    .orderBy([
      { column: 'disclosures.requested_at', order: 'desc' },
      { column: 'disclosures.id', order: 'desc' },
    ])
    .limit(limit);
}

/** Begins to look through it again; nothing changes once it was let go. */
export async function updateDisclosureBegun(trx: Transaction, id: string): Promise<boolean> {
  const updated = await trx('disclosures')
    .where({ id })
    .whereNot({ state: 'confirmed' })
    .update({ state: 'previewing', failure: null });
  return updated > 0;
}

export async function updateDisclosurePreviewed(
  trx: Transaction,
  id: string,
  { preview, fingerprint }: { preview: Preview; fingerprint: string },
): Promise<void> {
  await trx('disclosures')
    .where({ id })
    .whereNot({ state: 'confirmed' })
    .update({
      state: 'previewed',
      failure: null,
      preview: JSON.stringify(preview),
      fingerprint,
      previewed_at: trx.fn.now(),
    });
}

export async function updateDisclosureFailed(trx: Transaction, id: string, failure: string): Promise<void> {
  await trx('disclosures').where({ id, state: 'previewing' }).update({ state: 'failed', failure });
}

/** False when it is not, or no more, what was previewed with `fingerprint`. */
export async function updateDisclosureConfirmed(
  trx: Transaction,
  id: string,
  {
    fingerprint,
    reason,
    accepted,
    by,
  }: { fingerprint: string; reason: string; accepted: readonly string[]; by: string },
): Promise<boolean> {
  const updated = await trx('disclosures')
    .where({ id, fingerprint, state: 'previewed' })
    .update({ state: 'confirmed', reason, accepted: [...accepted], confirmed_by: by, confirmed_at: trx.fn.now() });
  return updated > 0;
}

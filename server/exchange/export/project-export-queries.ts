import type { Transaction } from '../../database/connection.ts';
import type { Remark } from '../refi/refusal.ts';
import type { Format } from './formats.ts';

/** The record of a file of the whole study or codebook. `byteLength` in bytes; null until it has been made once. */
export type ProjectExport = {
  id: string;
  number: number;
  format: Format;
  requestedBy: string;
  requestedAt: Date;
  state: 'making' | 'ready' | 'failed';
  failure: string | null;
  completedAt: Date | null;
  byteLength: number | null;
  sha256: string | null;
  /** `codebook` in words; not there in records from before it was kept. */
  report: { remarks: Remark[]; counts: Record<string, number>; codebook?: string } | null;
};

function projectExports(trx: Transaction) {
  return trx('project_exports').join('memberships', 'memberships.id', 'project_exports.requested_by').select({
    id: 'project_exports.id',
    number: 'project_exports.number',
    format: 'project_exports.format',
    requestedBy: 'memberships.name',
    requestedAt: 'project_exports.requested_at',
    state: 'project_exports.state',
    failure: 'project_exports.failure',
    completedAt: 'project_exports.completed_at',
    byteLength: 'project_exports.byte_length',
    sha256: 'project_exports.sha256',
    report: 'project_exports.report',
  });
}

const asExport = (row: ProjectExport): ProjectExport => ({
  ...row,
  byteLength: row.byteLength === null ? null : Number(row.byteLength),
});

/** False when there is one with this id. Numbers are given out one at a time, from 1 in each study. */
export async function insertProjectExport(
  trx: Transaction,
  row: { id: string; studyId: string; by: string; format: Format },
): Promise<boolean> {
  await trx('studies').where({ id: row.studyId }).forNoKeyUpdate().select('id');
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into project_exports (id, study_id, number, requested_by, format)
     select ?::uuid, ?::uuid, coalesce(max(number), 0) + 1, ?::uuid, ? from project_exports
     on conflict (id) do nothing`,
    [row.id, row.studyId, row.by, row.format],
  );
  return rowCount > 0;
}

export async function findProjectExport(trx: Transaction, id: string): Promise<ProjectExport | undefined> {
  const row = await projectExports(trx).where('project_exports.id', id).first();
  return row && asExport(row);
}

export async function listProjectExports(
  trx: Transaction,
  formats: readonly Format[],
  limit: number,
): Promise<ProjectExport[]> {
  const rows = await projectExports(trx)
    .whereIn('project_exports.format', formats)
    .orderBy('project_exports.number', 'desc')
    .limit(limit);
  return rows.map(asExport);
}

/** Writes down what the finished file came to. False when the record says that it came to something else. */
export async function updateProjectExportReady(
  trx: Transaction,
  id: string,
  made: { byteLength: number; sha256: string; report: ProjectExport['report'] },
): Promise<boolean> {
  const updated = await trx('project_exports')
    .where({ id })
    .where((same) => same.whereNull('sha256').orWhere({ sha256: made.sha256 }))
    .update({
      state: 'ready',
      failure: null,
      completed_at: trx.raw('coalesce(completed_at, now())'),
      byte_length: made.byteLength,
      sha256: made.sha256,
      report: JSON.stringify(made.report),
    });
  return updated > 0;
}

export async function updateProjectExportState(
  trx: Transaction,
  id: string,
  state: ProjectExport['state'],
  failure: string | null,
): Promise<void> {
  await trx('project_exports').where({ id }).update({ state, failure });
}

/**
 * Whether something has been put away since: consent declined or withdrawn, a paragraph marked by hand, a note
 * de-identified, somebody erased. A file from before may hold it.
 */
export async function findWhetherPutAway(trx: Transaction, since: Date): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: [{ isSo: boolean }] }>(
    `select exists (select from consent_changes where consent in ('declined', 'withdrawn') and recorded_at >= :since)
         or exists (select from note_mentions where source = 'hand' and about and marked_at >= :since)
         or exists (select from notes where deidentified_at >= :since)
         or exists (select from erasures where at >= :since)
         or exists (select from disposals where done_at >= :since) as "isSo"`,
    { since },
  );
  return rows[0].isSo;
}

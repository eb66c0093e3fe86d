import type { Transaction } from '../database/connection.ts';

/** One backup that was tried: `failure` in words when none was made. */
export type BackupRecord = {
  id: string;
  begunAt: Date;
  endedAt: Date;
  scheduled: boolean;
  fileName: string | null;
  byteLength: number | null;
  rowCount: number | null;
  fileCount: number | null;
  faultyFiles: number | null;
  encrypted: boolean | null;
  failure: string | null;
};

export async function insertBackup(trx: Transaction, record: Omit<BackupRecord, 'endedAt'>): Promise<void> {
  await trx('backups').insert({
    id: record.id,
    begun_at: record.begunAt,
    scheduled: record.scheduled,
    file_name: record.fileName,
    byte_length: record.byteLength,
    row_count: record.rowCount,
    file_count: record.fileCount,
    faulty_files: record.faultyFiles,
    encrypted: record.encrypted,
    failure: record.failure,
  });
}

/** False on a database that an earlier version of the program has left. */
export async function findWhetherRecorded(trx: Transaction): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { found: boolean }[] }>(
    `select to_regclass('public.backups') is not null as found`,
  );
  return rows[0]?.found ?? false;
}

/** The latest, newest first. */
export async function listBackups(trx: Transaction, most: number): Promise<BackupRecord[]> {
  return trx('backups')
    .orderBy([
      { column: 'ended_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(most)
    .select({
      id: 'id',
      begunAt: 'begun_at',
      endedAt: 'ended_at',
      scheduled: 'scheduled',
      fileName: 'file_name',
      byteLength: trx.raw('byte_length::float8'),
      rowCount: trx.raw('row_count::float8'),
      fileCount: 'file_count',
      faultyFiles: 'faulty_files',
      encrypted: 'encrypted',
      failure: 'failure',
    });
}

/** When the last good one was begun; undefined when there is none. One begun in the future is of a clock since set back. */
export async function findLastGood(trx: Transaction): Promise<Date | undefined> {
  const row: { begunAt: Date } | undefined = await trx('backups')
    .whereNull('failure')
    .where('begun_at', '<=', trx.raw(`now() + interval '5 minutes'`))
    .orderBy('begun_at', 'desc')
    .first({ begunAt: 'begun_at' });
  return row?.begunAt;
}

/** How many have failed since `since`, and when the last of them ended. */
export async function findFailures(trx: Transaction, since: Date): Promise<{ count: number; last: Date | null }> {
  const row: { count: number; last: Date | null } | undefined = await trx('backups')
    .whereNotNull('failure')
    .where('ended_at', '>=', since)
    .first({ count: trx.raw('count(*)::int'), last: trx.raw('max(ended_at)') });
  return row ?? { count: 0, last: null };
}

/** Takes the lock that lets one process of the installation make a backup, until the transaction ends; false when taken. */
export async function takeBackupLock(trx: Transaction): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { taken: boolean }[] }>('select pg_try_advisory_xact_lock(7203005) as taken');
  return rows[0]?.taken ?? false;
}

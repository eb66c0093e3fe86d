import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { recordAccountEvent } from '../audit/event-service.ts';
import { asAccount, type Db } from '../database/connection.ts';
import { ConflictError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { findWhetherRecorded, insertBackup, takeBackupLock } from './backup-queries.ts';
import { type BackupSource, makeBackup } from './backup-service.ts';
import { keepErasures } from './erasure-lines-service.ts';
import type { Manifest } from './manifest.ts';

/**
 * Makes a backup, one at a time in the installation, and puts down what became of it. What was erased is also put down
 * beside the file. Undefined when it is no longer due; throws a ConflictError while another one is being made.
 */
export async function makeRecordedBackup(
  db: Db,
  source: BackupSource,
  { file, scheduled, stillDue }: { file: string; scheduled: boolean; stillDue?: () => Promise<boolean> },
): Promise<Manifest | undefined> {
  return asAccount(db, {}, async (lock) => {
    if (!(await takeBackupLock(lock)))
      throw new ConflictError('Another backup is being made at this moment. Wait until it is done.');
    // Another process may just have made it.
    if (stillDue && !(await stillDue())) return undefined;
    const begunAt = new Date();
    const attempt = { id: newId(), begunAt, scheduled };
    try {
      await mkdir(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
      const manifest = await makeBackup(source, file);
      await keepErasures(path.dirname(path.resolve(file)), manifest.erasures);
      await record(db, 'backup.made', {
        ...attempt,
        fileName: path.basename(file),
        byteLength: (await stat(file)).size,
        rowCount: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
        fileCount: manifest.files.filter(({ state }) => state !== 'missing').length,
        faultyFiles: manifest.files.filter(({ state }) => state !== 'kept').length,
        encrypted: source.key !== undefined,
        failure: null,
      });
      return manifest;
    } catch (error) {
      const nothing = { fileName: null, byteLength: null, rowCount: null, fileCount: null };
      const failure = wordsOf(error);
      await record(db, 'backup.failed', { ...attempt, ...nothing, faultyFiles: null, encrypted: null, failure }).catch(
        () => undefined,
      );
      throw error;
    }
  });
}

async function record(
  db: Db,
  kind: 'backup.made' | 'backup.failed',
  made: Parameters<typeof insertBackup>[1],
): Promise<void> {
  await asAccount(db, {}, async (trx) => {
    // An older database is backed up as it is, before the program that knows this table changes it.
    if (!(await findWhetherRecorded(trx))) return;
    await insertBackup(trx, made);
    const after = {
      byteLength: made.byteLength,
      rows: made.rowCount,
      files: made.fileCount,
      encrypted: made.encrypted,
    };
    await recordAccountEvent(trx, null, { kind, subjectId: made.id, after });
  });
}

/** Why it failed, for the page: the system's word for it, without paths or what was in the data. */
function wordsOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC' || code === '53100') return 'The disk is full.';
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return 'The folder for backups cannot be written.';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'The folder for backups is not there.';
  if (code === 'EEXIST') return 'There is a file of that name already.';
  return typeof code === 'string' ? `It broke off (${code}).` : 'It broke off; the log says more.';
}

import { spawn } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { asAccount, type Db } from '../database/connection.ts';
import { findFailures, findLastGood } from './backup-queries.ts';
import { isBackupName } from './manifest.ts';
import { type BackupState, isDue, lastDue } from './schedule.ts';

type Tell = { info(what: object, words: string): void; error(what: object, words: string): void };

const LOOK_EVERY_MS = 60_000;
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;
const COMMAND = path.join(import.meta.dirname, '../make-backup.ts');
const PROJECT = path.join(import.meta.dirname, '../..');

/** Whether a backup is due, by what all processes of the installation have put down. */
export async function backupIsDue(db: Db, at: string): Promise<boolean> {
  const now = new Date();
  const state = await asAccount<BackupState>(db, {}, async (trx) => ({
    lastGood: await findLastGood(trx),
    failures: await findFailures(trx, lastDue(now, at)),
  }));
  return isDue(now, at, state);
}

/**
 * Makes a backup each day at `at`, also one that was missed because the program did not run, until `stop` is called. Each
 * is made by a process of its own, with less right to the processor than the pages have.
 */
export function keepMakingBackups(
  db: Db,
  at: string,
  log: Tell,
  environment: NodeJS.ProcessEnv,
): { stop(): Promise<void> } {
  let running: { done: Promise<void>; end(): void } | undefined;
  let stopped = false;

  function make(): { done: Promise<void>; end(): void } {
    const child = spawn(process.execPath, ['--import', 'tsx', COMMAND, '--scheduled'], {
      cwd: PROJECT,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (child.pid !== undefined) {
      try {
        setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
      } catch {
        // It is then made at the usual priority.
      }
    }
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2000)));
    const done = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        log.error({ err: error }, 'the backup could not be begun');
        resolve();
      });
      child.once('close', (code) => {
        if (code === 0) log.info({}, 'the backup process has ended');
        else if (!stopped) log.error({ code, said }, 'the backup failed');
        resolve();
      });
    });
    return { done, end: () => void child.kill('SIGTERM') };
  }

  async function look(): Promise<void> {
    if (stopped || running) return;
    try {
      if (!(await backupIsDue(db, at)) || stopped) return;
      running = make();
      await running.done;
    } catch (error) {
      log.error({ err: error }, 'it is not known whether a backup is due');
    } finally {
      running = undefined;
    }
  }

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  void look();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      running?.end();
      await running?.done;
    },
  };
}

/** Removes all but the newest `keep` of the backups that the program has named itself, and what broken-off ones left. */
export async function removeOldBackups(folder: string, keep: number): Promise<string[]> {
  const names = await readdir(folder);
  const old = names.filter(isBackupName).toSorted().slice(0, -keep);
  for (const name of old) await rm(path.join(folder, name), { force: true });
  for (const name of names.filter((one) => /^fieldnotes-.*\.backup\.\d+\.part$/.test(one))) {
    const found = await stat(path.join(folder, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > FORGOTTEN_MS) await rm(path.join(folder, name), { force: true });
  }
  return old;
}

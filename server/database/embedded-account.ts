import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartError } from '../shared/errors.ts';

const run = promisify(execFile);

/** The operating-system user that PostgreSQL runs as; undefined means the user that runs this program. */
export type Account = { uid: number; gid: number } | undefined;

const NAME = 'postgres';

async function findAccount(): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createAccount(): Promise<void> {
  // Debian and most others; then Alpine and BusyBox. Each prints its own complaint, which is not the person's concern.
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME]).catch(
    () => run('adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', NAME]).catch(() => undefined),
  );
}

/** PostgreSQL refuses to run as root. For root: the owner of `cluster` if there is one, else a user without rights. */
export async function databaseAccount(cluster?: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = cluster ? await stat(cluster).catch(() => undefined) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  let account = await findAccount();
  if (!account) {
    await createAccount();
    account = await findAccount();
  }
  if (!account) {
    throw new StartError(
      'PostgreSQL does not run as root, and no user for it could be created. Create one with “useradd --system postgres”, start the program as an ordinary user, or set DATABASE_URL.',
    );
  }
  return account;
}

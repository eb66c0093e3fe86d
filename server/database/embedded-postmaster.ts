import { execFile, spawn } from 'node:child_process';
import { chown, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Cluster, cleanEnvironment } from './embedded-cluster.ts';

const run = promisify(execFile);

export type Running = { pid: number; port: number };

const LOG_LIMIT_BYTES = 5_000_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether this process is a server on this data folder, and not another program that has got a dead server's number. */
async function isServer(pid: number, cluster: Cluster): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    // Empty for a dead server that nobody has buried yet.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const [program = '', ...options] = command.split('\0');
    return path.basename(program) === 'postgres' && options.includes(cluster.data);
  }
  const command = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return path.basename(command.stdout.trim()) === 'postgres';
}

/** The server that runs on this data folder, also one that an earlier, killed program has left behind. */
export async function findRunning(cluster: Cluster): Promise<Running | undefined> {
  const file = path.join(cluster.data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  if (!(await isServer(pid, cluster))) {
    // The number of a killed server now belongs to another program, and PostgreSQL would wait for that one. Its own
    // parent's number it takes for a left-over, and it goes on to check that the old server's memory is free.
    lines[0] = String(process.pid);
    await writeFile(file, lines.join('\n'));
    return undefined;
  }
  const port = Number(lines[3]);
  // The server writes its number first and its port a moment later: 0 means not yet.
  return { pid, port: Number.isInteger(port) ? port : 0 };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function settings(cluster: Cluster, port: number): string[] {
  const kept = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Errors of statements may quote the text of notes; they go to the program's own log, which knows what to leave out.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
  };
  const thrownAway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 };
  const all = cluster.temporary ? { ...kept, ...thrownAway } : kept;
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Starts a server in a session of its own, so that neither Ctrl-C nor the end of this program takes it down.
 * `ended` resolves with what the server wrote if it ends by itself.
 */
export async function spawnServer(cluster: Cluster, port: number): Promise<{ ended: Promise<string> }> {
  const file = path.join(cluster.home, 'server.log');
  const log = await open(file, 'a', 0o600);
  try {
    if (cluster.account) await chown(file, cluster.account.uid, cluster.account.gid);
    const { size } = await stat(file);
    if (size > LOG_LIMIT_BYTES) await truncate(file);
    const before = size > LOG_LIMIT_BYTES ? 0 : size;
    const server = spawn(
      path.join(cluster.binaries.folder, 'postgres'),
      ['-D', cluster.data, ...settings(cluster, port)],
      {
        ...cluster.account,
        cwd: cluster.home,
        env: cleanEnvironment(),
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    server.unref();
    const ended = new Promise<string>((resolve) => {
      server.once('error', (error) => resolve(error.message));
      server.once('exit', () => {
        void readFile(file).then(
          (bytes) => resolve(bytes.subarray(before).toString('utf8')),
          (error: Error) => resolve(error.message),
        );
      });
    });
    return { ended };
  } finally {
    await log.close();
  }
}

/** Stops the server cleanly: running statements are cancelled, everything committed is on the disk afterwards. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const how = cluster.temporary ? 'immediate' : 'fast';
  await run(
    path.join(cluster.binaries.folder, 'pg_ctl'),
    ['stop', '-D', cluster.data, '-m', how, '-w', '-t', '120', '-s'],
    { ...cluster.account, cwd: cluster.home, env: cleanEnvironment() },
  );
}

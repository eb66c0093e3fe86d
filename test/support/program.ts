import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { until } from './until.ts';

const PROJECT = path.join(import.meta.dirname, '../..');

export type ProgramOptions = {
  env?: Record<string, string | undefined>;
  /** The folder of the project to run; this one unless given. */
  project?: string;
  /** Whom to run it as; whoever runs the tests unless given. Only root may choose. */
  user?: { uid: number; gid: number };
  script?: string;
  /** For the script. */
  args?: string[];
  /** A disk of its own of so many megabytes at this folder, for this program alone. */
  smallDisk?: { folder: string; megabytes: number };
  /** For node itself, such as a profile to write. */
  nodeFlags?: string[];
  /** Goes through an npm script of this name, as people do, instead of starting Node itself. */
  npm?: string;
};

/** The real program as a process of its own: what it prints, and how it ends. */
export class Program {
  readonly child: ChildProcess;
  output = '';

  constructor({
    env = {},
    project = PROJECT,
    user,
    script = 'server/main.ts',
    args: given = [],
    nodeFlags = [],
    npm,
    smallDisk,
  }: ProgramOptions) {
    const inherited = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR };
    const node = [process.execPath, ...nodeFlags, '--import', 'tsx', script, ...given];
    const asked = npm ? ['npm', 'run', npm] : node;
    const [command = '', ...args] = smallDisk ? onSmallDisk(smallDisk, asked) : asked;
    this.child = spawn(command, args, {
      cwd: project,
      // Nothing else of the test's environment: LANG, NODE_OPTIONS and DATABASE_URL would change what is tried.
      env: { ...inherited, PORT: '0', LOG_LEVEL: 'silent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** The address that it prints last, once it runs. Throws with its output when it ends instead. */
  async address(): Promise<string> {
    const line = /is running at (\S+)\n/;
    await until(() => line.test(this.output) || this.hasEnded());
    const address = line.exec(this.output)?.[1];
    if (address === undefined) throw new Error(`the program ended instead of running:\n${this.output}`);
    return address;
  }

  async prints(words: string): Promise<void> {
    await until(() => this.output.includes(words) || this.hasEnded());
    if (!this.output.includes(words)) throw new Error(`the program ended without saying “${words}”:\n${this.output}`);
  }

  /** The exit code, or the signal that ended it. */
  async ended(): Promise<number | NodeJS.Signals | null> {
    if (!this.hasEnded()) await once(this.child, 'close');
    return this.child.exitCode ?? this.child.signalCode;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    if (!this.hasEnded()) this.child.kill(signal);
    return this.ended();
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** Where the program keeps the database of `dataFolder`: inside it, or where its user can reach it. */
export async function databaseHome(dataFolder: string): Promise<string> {
  const elsewhere = await readFile(path.join(dataFolder, 'database-folder'), 'utf8').catch(() => undefined);
  return elsewhere?.trim() ?? path.join(dataFolder, 'postgres');
}

/** The server that the program runs in `dataFolder`: its process and its address. Throws when none runs. */
export async function embeddedServer(dataFolder: string): Promise<{ pid: number; url: string }> {
  const data = path.join(await databaseHome(dataFolder), 'data');
  const lines = (await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n');
  const password = await readFile(path.join(data, 'fieldnotes-password'), 'utf8');
  return { pid: Number(lines[0]), url: `postgres://fieldnotes:${password}@127.0.0.1:${lines[3]}/fieldnotes` };
}

/** The command in a view of the file system of its own, which an ordinary user may have too. */
function onSmallDisk({ folder, megabytes }: { folder: string; megabytes: number }, command: string[]): string[] {
  const mount = 'mkdir -p "$0" && mount -t tmpfs -o "size=$1m" tmpfs "$0" && shift && exec "$@"';
  const view = process.getuid?.() === 0 ? ['-m'] : ['-r', '-m'];
  return ['unshare', ...view, 'sh', '-c', mount, folder, String(megabytes), ...command];
}

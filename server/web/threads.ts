import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Db } from '../database/connection.ts';
import type { ToThread, FromThread } from './thread-entry.ts';

/** What work in a thread of its own has at hand. */
export type ThreadMeans = {
  /** Connections of its own: if the thread dies, its transaction is rolled back. */
  db: Db;
  progress: (sentence: string) => Promise<void>;
  /** Names a file before it is written: it is removed when the work fails, is cut off, or its thread dies. */
  claim: (file: string) => void;
  /** Said just before the last commit: from then on nothing is cut off, and what was claimed stays if the thread dies. */
  committing: () => void;
};

/** Work that can be done in a thread: what it is given and what it returns are copied, so they hold data alone. */
export type ThreadWork = (means: ThreadMeans, input: never) => Promise<unknown>;

export type Threads = {
  /**
   * Does the work that the module at `place.module` (import.meta.resolve('./…')) exports as `place.name` in a thread of its
   * own, after those that asked before. Rejects with the error of the work, or why it ended without one.
   */
  run<Work extends ThreadWork>(
    place: { module: string; name: string },
    input: Parameters<Work>[1],
    given?: { progress?: (sentence: string) => Promise<void>; signal?: AbortSignal },
  ): Promise<Awaited<ReturnType<Work>>>;
};

const WAITING = 'Waiting until other files are finished';
const MOST_AT_ONCE = 2;
const MOST_MEMORY_MB = 400;
// More would be quicker. But what is moved out of it at once must fit into the 16 MB that Node gives a thread beyond its
// limit so that it can be ended: where it does not, the whole program ends.
const YOUNG_MB = 32;

/**
 * Threads for long work, at most `most` at once, each with `memory` megabytes for its objects. They keep the program's own thread, on which every page is made, free; on
 * Linux they also stand back behind it where processors are few. `reach` says how they find the database.
 */
export function createThreads(
  reach: ToThread['reach'],
  { most = MOST_AT_ONCE, memory = MOST_MEMORY_MB } = {},
): Threads {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    if (running < most) {
      running += 1;
      return;
    }
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      signal?.addEventListener('abort', () => {
        const at = waiting.indexOf(resolve);
        if (at === -1) return;
        waiting.splice(at, 1);
        reject(signal.reason as Error);
      });
    });
  }

  function finish(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return {
    async run(place, input, { progress, signal } = {}) {
      signal?.throwIfAborted();
      if (running >= most) await progress?.(WAITING);
      await turn(signal);
      try {
        // It may have been given up while it waited.
        signal?.throwIfAborted();
        return (await runOne({ ...place, input, reach }, { memory, progress, signal })) as never;
      } finally {
        finish();
      }
    },
  };
}

async function runOne(
  given: ToThread,
  {
    memory,
    progress,
    signal,
  }: {
    memory: number;
    progress: ((sentence: string) => Promise<void>) | undefined;
    signal: AbortSignal | undefined;
  },
): Promise<unknown> {
  const claimed: string[] = [];
  let isCommitting = false;
  let ended: FromThread | undefined;
  let told = Promise.resolve();
  const thread = new Worker(beginningWith(`await import('${import.meta.resolve('./thread-entry.ts')}');`), {
    workerData: given,
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG_MB },
    execArgv: [],
  });
  const cut = (): void => {
    if (!isCommitting) void thread.terminate();
  };
  signal?.addEventListener('abort', cut, { once: true });
  thread.on('message', (message: FromThread) => {
    if ('claim' in message) claimed.push(message.claim);
    else if ('committing' in message) isCommitting = true;
    // One after the other; a sentence that cannot be noted down is no reason to stop.
    else if ('progress' in message) told = told.then(() => progress?.(message.progress)).catch(() => {});
    else ended = message;
  });
  let fault: Error | undefined;
  thread.on('error', (error) => (fault = error));
  await new Promise((resolve) => thread.once('exit', resolve));
  signal?.removeEventListener('abort', cut);
  await told;
  if (ended && 'result' in ended) return ended.result;
  // What the work itself reports has been rolled back; a thread that died while it committed may have succeeded.
  if ((ended && 'error' in ended) || !isCommitting) for (const file of claimed) await rm(file, { force: true });
  if (ended && 'error' in ended) throw revived(ended.error);
  if (signal?.aborted) throw signal.reason;
  throw new ThreadDied(fault);
}

/** The thread ended without a word: its memory did not suffice, or it was killed. `message` is for a person. */
export class ThreadDied extends Error {
  constructor(cause: Error | undefined) {
    super(
      (cause as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? 'It needs more memory than one file may take here, and was stopped. Nothing of it was kept.'
        : 'It was broken off by a fault of this program, which is in its log now. Nothing of it was kept. Start it again.',
      { cause },
    );
    this.name = 'ThreadDied';
  }
}

/** What a thread begins with: it has no loader for TypeScript of its own and is given one, in words that need none; then `code`. */
export function beginningWith(code: string): URL {
  const loader = import.meta.resolve('tsx/esm/api');
  const words = `import { register } from '${loader}'; register(); ${code}`;
  return new URL(`data:text/javascript,${encodeURIComponent(words)}`);
}

type Written = Extract<FromThread, { error: unknown }>['error'];

function revived({ name, message, stack, code, cause }: Written): Error {
  const error = new Error(message, cause && { cause: revived(cause) });
  return Object.assign(error, { name, stack, ...(code !== undefined && { code }) });
}

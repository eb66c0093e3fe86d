import { Worker } from 'node:worker_threads';
import { beginningWith } from '../../web/threads.ts';
import type { Profile } from '../refi/profile.ts';
import type { FromCheck, ToCheck } from './check-thread-service.ts';

export type PassingCheck = {
  /** Takes a piece of the project that is being written. Resolves when there is room for the next. */
  pass: (piece: Buffer) => Promise<void>;
  /**
   * What is wrong with the finished file, in short; undefined where nobody has looked: the project was small, or the thread
   * ended before its time.
   */
  finish: (file: string) => Promise<string[] | undefined>;
  close: () => Promise<void>;
};

// A thread is worth its while for some thousand passages.
const LARGE = 4 * 1024 * 1024;
const MOST_UNDER_WAY = 8 * 1024 * 1024;
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };

/** Has a project checked in a second thread while it is written, once more than `from` bytes of it have passed. */
export function openPassingCheck(given: { profile: Profile; limit: number }, from = LARGE): PassingCheck {
  let held: Buffer[] = [];
  let length = 0;
  let thread: ReturnType<typeof begin> | undefined;
  return {
    async pass(piece) {
      length += piece.length;
      held.push(piece);
      if (length < from) return;
      thread ??= begin(given);
      for (const one of held) await thread.send(one);
      held = [];
    },
    async finish(file) {
      thread?.worker.postMessage({ file } satisfies ToCheck);
      return thread?.result;
    },
    async close() {
      await thread?.worker.terminate();
    },
  };
}

function begin(given: { profile: Profile; limit: number }) {
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { checkPassing } = await import('${import.meta.resolve('./check-thread-service.ts')}');
    await checkPassing(parentPort, workerData);
  `;
  const worker = new Worker(beginningWith(code), { workerData: given, resourceLimits: MEMORY, execArgv: [] });
  let underWay = 0;
  let isOver = false;
  let wake = (): void => {};
  const result = new Promise<string[] | undefined>((resolve) => {
    worker.on('message', (message: FromCheck) => {
      if ('faults' in message) resolve(message.faults);
      else underWay -= message.taken;
      wake();
    });
    // Whatever ended it: the file is then checked in another way.
    worker.on('error', () => {});
    worker.on('exit', () => {
      isOver = true;
      resolve(undefined);
      wake();
    });
  });
  return {
    worker,
    result,
    async send(piece: Buffer): Promise<void> {
      underWay += piece.length;
      worker.postMessage({ piece } satisfies ToCheck);
      while (underWay > MOST_UNDER_WAY && !isOver) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

import { Worker } from 'node:worker_threads';
import { beginningWith } from '../../web/threads.ts';
import type { Answer, Order } from './document-reading-service.ts';

/** Reads documents one at a time on a thread of its own; `end` ends the thread. */
export type Reader = { read: (order: Order) => Promise<Answer>; end: () => Promise<void> };

const MEMORY = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 };
const LONGEST_MS = 60_000;

const TOO_MUCH =
  'It took more memory to read than one document may. Save its text as .txt or without its pictures, and choose that.';
const TOO_LONG = 'It took longer than a minute to read, and was left. Save its text as .txt and choose that.';

/** `longest`: how many milliseconds one document may take. A thread that is too slow or too large is ended, and the next document gets a new one. */
export function createReader({ longest = LONGEST_MS, memory = MEMORY } = {}): Reader {
  let worker: Worker | undefined;

  async function end(): Promise<void> {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  }

  function read(order: Order): Promise<Answer> {
    worker ??= begin(memory);
    const thread = worker;
    return new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => give({ kind: 'refused', sentence: TOO_LONG }, true), longest);
      const onMessage = (answer: Answer): void => give(answer, false);
      const onError = (error: unknown): void => {
        const { code, message } = error as { code?: string; message?: string };
        give(
          code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? { kind: 'refused', sentence: TOO_MUCH }
            : { kind: 'failed', code, message: String(message) },
          true,
        );
      };
      function give(answer: Answer, isOver: boolean): void {
        clearTimeout(timer);
        thread.off('message', onMessage);
        thread.off('error', onError);
        if (!isOver) return resolve(answer);
        // What it says while it ends is nobody's business any more.
        thread.on('error', () => {});
        void end().then(() => resolve(answer));
      }
      thread.on('message', onMessage);
      thread.on('error', onError);
      thread.postMessage(order);
    });
  }

  return { read, end };
}

function begin(resourceLimits: typeof MEMORY): Worker {
  const file = import.meta.resolve('./document-reading-service.ts');
  const code = `
    import { parentPort } from 'node:worker_threads';
    const { serveReading } = await import('${file}');
    serveReading(parentPort);
  `;
  return new Worker(beginningWith(code), { resourceLimits, execArgv: [] });
}

import { newId } from '../shared/ids.ts';
import type { Threads } from '../web/threads.ts';
import { Refusal } from './refi/refusal.ts';

/** What a job works with: whatever takes long is done in a thread, so that nobody's page waits for it. */
export type Job = { inThread: Threads['run'] };

/** Work that goes on after its request has been answered. One process runs them all; a restart ends them. */
export type Jobs = {
  /** Starts `work`, unless the job of that id is running. */
  start: (id: string, work: (job: Job) => Promise<void>) => void;
  isRunning: (id: string) => boolean;
  /** Cuts the job of that id off: it fails with `sentence`. Resolves once it is over, at once where there is none. */
  cancel: (id: string, sentence: string) => Promise<void>;
  /** Nothing is started any more; what runs is waited for, and after `patience` milliseconds marked as interrupted. */
  stop: (patience: number) => Promise<void>;
  /** Cuts a stop short. */
  hurry: () => void;
};

/** `failed` is told of what a job did not catch itself. */
export function createJobs(threads: Threads, failed: (error: unknown) => void): Jobs {
  const running = new Map<string, { cutting: AbortController; done: Promise<void> }>();
  let isStopping = false;

  function cutAll(): void {
    for (const { cutting } of running.values()) cutting.abort(new Refusal(INTERRUPTED));
  }

  return {
    start(id, work) {
      if (running.has(id)) return;
      const cutting = new AbortController();
      const { signal } = cutting;
      if (isStopping) cutting.abort(new Refusal(INTERRUPTED));
      const job: Job = { inThread: (place, input, given) => threads.run(place, input, { ...given, signal }) };
      const done = work(job)
        .catch(failed)
        .finally(() => running.delete(id));
      running.set(id, { cutting, done });
    },
    isRunning: (id) => running.has(id),
    async cancel(id, sentence) {
      const found = running.get(id);
      found?.cutting.abort(new Refusal(sentence));
      await found?.done;
    },
    async stop(patience) {
      isStopping = true;
      const timer = setTimeout(cutAll, patience);
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done));
      clearTimeout(timer);
    },
    hurry: cutAll,
  };
}

export const INTERRUPTED =
  'It was interrupted, because the program or its database was stopped. Nothing of it was kept: start it again.';

/** The same while somebody waits for what comes of it: `signal` says that nobody does any more, and cuts it off. */
export async function withinJob<T>(
  jobs: Jobs,
  signal: AbortSignal | undefined,
  work: (job: Job) => Promise<T>,
): Promise<T> {
  const id = newId();
  const leave = (): void => void jobs.cancel(id, INTERRUPTED);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await new Promise<T>((resolve, reject) => {
      jobs.start(id, (job) => work(job).then(resolve, reject));
    });
  } finally {
    signal?.removeEventListener('abort', leave);
  }
}

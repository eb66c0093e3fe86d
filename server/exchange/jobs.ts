/** Work that goes on after its request has been answered. One process runs them all; a restart ends them. */
export type Jobs = {
  /** Starts `work`, unless the job of that id is running. */
  start: (id: string, work: () => Promise<void>) => void;
  isRunning: (id: string) => boolean;
};

/** `failed` is told of what a job did not catch itself. */
export function createJobs(failed: (error: unknown) => void): Jobs {
  const running = new Map<string, Promise<void>>();
  return {
    start(id, work) {
      if (running.has(id)) return;
      const done = work()
        .catch(failed)
        .finally(() => running.delete(id));
      running.set(id, done);
    },
    isRunning: (id) => running.has(id),
  };
}

export const INTERRUPTED = 'It was interrupted when the program was restarted. Nothing of it was kept: start it again.';

/** What to tell a person of an error, as whole sentences; undefined where it is a fault of the program. */
export function failureSentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'Refusal') return error.message;
  const { code } = error as { code?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100')
    return 'The disk is full, so nothing was kept. Ask whoever runs this installation to make room, and start it again.';
  return undefined;
}

export const FAULT = 'It failed by a fault of this program, which is in its log now. Nothing of it was kept.';

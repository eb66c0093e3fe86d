import type { Log } from './web/log.ts';

/**
 * What has been started and must be stopped, last first. `onStop` adds a step and, if it can be cut short, how;
 * `fail` ends the program because something it needs is gone.
 */
export type RunningProgram = {
  run(start: () => Promise<void>, explain: (error: unknown) => void): void;
  onStop(step: () => Promise<void>, hurry?: () => void): void;
  logTo(log: Log): void;
  fail(error: unknown): void;
};

// One Ctrl-C can arrive twice: from the terminal, and passed on by npm.
const SAME_KEYSTROKE_MS = 500;
// Longer than running requests are waited for: whatever still hangs then will not end by itself.
const LONGEST_STOP_MS = 60_000;
const LONGEST_HURRIED_STOP_MS = 10_000;

/** Ties the program to its process: signals, and failures that nobody caught, stop it in order. */
export function createRunningProgram(tell: {
  say(line: string): void;
  complain(...what: unknown[]): void;
}): RunningProgram {
  const steps: (() => Promise<void>)[] = [];
  const shortcuts: (() => void)[] = [];
  let log: Log | undefined;
  let started: Promise<unknown> = Promise.resolve();
  let stoppingSince: number | undefined;

  async function stop(code: number): Promise<never> {
    let exitCode = code;
    setTimeout(() => process.exit(1), LONGEST_STOP_MS).unref();
    // A signal in the middle of a start: what is half open can be closed only once it is open.
    await started.catch(() => undefined);
    for (const step of steps.toReversed()) {
      await step().catch((error: unknown) => {
        exitCode = 1;
        tell.complain('While stopping:', error);
      });
    }
    process.exit(exitCode);
  }

  function onSignal(): void {
    if (stoppingSince === undefined) {
      stoppingSince = Date.now();
      tell.say('Stopping: running requests are finished first. Once more to cut them off.');
      void stop(0);
    } else if (Date.now() - stoppingSince > SAME_KEYSTROKE_MS) {
      setTimeout(() => process.exit(1), LONGEST_HURRIED_STOP_MS).unref();
      for (const cut of shortcuts) cut();
    }
  }

  function fail(error: unknown): void {
    if (log) log.fatal(error, 'stopping after a failure');
    else tell.complain(error);
    if (stoppingSince !== undefined) return;
    stoppingSince = Date.now();
    void stop(1);
  }

  return {
    run(start, explain) {
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
      process.on('uncaughtException', fail).on('unhandledRejection', fail);
      started = start().catch((error: unknown) => {
        explain(error);
        if (stoppingSince !== undefined) return;
        stoppingSince = Date.now();
        void stop(1);
      });
    },
    onStop(step, hurry) {
      steps.push(step);
      if (hurry) shortcuts.push(hurry);
    },
    logTo(given) {
      log = given;
    },
    fail,
  };
}

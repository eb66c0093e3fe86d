import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

const POLITE = 10;

/**
 * Lets the program's other threads go first, for the one that calls it. On Linux a thread has a priority of its own; elsewhere
 * a priority is the whole process's, and is left alone.
 */
export function standBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), POLITE);
  } catch {
    // Without /proc it works all the same.
  }
}

import { once } from 'node:events';
import type { Request, Response } from 'express';
import { AppError } from '../shared/errors.ts';
import { personOf } from './guards.ts';

// A receiver that takes nothing for so long is gone.
const STALLED_MS = 120_000;

// However slowly it is taken, a download ends some time: the database keeps for it what all others have done with.
const LONGEST_MS = 2 * 60 * 60_000;

/** `take` gives a turn: a function that gives it back, and does nothing a second time. */
export type Turns = { take(personId: string): () => void };

/**
 * At most `most` downloads at once, and `each` for one person; AppError (503) beyond. Each holds a database connection for as
 * long as its receiver takes, and however slow receivers are, pages and sessions need the others.
 */
export function createTurns({ most, each }: { most: number; each: number }): Turns {
  const taken: string[] = [];
  return {
    take(personId) {
      if (taken.filter((one) => one === personId).length >= each)
        throw new AppError(503, `You are downloading ${each} files at this moment. Wait until one of them is finished.`);
      if (taken.length >= most)
        throw new AppError(503, 'Several files are being downloaded at this moment. Try again in a minute.');
      taken.push(personId);
      let held = true;
      return () => {
        if (held) taken.splice(taken.indexOf(personId), 1);
        held = false;
      };
    },
  };
}

/** Aborted when the receiver goes away, stands still for two minutes, or is not done in two hours. */
export function receiverOf(res: Response): AbortSignal {
  const gone = new AbortController();
  const longest = setTimeout(() => res.destroy(), LONGEST_MS).unref();
  res.once('close', () => {
    clearTimeout(longest);
    gone.abort();
  });
  res.setTimeout(STALLED_MS, () => res.destroy());
  return gone.signal;
}

/**
 * Sends a file as `write` hands its pieces over, no faster than they are taken. An AppError (503) when `turns` are all
 * taken; a receiver who goes away ends it quietly.
 */
export async function sendInPieces(
  req: Request,
  res: Response,
  turns: Turns,
  write: (out: { signal: AbortSignal; take: (chunk: Buffer) => Promise<void> }) => Promise<void>,
): Promise<void> {
  const finish = turns.take(personOf(req).id);
  const signal = receiverOf(res);
  try {
    await write({ signal, take: (chunk) => taken(res, chunk, signal) });
    res.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    req.log.info('the receiver of a file went away');
  } finally {
    finish();
  }
}

// Of a response that is closed already nothing is heard any more: only `signal` tells.
async function taken(res: Response, chunk: Buffer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!res.write(chunk)) await once(res, 'drain', { signal });
}

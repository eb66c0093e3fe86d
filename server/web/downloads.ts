import type { Request, Response } from 'express';
import { AppError } from '../shared/errors.ts';

// A receiver that takes nothing for so long is gone.
const STALLED_MS = 120_000;

/**
 * At most `limit` at once: a turn is a function that gives it back (a second call does nothing), undefined when all are
 * taken. Each download holds a database connection for as long as its receiver takes; the other pages need some too.
 */
export function createTurns(limit: number): { take(): (() => void) | undefined } {
  let taken = 0;
  return {
    take() {
      if (taken >= limit) return undefined;
      taken += 1;
      let held = true;
      return () => {
        if (held) taken -= 1;
        held = false;
      };
    },
  };
}

/** Aborted when the receiver goes away, or stands still for two minutes. */
export function receiverOf(res: Response): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
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
  turns: ReturnType<typeof createTurns>,
  write: (out: { signal: AbortSignal; take: (chunk: Buffer) => Promise<void> }) => Promise<void>,
): Promise<void> {
  const finish = turns.take();
  if (!finish) throw new AppError(503, 'Several files are being downloaded at this moment. Try again in a minute.');
  const signal = receiverOf(res);
  try {
    await write({ signal, take: (chunk) => taken(res, chunk) });
    res.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    req.log.info('the receiver of a file went away');
  } finally {
    finish();
  }
}

async function taken(res: Response, chunk: Buffer): Promise<void> {
  if (res.write(chunk)) return;
  await new Promise<void>((resolve) => {
    res.once('drain', resolve);
    res.once('close', resolve);
  });
}

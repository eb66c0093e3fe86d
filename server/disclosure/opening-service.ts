import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Actor, inStudy, type Transaction } from '../database/connection.ts';
import { spoolsOf } from '../exchange/export/project-export-service.ts';
import { Refusal } from '../exchange/refi/refusal.ts';
import type { Measure } from '../extracts/export-file.ts';
import { AppError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import type { ThreadMeans } from '../web/threads.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { isOfNote, isOfStudy } from './formats.ts';
import { type Opened, openOutsideExtracts } from './making-service.ts';
import { openOutsideNote } from './note-service.ts';
import type { MadeUnder } from './rows-service.ts';
import { openOutsideStudy } from './study-service.ts';
import { openOutsideTables } from './tables-service.ts';

// Looking for names takes a processor for seconds: it is done in threads of its own, which hold nobody's page up.

/** What is to leave, of whose study. It is copied into the thread: data alone. */
export type OutsideOrder = { actor: Actor; found: Disclosure; uploadsFolder: string };

export type MakingOrder = OutsideOrder & { file: string; made: MadeUnder };

/** Looks through all that would leave. `isDeep`: also for what may still tell who somebody is. */
export async function lookThrough(
  means: ThreadMeans,
  { isDeep, ...order }: OutsideOrder & { isDeep: boolean },
): Promise<Pick<Opened, 'fingerprint' | 'preview'>> {
  const file = outsideFile(order.uploadsFolder);
  try {
    return await opened(means, { ...order, file, isDeep }, async ({ fingerprint, preview }) => ({
      fingerprint,
      preview,
    }));
  } finally {
    await rm(file, { force: true });
  }
}

/** Makes `file` of what was confirmed; undefined, and no file, where it would be something else now. */
export async function makeOutsideFile(
  means: ThreadMeans,
  { made, ...order }: MakingOrder,
): Promise<Measure | undefined> {
  return opened(means, { ...order, isDeep: false }, async ({ fingerprint, write }) => {
    if (fingerprint === order.found.fingerprint) return write(made);
    await rm(order.file, { force: true });
    return undefined;
  });
}

/** Where a file is made; what is forgotten there is swept away a day later. */
export function outsideFile(uploadsFolder: string): string {
  return path.join(uploadsFolder, 'incoming', `${newId()}.outside`);
}

async function opened<T>(
  { db, claim }: ThreadMeans,
  { actor, file, ...order }: OutsideOrder & { file: string; isDeep: boolean },
  work: (found: Opened) => Promise<T>,
): Promise<T> {
  for (const name of [file, ...spoolsOf(file)]) claim(name);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    return await inStudy(db, actor, async (trx) => work(await open(trx, actor, { ...order, file })), {
      snapshot: true,
    });
  } catch (error) {
    for (const name of [file, ...spoolsOf(file)]) await rm(name, { force: true });
    // What is said to a person must survive being copied between threads.
    if (error instanceof AppError) throw new Refusal(error.message);
    throw error;
  }
}

function open(
  trx: Transaction,
  actor: Actor,
  { found, ...how }: { found: Disclosure; uploadsFolder: string; file: string; isDeep: boolean },
): Promise<Opened> {
  const { format } = found;
  if (isOfStudy(format)) return openOutsideStudy(trx, actor, { ...found, format }, how);
  if (isOfNote(format)) return openOutsideNote(trx, actor, { ...found, format }, how);
  return format === 'tidy-zip'
    ? openOutsideTables(trx, actor, found, how)
    : openOutsideExtracts(trx, actor, found, how);
}

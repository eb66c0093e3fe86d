import { createWriteStream, openAsBlob } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import type { Visitor } from './visitor.ts';

// A study leaves as a file and comes back, as a lead does it on the pages.

const PAUSE_MS = 100;
const PATIENCE_MS = 20 * 60_000;

/** Waits until the row is in one of the states. */
export async function settled(owner: Knex, table: string, id: string, wanted: string[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (performance.now() < until) {
    const row = await owner(table).where({ id }).first('state', 'failure');
    if (wanted.includes(row?.state)) return;
    if (row?.state === 'failed') throw new Error(`${table}: ${row.failure}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`${table} took too long`);
}

/** Has a file of the study at `study` made; the address it is downloaded from. */
export async function makeFile(owner: Knex, visitor: Visitor, study: string, format: string): Promise<string> {
  const id = newId();
  await visitor.post(`${study}/project-exports`, { id, format });
  await settled(owner, 'project_exports', id, ['ready']);
  return `${study}/project-exports/${id}/file`;
}

export async function download(origin: string, visitor: Visitor, address: string, file: string): Promise<void> {
  const answer = await fetch(new URL(address, origin), { headers: visitor.credentials() });
  if (answer.status !== 200) throw new Error(`downloading answered ${answer.status}`);
  await pipeline(Readable.fromWeb(answer.body! as never), createWriteStream(file));
}

/** Sends a file in and waits until it has been looked at. Returns the import's id. */
export async function sendFile(owner: Knex, origin: string, visitor: Visitor, file: string): Promise<string> {
  const id = newId();
  const body = new FormData();
  body.append('id', id);
  body.append('file', await openAsBlob(file), 'bench.qdpx');
  const headers = { ...visitor.credentials(), accept: 'text/html' };
  const answer = await fetch(new URL('/imports', origin), { method: 'POST', body, headers, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`sending the file answered ${answer.status}`);
  await settled(owner, 'project_imports', id, ['ready']);
  return id;
}

/** Makes a study of a file that has been looked at, or restores the study that it is an archive of. */
export async function takeIn(owner: Knex, visitor: Visitor, id: string): Promise<void> {
  await visitor.post(`/imports/${id}/study`, { name: 'Bench, imported' });
  await settled(owner, 'project_imports', id, ['done']);
}

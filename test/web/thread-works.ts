import { writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { readlinkSync } from 'node:fs';
import type { ThreadMeans } from '../../server/web/threads.ts';

// Work that the test of threads has done in them.

export async function add({ db, progress }: ThreadMeans, numbers: number[]): Promise<unknown> {
  await progress('One');
  await progress('Two');
  const { rows } = await db.raw('select current_user as role, (select sum(n) from unnest(?::int[]) as n)::int as sum', [
    numbers,
  ]);
  return { ...rows[0], some: new Map([['a', new Date(0)]]) };
}

export async function fail({ claim }: ThreadMeans, file: string): Promise<void> {
  writeClaimed(claim, file);
  const cause = Object.assign(new Error('no room'), { code: 'ENOSPC' });
  throw Object.assign(new Error('It did not work.', { cause }), { name: 'Refusal' });
}

/** Ends its thread without a word, as a crash does. */
export async function die({ claim, committing }: ThreadMeans, order: { file: string; when: string }): Promise<void> {
  writeClaimed(claim, order.file);
  if (order.when === 'committing') committing();
  process.exit(3);
}

export async function fill({ claim }: ThreadMeans, file: string): Promise<number> {
  writeClaimed(claim, file);
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => index + kept.length));
}

/** Holds its thread until it is cut off, without ever giving way. */
export async function hold({ claim, progress }: ThreadMeans, file: string): Promise<void> {
  writeClaimed(claim, file);
  await progress('Held');
  for (;;);
}

/** The priority of the work's own thread. */
export async function priority(_: ThreadMeans, _nothing: null): Promise<number> {
  return getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
}

function writeClaimed(claim: (file: string) => void, file: string): void {
  claim(file);
  writeFileSync(file, 'Part of it');
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Knex } from 'knex';

/** The value that `share` (0 to 1) of the numbers do not exceed. */
export function quantile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (numbers: number[]): number => quantile(numbers, 0.5);

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of each of `times` runs, after `warmUp` runs that are not counted. */
export async function sample(times: number, work: (index: number) => Promise<unknown>, warmUp = 5): Promise<number[]> {
  for (let index = 0; index < warmUp; index += 1) await work(index);
  const taken: number[] = [];
  for (let index = 0; index < times; index += 1) taken.push(await timed(() => work(warmUp + index)));
  return taken;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  if (process.platform === 'linux') {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) * 1024;
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}

/** Processor time that a process has used so far, in milliseconds: what it costs, however busy the machine is. Linux only. */
export function processorTime(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  // utime and stime, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Processor time of all connections to the database that `owner` may look at, in milliseconds. Linux only. */
export async function databaseTime(owner: Knex): Promise<number> {
  const backends: { pid: number }[] = await owner('pg_stat_activity')
    .where('backend_type', 'client backend')
    .select('pid');
  return backends.reduce((sum, { pid }) => sum + processorTime(pid), 0);
}

/** By how much a process's resident memory rises above what it is now, at most, while `work` runs; in bytes. */
export async function memoryAdded(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = residentBytes(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, residentBytes(pid)) - before;
}

export type Row = { what: string; result: string; goal?: string };

export function printTable(rows: Row[]): void {
  const width = Math.max(...rows.map(({ what }) => what.length));
  const results = Math.max(...rows.map(({ result }) => result.length));
  for (const { what, result, goal } of rows)
    console.log(`| ${what.padEnd(width)} | ${result.padEnd(results)} | ${goal ?? ''}`.trimEnd());
}

export const ms = (value: number): string =>
  value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(1)} ms`;
export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

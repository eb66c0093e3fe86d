import { type Actor, type Transaction } from '../database/connection.ts';
import { beginningOf, createMeter, type Measure } from '../extracts/export-file.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { csvHeader, csvLines } from './outside-csv.ts';
import { createSurvey, type Preview } from './preview.ts';
import { makeReady, outsideRows } from './rows-service.ts';

export type Made = { measure: Measure; preview: Preview };
export type Take = (chunk: Buffer) => void | Promise<void>;

/**
 * Makes the bytes of what is to leave and hands them to `take` piece by piece, in a transaction with one snapshot. The
 * same data make the same bytes.
 */
export async function makeOutside(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  take: Take,
  signal?: AbortSignal,
): Promise<Made> {
  const { disguised, rules, ...known } = await makeReady(trx, actor, found.choices);
  const survey = createSurvey(rules);
  const meter = createMeter();
  let rowCount = 0;
  const pass = async (chunk: Buffer): Promise<void> => {
    signal?.throwIfAborted();
    if (chunk.length === 0) return;
    meter.add(chunk);
    await take(chunk);
  };
  await pass(beginningOf(found));
  await pass(Buffer.from(csvHeader()));
  for await (const rows of outsideRows(trx, actor, found, { disguised, survey })) {
    rowCount += rows.length;
    await pass(Buffer.from(csvLines(rows)));
  }
  const measure = meter.measure(rowCount);
  return { measure, preview: survey.result({ ...known, byteLength: measure.byteLength }) };
}

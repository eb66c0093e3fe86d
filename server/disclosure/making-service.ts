import type { Actor, Transaction } from '../database/connection.ts';
import { beginningOf, createMeter, type Measure } from '../extracts/export-file.ts';
import type { ExtractFormat } from '../extracts/export-formats.ts';
import { extractFile } from '../extracts/formats/extract-file-service.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { type Looked, outsideSource } from './rows-service.ts';

/**
 * Makes the file of what was looked through, in the same transaction with one snapshot, and hands it to `take` piece by
 * piece. The same data under the same number make the same bytes.
 */
export async function makeOutsideFile(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  looked: Looked,
  to: {
    made: { number: number; at: Date; codebook: string };
    take: (chunk: Buffer) => Promise<void>;
    signal: AbortSignal;
  },
): Promise<Measure> {
  const meter = createMeter();
  const pass = async (chunk: Buffer): Promise<void> => {
    to.signal.throwIfAborted();
    if (chunk.length === 0) return;
    meter.add(chunk);
    await to.take(chunk);
  };
  await pass(beginningOf({ byteOrderMark: found.byteOrderMark && found.format === 'csv' }));
  const source = outsideSource(trx, actor, found, looked, to.made);
  for await (const chunk of extractFile(found.format as ExtractFormat, source)) await pass(chunk);
  return meter.measure(looked.preview.rows);
}

import type { Actor, Transaction } from '../database/connection.ts';
import { beginningOf, createMeter, type Measure } from '../extracts/export-file.ts';
import type { ExtractFormat } from '../extracts/export-formats.ts';
import { extractFile } from '../extracts/formats/extract-file-service.ts';
import { codebookDocx } from '../extracts/codebook/codebook-docx.ts';
import { zipped } from '../documents/zip-service.ts';
import type { Disclosure } from './disclosure-queries.ts';
import type { Preview } from './preview.ts';
import { lookThroughExtracts, outsideSource } from './rows-service.ts';

/** Where a file goes, and what it says of itself. */
export type Writing = {
  made: { number: number; at: Date; codebook: string };
  take: (chunk: Buffer) => Promise<void>;
  signal: AbortSignal;
};

/** All that is to leave, looked through. The fingerprint is of all of it: another one, and it is something else. */
export type Opened = {
  preview: Preview;
  fingerprint: string;
  /** Makes the file, piece by piece: the same data under the same number make the same bytes. */
  write: (writing: Writing) => Promise<Measure>;
  close: () => Promise<void>;
};

/** Looks through extracts that are to leave, in a transaction with one snapshot that `write` is called in too. */
export async function openOutsideExtracts(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  how: { isDeep: boolean; signal?: AbortSignal | undefined },
): Promise<Opened> {
  const looked = await lookThroughExtracts(trx, actor, found, how);
  return {
    preview: looked.preview,
    fingerprint: looked.fingerprint,
    async write(writing) {
      const meter = createMeter();
      const pass = async (chunk: Buffer): Promise<void> => {
        writing.signal.throwIfAborted();
        if (chunk.length === 0) return;
        meter.add(chunk);
        await writing.take(chunk);
      };
      await pass(beginningOf({ byteOrderMark: found.byteOrderMark && found.format === 'csv' }));
      const source = outsideSource(trx, actor, found, looked, writing.made);
      const isCodebook = found.format === 'codebook-docx';
      const chunks = isCodebook ? zipped(codebookDocx(source)) : extractFile(found.format as ExtractFormat, source);
      for await (const chunk of chunks) await pass(chunk);
      return meter.measure(isCodebook ? looked.themes.length : looked.preview.rows);
    },
    close: () => Promise.resolve(),
  };
}

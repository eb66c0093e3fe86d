import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Actor, Transaction } from '../database/connection.ts';
import { zipped } from '../documents/zip-service.ts';
import { measured } from '../exchange/measured.ts';
import { codebookDocx } from '../extracts/codebook/codebook-docx.ts';
import { beginningOf, type Measure } from '../extracts/export-file.ts';
import type { ExtractFormat } from '../extracts/export-formats.ts';
import { extractFile } from '../extracts/formats/extract-file-service.ts';
import type { Disclosure } from './disclosure-queries.ts';
import type { Preview } from './preview.ts';
import { lookThroughExtracts, type MadeUnder, outsideSource } from './rows-service.ts';

/** All that is to leave, looked through. The fingerprint is of all of it: another one, and it is something else. */
export type Opened = {
  preview: Preview;
  fingerprint: string;
  /** Makes the file that was named: the same data under the same number make the same bytes. */
  write: (made: MadeUnder) => Promise<Measure>;
};

/** Looks through extracts that are to leave, in a transaction with one snapshot that `write` is called in too. */
export async function openOutsideExtracts(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  { isDeep, file }: { isDeep: boolean; file: string },
): Promise<Opened> {
  const looked = await lookThroughExtracts(trx, actor, found, isDeep);
  return {
    preview: looked.preview,
    fingerprint: looked.fingerprint,
    async write(made) {
      const source = outsideSource(trx, actor, found, looked, made);
      const isCodebook = found.format === 'codebook-docx';
      const chunks = isCodebook ? zipped(codebookDocx(source)) : extractFile(found.format as ExtractFormat, source);
      const first = beginningOf({ byteOrderMark: found.byteOrderMark && found.format === 'csv' });
      const rowCount = isCodebook ? looked.themes.length : looked.preview.rows;
      return { rowCount, ...(await writeNew(file, first, chunks)) };
    },
  };
}

/** Writes a file that nobody else may read: of `first`, then `chunks`. */
export async function writeNew(
  file: string,
  first: Buffer,
  chunks: AsyncIterable<Buffer>,
): Promise<{ byteLength: number; sha256: string }> {
  const { pieces, result } = measured(startingWith(first, chunks));
  await pipeline(pieces, createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: 1024 * 1024 }));
  return result();
}

async function* startingWith(first: Buffer, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* chunks;
}

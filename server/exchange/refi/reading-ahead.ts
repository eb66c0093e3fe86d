import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';

const AHEAD_FROM = 64 * 1024;
const AHEAD_MOST = 1024 * 1024;

/** The bytes at `start`, fewer than `length` where the file ends. */
export type Reading = (start: number, length: number) => Promise<Buffer>;

/** A file for yauzl and for reading beside it. */
export class FileAhead extends yauzl.RandomAccessReader {
  readonly size: number;
  readonly near: Reading;
  readonly #file: string;
  readonly #handle: FileHandle;

  constructor(file: string, handle: FileHandle, size: number) {
    super();
    this.#file = file;
    this.#handle = handle;
    this.size = size;
    this.near = aheadReader(handle);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.#file, { start, end: end - 1 });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    // Outside of the promise: what the callback throws is not this reader's failure.
    this.near(position, length).then(
      (bytes) => process.nextTick(callback, null, bytes.copy(buffer, offset)),
      (error: Error) => process.nextTick(callback, error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    this.end().then(
      () => callback(null),
      (error: Error) => callback(error),
    );
  }

  end(): Promise<void> {
    return this.#handle.close();
  }
}

export async function openAhead(file: string): Promise<FileAhead> {
  const handle = await open(file);
  try {
    return new FileAhead(file, handle, (await handle.stat()).size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Reads stretches of a file. Where each follows the one before, as the entries of a directory and texts of our own files do,
 * it reads some way ahead: a trip to the disk for every one would take longer than all that is done with it.
 */
function aheadReader(handle: FileHandle): Reading {
  let [at, bytes, ahead] = [0, Buffer.alloc(0), 0];
  return async (start, length) => {
    const end = at + bytes.length;
    if (start < at || start + length > end) {
      const isNext = start >= at && start <= end + AHEAD_FROM;
      ahead = isNext ? Math.min(AHEAD_MOST, Math.max(AHEAD_FROM, ahead * 2)) : 0;
      const read = Buffer.allocUnsafe(Math.max(length, ahead));
      const { bytesRead } = await handle.read(read, 0, read.length, start);
      [at, bytes] = [start, read.subarray(0, bytesRead)];
    }
    return bytes.subarray(start - at, start - at + length);
  };
}

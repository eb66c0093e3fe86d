import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';

/** Text that is written down piece by piece and read again later, so that none of it stays in memory. */
export type Spool = {
  write: (text: string) => Promise<void>;
  /** Writes `text` as a stretch of its own; `streamStretch` of what it returns gives it back. */
  append: (text: string) => Promise<Stretch>;
  close: () => Promise<void>;
  read: () => Promise<NodeJS.ReadableStream>;
  streamStretch: (stretch: Stretch) => Promise<NodeJS.ReadableStream>;
  remove: () => Promise<void>;
};

// What is written by little and little is passed on by so many characters.
const PIECE = 64 * 1024;

export type Stretch = { start: number; length: number };

/** `passing` is given all that is written, too. */
export function openSpool(file: string, passing?: (bytes: Buffer) => Promise<void>): Spool {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: 1024 * 1024 });
  const done = finished(stream);
  done.catch(() => {});
  let length = 0;
  let waiting = '';
  const put = async (bytes: Buffer): Promise<void> => {
    length += bytes.length;
    if (passing) await passing(bytes);
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), done]);
  };
  const pass = async (): Promise<void> => {
    if (waiting === '') return;
    const bytes = Buffer.from(waiting, 'utf8');
    waiting = '';
    await put(bytes);
  };
  return {
    async write(text) {
      waiting += text;
      if (waiting.length >= PIECE) await pass();
    },
    async append(text) {
      await pass();
      const bytes = Buffer.from(text, 'utf8');
      const stretch = { start: length, length: bytes.length };
      await put(bytes);
      return stretch;
    },
    async close() {
      await pass();
      stream.end();
      await done;
    },
    read: async () => createReadStream(file, { highWaterMark: 1024 * 1024 }),
    streamStretch: async ({ start, length: long }) =>
      long === 0 ? Readable.from([]) : createReadStream(file, { start, end: start + long - 1 }),
    async remove() {
      stream.destroy();
      await rm(file, { force: true });
    },
  };
}

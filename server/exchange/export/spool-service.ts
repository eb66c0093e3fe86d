import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { once } from 'node:events';
import { Readable } from 'node:stream';

/** Text that is written down piece by piece and read again later, so that none of it stays in memory. */
export type Spool = {
  write: (text: string) => Promise<void>;
  /** Writes `text` as a stretch of its own; `read` of what it returns gives it back. */
  append: (text: string) => Promise<Stretch>;
  close: () => Promise<void>;
  read: (stretch?: Stretch) => Promise<NodeJS.ReadableStream>;
  remove: () => Promise<void>;
};

const LONGEST_AT_ONCE = 1024 * 1024;

export type Stretch = { start: number; length: number };

export function openSpool(file: string): Spool {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: 1024 * 1024 });
  const done = finished(stream);
  done.catch(() => {});
  let length = 0;
  const put = async (bytes: Buffer): Promise<void> => {
    length += bytes.length;
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), done]);
  };
  return {
    write: (text) => put(Buffer.from(text, 'utf8')),
    async append(text) {
      const bytes = Buffer.from(text, 'utf8');
      const stretch = { start: length, length: bytes.length };
      await put(bytes);
      return stretch;
    },
    async close() {
      stream.end();
      await done;
    },
    async read(stretch) {
      if (!stretch) return createReadStream(file);
      if (stretch.length === 0) return Readable.from([]);
      const { start, length: long } = stretch;
      if (long > LONGEST_AT_ONCE) return createReadStream(file, { start, end: start + long - 1 });
      const handle = await open(file);
      try {
        const bytes = Buffer.alloc(stretch.length);
        await handle.read(bytes, 0, stretch.length, stretch.start);
        return Readable.from([bytes]);
      } finally {
        await handle.close();
      }
    },
    async remove() {
      stream.destroy();
      await rm(file, { force: true });
    },
  };
}

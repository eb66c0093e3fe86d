import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';

export type ZipWriting = {
  /** `open` is called when it is the entry's turn: only one is read at a time. */
  add: (name: string, open: () => Promise<NodeJS.ReadableStream>) => void;
  /** The same of bytes at hand, which is much quicker for many short entries. Resolves when there is room for the next. */
  addBytes: (name: string, bytes: Buffer) => Promise<void>;
  end: () => void;
  /** Lets go of everything, whether all has been read from `output` or not. */
  close: () => void;
  /** Fails when an entry cannot be read. */
  output: NodeJS.ReadableStream;
};

// Numbers of PKWARE's APPNOTE 6.3.9, by its sections.
const LOCAL = 0x04034b50; // 4.3.7
const DESCRIPTOR = 0x08074b50; // 4.3.9
const CENTRAL = 0x02014b50; // 4.3.12
const END_64 = 0x06064b50; // 4.3.14
const LOCATOR_64 = 0x07064b50; // 4.3.15
const END = 0x06054b50; // 4.3.16
const UTF_8 = 0x0800; // 4.4.4
const SIZES_FOLLOW = 0x0008; // 4.4.4
const DEFLATED = 8; // 4.4.5
const VERSION = 20; // 4.4.3
const VERSION_64 = 45;
const BY_UNIX = 3 << 8; // 4.4.2
// 1 January 1980, the first day that a ZIP knows: the same data make the same bytes, whatever the day is.
const NO_DATE = 0x0021; // 4.4.6
const PLAIN_FILE = (0o100644 << 16) >>> 0; // 4.4.15
const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;

const PIECE = 256 * 1024;

type Entry = { name: Buffer; flags: number; crc: number; packed: number; length: number; at: number };

/**
 * A ZIP whose bytes depend on nothing but what is put into it and in which order. Of our own because a study has tens of
 * thousands of short texts: see docs/decisions/0035-zip-of-a-study.md.
 */
export function createZip(): ZipWriting {
  const output = new PassThrough({ highWaterMark: 4 * PIECE });
  const closed = new Promise<void>((resolve) => output.once('close', resolve));
  const directory: Buffer[] = [];
  let at = 0;
  let held: Buffer[] = [];
  let heldLength = 0;
  // The long entries that are waited for, and what comes after them.
  let turn: Promise<void> | undefined;

  function put(bytes: Buffer): void {
    at += bytes.length;
    held.push(bytes);
    heldLength += bytes.length;
    if (heldLength >= PIECE) pass();
  }

  function pass(): void {
    if (heldLength > 0 && !output.destroyed) output.write(held.length === 1 ? held[0]! : Buffer.concat(held));
    held = [];
    heldLength = 0;
  }

  async function room(): Promise<void> {
    if (output.writableNeedDrain) await Promise.race([once(output, 'drain'), closed]);
  }

  function putShort(name: Buffer, bytes: Buffer): void {
    const packed = deflateRawSync(bytes);
    const entry = { name, flags: UTF_8, crc: crc32(bytes), packed: packed.length, length: bytes.length, at };
    directory.push(centralHeader(entry));
    put(localHeader(entry));
    put(packed);
  }

  async function putLong(name: Buffer, open: () => Promise<NodeJS.ReadableStream>): Promise<void> {
    const entry = { name, flags: UTF_8 | SIZES_FOLLOW, crc: 0, packed: 0, length: 0, at };
    put(localHeader(entry));
    const stream = (await open()) as AsyncIterable<Buffer>;
    await pipeline(
      async function* () {
        for await (const bytes of stream) {
          entry.crc = crc32(bytes, entry.crc);
          entry.length += bytes.length;
          yield bytes;
        }
      },
      createDeflateRaw({ chunkSize: PIECE }),
      async (packed: AsyncIterable<Buffer>) => {
        for await (const bytes of packed) {
          if (output.destroyed) throw new Error('nobody reads the file any more');
          entry.packed += bytes.length;
          put(bytes);
          await room();
        }
      },
    );
    put(descriptor(entry));
    directory.push(centralHeader(entry));
  }

  // After whatever is waited for; at once where nothing is.
  function inTurn(work: () => void | Promise<void>): void {
    turn = (turn ?? Promise.resolve()).then(work);
    turn.catch((error: Error) => output.destroy(error));
  }

  return {
    add: (name, open) => inTurn(() => putLong(Buffer.from(name, 'utf8'), open)),
    async addBytes(name, bytes) {
      if (turn) inTurn(() => putShort(Buffer.from(name, 'utf8'), bytes));
      else putShort(Buffer.from(name, 'utf8'), bytes);
      await room();
    },
    end: () =>
      inTurn(() => {
        const begins = at;
        for (const entry of directory) put(entry);
        put(endOf({ count: directory.length, length: at - begins, begins }));
        pass();
        output.end();
      }),
    close: () => void output.destroy(),
    output,
  };
}

function localHeader({ name, flags, crc, packed, length }: Entry): Buffer {
  const header = Buffer.alloc(30 + name.length);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(DEFLATED, 8);
  header.writeUInt16LE(NO_DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(packed, 18);
  header.writeUInt32LE(length, 22);
  header.writeUInt16LE(name.length, 26);
  name.copy(header, 30);
  return header;
}

// What a local header could not say yet. Its numbers are long ones where one of them is too great for a short one.
function descriptor({ crc, packed, length }: Entry): Buffer {
  const isLong = packed >= MOST_32 || length >= MOST_32;
  const bytes = Buffer.alloc(isLong ? 24 : 16);
  bytes.writeUInt32LE(DESCRIPTOR, 0);
  bytes.writeUInt32LE(crc, 4);
  if (isLong) {
    bytes.writeBigUInt64LE(BigInt(packed), 8);
    bytes.writeBigUInt64LE(BigInt(length), 16);
  } else {
    bytes.writeUInt32LE(packed, 8);
    bytes.writeUInt32LE(length, 12);
  }
  return bytes;
}

function centralHeader({ name, flags, crc, packed, length, at }: Entry): Buffer {
  const is64 = packed >= MOST_32 || length >= MOST_32 || at >= MOST_32;
  const extra = is64 ? 28 : 0;
  const header = Buffer.alloc(46 + name.length + extra);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(BY_UNIX | (is64 ? VERSION_64 : VERSION), 4);
  header.writeUInt16LE(is64 ? VERSION_64 : VERSION, 6);
  header.writeUInt16LE(flags, 8);
  header.writeUInt16LE(DEFLATED, 10);
  header.writeUInt16LE(NO_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(is64 ? MOST_32 : packed, 20);
  header.writeUInt32LE(is64 ? MOST_32 : length, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra, 30);
  header.writeUInt32LE(PLAIN_FILE, 38);
  header.writeUInt32LE(is64 ? MOST_32 : at, 42);
  name.copy(header, 46);
  if (is64) {
    const from = 46 + name.length; // 4.5.3
    header.writeUInt16LE(1, from);
    header.writeUInt16LE(24, from + 2);
    header.writeBigUInt64LE(BigInt(length), from + 4);
    header.writeBigUInt64LE(BigInt(packed), from + 12);
    header.writeBigUInt64LE(BigInt(at), from + 20);
  }
  return header;
}

function endOf({ count, length, begins }: { count: number; length: number; begins: number }): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, MOST_16), 8);
  end.writeUInt16LE(Math.min(count, MOST_16), 10);
  end.writeUInt32LE(Math.min(length, MOST_32), 12);
  end.writeUInt32LE(Math.min(begins, MOST_32), 16);
  if (count < MOST_16 && length < MOST_32 && begins < MOST_32) return end;
  const long = Buffer.alloc(56 + 20);
  long.writeUInt32LE(END_64, 0);
  long.writeBigUInt64LE(44n, 4);
  long.writeUInt16LE(BY_UNIX | VERSION_64, 12);
  long.writeUInt16LE(VERSION_64, 14);
  long.writeBigUInt64LE(BigInt(count), 24);
  long.writeBigUInt64LE(BigInt(count), 32);
  long.writeBigUInt64LE(BigInt(length), 40);
  long.writeBigUInt64LE(BigInt(begins), 48);
  long.writeUInt32LE(LOCATOR_64, 56);
  long.writeBigUInt64LE(BigInt(begins + length), 64);
  long.writeUInt32LE(1, 72);
  return Buffer.concat([long, end]);
}

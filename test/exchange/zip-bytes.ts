import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as a ZIP has it, with whatever a liar would write about it. */
export type ZipEntry = {
  name: string;
  data: Buffer | string;
  /** 0 stored, 8 deflated (unless given), or what nobody reads. */
  method?: number;
  flags?: number;
  /** What the directory says of it, where that is not the truth. */
  says?: { compressedSize?: number; uncompressedSize?: number; crc?: number; at?: number };
  /** The Unix mode. */
  mode?: number;
};

/** A ZIP byte by byte, for what no library would write. */
export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, data, method = 8, flags = 0x800, says = {}, mode = 0o100644 } of entries) {
    const bytes = Buffer.from(data);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const nameBytes = Buffer.from(name);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(says.crc ?? crc32(bytes), 0);
    sizes.writeUInt32LE(says.compressedSize ?? packed.length, 4);
    sizes.writeUInt32LE(says.uncompressedSize ?? bytes.length, 8);
    // Version 2.0, flags, method, midnight of 1 January 1980.
    const common = Buffer.from([20, 0, flags & 0xff, flags >> 8, method & 0xff, method >> 8, 0, 0, 0x21, 0]);
    const lengths = Buffer.from([nameBytes.length & 0xff, nameBytes.length >> 8, 0, 0]);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, sizes, lengths, nameBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode * 0x10000, 6);
    tail.writeUInt32LE(says.at ?? at, 10);
    directory.push(
      Buffer.concat([
        Buffer.from('PK\u0001\u0002', 'latin1'),
        Buffer.from([20, 3]),
        common,
        sizes,
        lengths,
        tail,
        nameBytes,
      ]),
    );
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  // More than that, or exactly so many, are counted in a record of their own (ZIP64).
  const isMany = entries.length >= 0xffff;
  end.writeUInt16LE(isMany ? 0xffff : entries.length, 8);
  end.writeUInt16LE(isMany ? 0xffff : entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  const many = isMany ? manyEntries(entries.length, listed.length, at) : Buffer.alloc(0);
  return Buffer.concat([...locals, listed, many, end]);
}

function manyEntries(count: number, length: number, at: number): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeUInt32LE(44, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  for (const place of [24, 32]) record.writeUInt32LE(count, place);
  record.writeUInt32LE(length, 40);
  record.writeUInt32LE(at, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeUInt32LE(at + length, 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

import path from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import { comparedName } from './internal-names.ts';
import { openAhead, type Reading } from './reading-ahead.ts';
import { Refusal } from './refusal.ts';

/** `total` of all that is in the archive, unpacked, in bytes; `entries` where more than usual may be in it. */
export type ZipLimits = { total: number; entries?: number };

// A study of 20,000 notes has more than 20,000 files, and comes back from other programs.
const MOST_ENTRIES = 100_000;
const LARGEST_QDE = 256 * 1024 * 1024;
const LARGEST_ENTRY = 2 ** 31 - 1;
const LARGEST_RATIO = 200;
const RATIO_FROM = 10 * 1024 * 1024;
const ENCRYPTED = 0x1;
const SAYS_UTF8 = 0x800;
const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 30;
const LOCAL_SIGNATURE = 0x04034b50;
const SHORT = 256 * 1024;
const INFLATED = 256 * 1024;
// What a local header may have beyond the directory's, as a guess that nearly always suffices.
const SPARE = 64;

export type Archive = {
  /** The one project file at the top. */
  project: yauzl.Entry;
  /** Everything else, by its name as names are compared, without its folder. */
  files: Map<string, yauzl.Entry>;
  /** Names that lie in several folders, so that it cannot be told which one is meant. */
  twice: Set<string>;
  /** The same by whole name, as written. */
  entries: Map<string, yauzl.Entry>;
  /** The bytes of an entry, piece by piece; ends with a Refusal when they are not as the archive says. */
  read: (entry: yauzl.Entry) => AsyncIterable<Buffer>;
  readWhole: (entry: yauzl.Entry, longest: number) => Promise<Buffer>;
  close: () => void;
};

/** Opens a .qdpx and looks at all of its directory before anything is unpacked. Nothing is ever written under its names. */
export async function openArchive(file: string, limits: ZipLimits): Promise<Archive> {
  const { zip, near } = await opened(file);
  const close = (): void => zip.close();
  try {
    const entries = await readDirectory(zip, limits);
    const roots = projectsIn([...entries.values()]);
    if (roots.length === 0)
      throw new Refusal('The file holds no project: a .qdpx has one file ending in .qde at its top. Export it again.');
    if (roots.length > 1)
      throw new Refusal(`The file holds ${roots.length} projects, and it cannot be told which one is meant.`);
    const project = roots[0]!;
    if (project.uncompressedSize > LARGEST_QDE) throw new Refusal('The project in the file is larger than 256 MB.');
    const { files, twice } = filesIn([...entries.values()].filter((entry) => entry !== project));
    const read = (entry: yauzl.Entry): AsyncIterable<Buffer> => readEntry(zip, entry);
    return {
      project,
      files,
      twice,
      entries,
      read,
      readWhole: wholeReader(read, near),
      close,
    };
  } catch (error) {
    close();
    throw asRefusal(error);
  }
}

// At the top, by whatever name; or in the one folder that somebody has packed together with what is in it.
function projectsIn(entries: yauzl.Entry[]): yauzl.Entry[] {
  const projects = entries.filter(
    ({ fileName }) => /\.qde$/i.test(fileName) && !/(^|\/)(__MACOSX|sources)\//i.test(fileName),
  );
  const top = projects.filter(({ fileName }) => !fileName.includes('/'));
  return top.length > 0 ? top : projects.filter(({ fileName }) => fileName.split('/').length === 2);
}

// Programs write sources/ or Sources/, and refer to a file by its last name; what lies elsewhere is found as well.
function filesIn(entries: yauzl.Entry[]): Pick<Archive, 'files' | 'twice'> {
  const files = new Map<string, yauzl.Entry>();
  const twice = new Set<string>();
  const isSource = ({ fileName }: yauzl.Entry): boolean => /(^|\/)sources\//i.test(fileName);
  for (const entry of entries.toSorted((a, b) => Number(isSource(b)) - Number(isSource(a)))) {
    if (/(^|\/)__MACOSX\//i.test(entry.fileName)) continue;
    const name = comparedName(path.posix.basename(entry.fileName));
    const other = files.get(name);
    if (other && isSource(other) === isSource(entry)) twice.add(name);
    if (!other) files.set(name, entry);
  }
  return { files, twice };
}

/** Any other ZIP within the same limits: its entries by whole name, and their bytes. */
export async function openZip(
  file: string,
  limits: ZipLimits,
): Promise<Pick<Archive, 'entries' | 'read' | 'readWhole' | 'close'>> {
  const { zip, near } = await opened(file);
  try {
    const entries = await readDirectory(zip, limits);
    const read = (entry: yauzl.Entry): AsyncIterable<Buffer> => readEntry(zip, entry);
    return { entries, read, readWhole: wholeReader(read, near), close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw asRefusal(error);
  }
}

function wholeReader(read: Archive['read'], near: Reading): Archive['readWhole'] {
  return async (entry, longest) => {
    if (entry.uncompressedSize > longest) throw new Refusal(`“${shown(entry.fileName)}” is too long to be read.`);
    if (entry.uncompressedSize <= SHORT) return readShort(near, entry);
    const pieces: Buffer[] = [];
    for await (const piece of read(entry)) pieces.push(piece);
    return Buffer.concat(pieces);
  };
}

async function opened(file: string): Promise<{ zip: yauzl.ZipFile; near: Reading }> {
  const reader = await openAhead(file);
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(reader, reader.size, {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: false,
      validateEntrySizes: true,
    });
    return { zip, near: reader.near };
  } catch (error) {
    await reader.end();
    throw asRefusal(error);
  }
}

async function readDirectory(zip: yauzl.ZipFile, limits: ZipLimits): Promise<Map<string, yauzl.Entry>> {
  const entries = new Map<string, yauzl.Entry>();
  const seen = new Set<string>();
  let total = 0;
  const most = limits.entries ?? MOST_ENTRIES;
  if (zip.entryCount > most) throw new Refusal(`The file holds more than ${most.toLocaleString('en-GB')} files.`);
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: yauzl.Entry) => {
      try {
        entry.fileName = nameOf(entry);
        checkEntry(entry);
        const name = comparedName(entry.fileName);
        if (seen.has(name)) throw new Refusal(`The file holds “${shown(entry.fileName)}” twice.`);
        seen.add(name);
        total += entry.uncompressedSize;
        if (total > limits.total)
          throw new Refusal(
            `Unpacked, the file would be larger than ${Math.round(limits.total / 1024 / 1024)} MB, the most that is read here.`,
          );
        if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
        zip.readEntry();
      } catch (error) {
        reject(error as Error);
      }
    });
    zip.readEntry();
  });
  checkOverlaps([...entries.values()], zip.fileSize);
  return entries;
}

// Programs write names in UTF-8 and forget to say so; what is UTF-8 by chance is not met in practice.
function nameOf({ fileName, fileNameRaw, generalPurposeBitFlag }: yauzl.Entry): string {
  if (generalPurposeBitFlag & SAYS_UTF8 || !fileNameRaw.some((byte) => byte > 0x7f)) return fileName;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fileNameRaw);
  } catch {
    return fileName;
  }
}

function checkEntry(entry: yauzl.Entry): void {
  const { fileName, uncompressedSize, compressedSize, compressionMethod } = entry;
  const name = shown(fileName);
  if (entry.generalPurposeBitFlag & ENCRYPTED || entry.isEncrypted())
    throw new Refusal(`“${name}” in the file is encrypted. Export it without a password.`);
  if (
    fileName.includes('\\') ||
    fileName.startsWith('/') ||
    /^[a-z]:/i.test(fileName) ||
    fileName.split('/').includes('..')
  )
    throw new Refusal(`“${name}” in the file points outside of it.`);
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
    throw new Refusal(`“${name}” in the file is a link to another file.`);
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED)
    throw new Refusal(`“${name}” in the file is packed in a way that is not read here.`);
  if (uncompressedSize > LARGEST_ENTRY) throw new Refusal(`“${name}” in the file is larger than 2 GB.`);
  if (uncompressedSize > RATIO_FROM && uncompressedSize > compressedSize * LARGEST_RATIO)
    throw new Refusal(
      `“${name}” in the file would grow more than ${LARGEST_RATIO} times when unpacked. It was not read.`,
    );
}

// Entries that share bytes can be unpacked to many times the archive's length.
function checkOverlaps(entries: yauzl.Entry[], length: number): void {
  const placed = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let free = 0;
  for (const { relativeOffsetOfLocalHeader: at, compressedSize, fileName } of placed) {
    if (at < free) throw new Refusal(`Files in the archive overlap (“${shown(fileName)}”). It was not read.`);
    free = at + LOCAL_HEADER + compressedSize;
    if (free > length) throw new Refusal(`“${shown(fileName)}” in the file was cut off. Copy or export it again.`);
  }
}

async function* readEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Buffer> {
  try {
    const isDeflated = entry.compressionMethod === DEFLATED;
    const packed = await new Promise<Readable>((resolve, reject) =>
      zip.openReadStream(entry, isDeflated ? { decompress: false } : {}, (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    // In larger pieces than the library's: each is a trip to another thread.
    const stream = isDeflated ? pipeline(packed, createInflateRaw({ chunkSize: INFLATED }), () => {}) : packed;
    let read = 0;
    for await (const piece of stream) {
      read += (piece as Buffer).length;
      if (read > entry.uncompressedSize) break;
      yield piece as Buffer;
    }
    if (read !== entry.uncompressedSize)
      throw new Refusal(`“${shown(entry.fileName)}” in the file is not as long as it says.`);
  } catch (error) {
    throw asRefusal(error);
  }
}

// A short entry whole, in one go: a stream for each of twenty thousand texts takes longer than all the rest.
async function readShort(from: Reading, entry: yauzl.Entry): Promise<Buffer> {
  const { relativeOffsetOfLocalHeader: at, compressedSize, uncompressedSize } = entry;
  const isNotAsSaid = (): Refusal =>
    new Refusal(`“${shown(entry.fileName)}” in the file is not as long as it says, or was damaged.`);
  const near = await from(at, LOCAL_HEADER + entry.fileNameRaw.length + SPARE + compressedSize);
  if (near.length < LOCAL_HEADER || near.readUInt32LE(0) !== LOCAL_SIGNATURE) throw isNotAsSaid();
  const begins = LOCAL_HEADER + near.readUInt16LE(26) + near.readUInt16LE(28);
  const ends = begins + compressedSize;
  const packed = ends <= near.length ? near.subarray(begins, ends) : await from(at + begins, compressedSize);
  if (packed.length !== compressedSize) throw isNotAsSaid();
  const bytes = entry.compressionMethod === STORED ? packed : unpacked(packed, uncompressedSize);
  if (bytes?.length !== uncompressedSize || crc32(bytes) !== entry.crc32) throw isNotAsSaid();
  return bytes;
}

function unpacked(packed: Buffer, length: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: length + 1 });
  } catch {
    return undefined;
  }
}

/** Errors of the archive's own reader are about the file; anything else is passed on. */
function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && /^(EMFILE|ENOSPC|EACCES|ENOENT|EIO|ERR_INVALID)/.test(code)) return error;
  const { message } = error;
  if (/encrypt/.test(message)) return new Refusal('Something in the file is encrypted. Export it without a password.');
  if (/(relative|absolute) path|^invalid characters in fileName/.test(message))
    return new Refusal(
      `A name in the file points outside of it (${shown(message.replace(/^.*(path|fileName): /, ''))}). It was not read.`,
    );
  return new Refusal('The file is not a whole ZIP archive, or was cut off on the way. Copy or save it again.');
}

function shown(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}

import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import tar from 'tar-stream';
import { makeDurable } from '../database/data-folder.ts';
import { StartError } from '../shared/errors.ts';
import { ENCRYPTED, decrypt, encrypt } from './encryption-service.ts';

// A backup is a tar archive, compressed by gzip and, with a key, encrypted: without one any archive program reads it.

/** `add` waits until the bytes are on their way, so that no more than a few pieces are in memory. */
export type Archive = { add(name: string, size: number, content: AsyncIterable<Buffer>): Promise<void> };

/**
 * Writes an archive under another name, makes it durable, lets `check` read it, and only then gives it its name: a file
 * of that name is whole. `fill` adds its entries in order.
 */
export async function writeArchive(
  file: string,
  key: string | undefined,
  fill: (archive: Archive) => Promise<void>,
  check: (part: string) => Promise<void>,
): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  const pack = tar.pack();
  try {
    const written = pipeline(
      Readable.from(pack, { objectMode: false }),
      createGzip({ level: 3 }),
      (source: AsyncIterable<Buffer>) => (key === undefined ? source : encrypt(source, key)),
      createWriteStream(part, { flags: 'wx', mode: 0o600 }),
    );
    // Whichever ends first ends the other: a full disk the reading, a failed read the writing.
    written.catch((error: Error) => pack.destroy(error));
    const filled = fill({ add: (name, size, content) => addEntry(pack, name, size, content) }).then(
      () => pack.finalize(),
      (error: Error) => {
        pack.destroy(error);
        throw error;
      },
    );
    const [fault] = (await Promise.allSettled([written, filled])).filter(({ status }) => status === 'rejected');
    if (fault) throw (fault as PromiseRejectedResult).reason;
    await makeDurable(part);
    await check(part);
    await rename(part, file);
    await makeDurable(path.dirname(file));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function addEntry(pack: tar.Pack, name: string, size: number, content: AsyncIterable<Buffer>): Promise<void> {
  let settle: (error?: Error | null) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve());
  });
  done.catch(() => undefined);
  const header = { name, size, mtime: new Date(0), mode: 0o600 };
  const sink: NodeJS.WritableStream = pack.entry(header, (error) => settle(error));
  for await (const chunk of content) {
    if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), done]);
  }
  sink.end();
  await done;
}

/** Hands every entry to `visit` in order; what it leaves of an entry's content is skipped. */
export async function readArchive(
  file: string,
  key: string | undefined,
  visit: (name: string, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const extract = tar.extract();
  const sink: NodeJS.WritableStream = extract;
  const closed = once(extract, 'close').catch(() => undefined);
  async function feed(): Promise<void> {
    try {
      const plain = await openPlain(file, key);
      for await (const chunk of plain) {
        if (!sink.write(chunk)) await Promise.race([once(extract, 'drain'), closed]);
        if (extract.destroyed) return;
      }
      sink.end();
    } catch (error) {
      extract.destroy(error as Error);
    }
  }
  const fed = feed();
  try {
    for await (const entry of extract) {
      await visit(entry.header.name, entry as unknown as AsyncIterable<Buffer>);
      entry.resume();
    }
    await fed;
  } catch (error) {
    extract.destroy();
    throw worded(error);
  }
}

async function openPlain(file: string, key: string | undefined): Promise<AsyncIterable<Buffer>> {
  const unreadable = (error: NodeJS.ErrnoException): never => {
    throw new StartError(`The file ${file} cannot be read (${error.code ?? error.message}).`);
  };
  const handle = await open(file, 'r').catch(unreadable);
  const beginning = Buffer.alloc(ENCRYPTED.length);
  const reading = handle.read(beginning, 0, beginning.length, 0).finally(() => handle.close());
  const { bytesRead } = await reading.catch(unreadable);
  const bytes = createReadStream(file);
  if (beginning.equals(ENCRYPTED)) {
    if (key === undefined)
      throw new StartError('This backup is encrypted. Set BACKUP_KEY to the key that it was made with.');
    return unzipped(decrypt(bytes, key));
  }
  if (bytesRead < 2 || beginning.readUInt16BE(0) !== 0x1f8b) throw foreign();
  return unzipped(bytes);
}

async function* unzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const ended = pipeline(source, gunzip);
  ended.catch(() => undefined);
  yield* gunzip;
  await ended;
}

export function foreign(): StartError {
  return new StartError('This file is no backup of this program. Nothing was changed.');
}

function worded(error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(message))
    return new StartError('The backup is cut off. Take another copy of it. Nothing was changed here.');
  if (code.startsWith('Z_') || /tar header|invalid tar|Size mismatch|Invalid/.test(message))
    return new StartError('The backup is damaged. Take another copy of it. Nothing was changed here.');
  return error;
}

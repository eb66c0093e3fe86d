import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import multer from 'multer';
import { makeDurable } from '../database/data-folder.ts';
import { AppError, FieldError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';

/** A file as it arrived: `part` is where it lies for now, `name` what its sender calls it, `byteLength` in bytes. */
export type ReceivedFile = { part: string; name: string; byteLength: number; sha256: string };

const INCOMING = 'incoming';
/** What is said of an upload that no parser can read. */
export const UNREADABLE_UPLOAD = 'The upload could not be read. Choose the file again and send it once more.';
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;

declare global {
  // eslint-disable-next-line typescript/no-namespace -- multer's own way of typing req.file
  namespace Express {
    namespace Multer {
      interface File {
        sha256: string;
      }
    }
  }
}

/**
 * Reads a multipart form with one file in the field `field` and leaves the file, whole and on the disk, in
 * uploads/incoming until the request ends; `receivedFile` gives it. Comes before the CSRF check, which needs the fields,
 * and after a guard. `limit` is in bytes; a longer file is a MulterError, and nothing of it stays.
 */
export function receiveFile(options: { folder: string; limit: number; field: string }): RequestHandler {
  const read = multer({
    storage: incoming(options.folder),
    limits: { fileSize: options.limit, files: 1, fields: 10, fieldSize: 10_000, parts: 20 },
    defParamCharset: 'utf8',
  }).single(options.field);
  return (req, res, next) => {
    // What was not kept by then was refused, or broke off.
    res.once('close', () => {
      const part = req.file?.path;
      if (part !== undefined) void rm(part, { force: true });
    });
    read(req, res, (error?: unknown) => next(isMalformed(error) ? new AppError(400, UNREADABLE_UPLOAD) : error));
  };
}

/**
 * The same for several files in one field: at most `most`, none longer than `limit`, and all together no longer than
 * `total` bytes, where it is a MulterError too.
 */
export function receiveFiles(options: {
  folder: string;
  limit: number;
  total: number;
  most: number;
  field: string;
}): RequestHandler {
  return (req, res, next) => {
    const budget = { left: options.total };
    const read = multer({
      storage: incoming(options.folder, budget),
      limits: {
        fileSize: options.limit,
        files: options.most,
        fields: 10,
        fieldSize: 10_000,
        parts: options.most + 20,
      },
      defParamCharset: 'utf8',
    }).array(options.field);
    res.once('close', () => {
      for (const { part } of receivedFiles(req)) void rm(part, { force: true });
    });
    read(req, res, (error?: unknown) => next(isMalformed(error) ? new AppError(400, UNREADABLE_UPLOAD) : error));
  };
}

/** The files that receiveFiles() has read, in the order in which they came. */
export function receivedFiles(req: Request): ReceivedFile[] {
  const files = Array.isArray(req.files) ? req.files : [];
  return files.map((file) => ({
    part: file.path,
    name: file.originalname,
    byteLength: file.size,
    sha256: file.sha256,
  }));
}

/** Whether `error` says that there were more files than the most. */
export function isTooMany(error: unknown): boolean {
  return (
    error instanceof multer.MulterError &&
    ['LIMIT_FILE_COUNT', 'LIMIT_PART_COUNT', 'LIMIT_UNEXPECTED_FILE'].includes(error.code)
  );
}

// The parser's own errors have neither a code, as multer's and the disk's have, nor a status.
function isMalformed(error: unknown): boolean {
  return error instanceof Error && !(error instanceof AppError) && !('code' in error) && !('status' in error);
}

/** The file that receiveFile() has read, or undefined when the form came without one. */
export function receivedFile(req: Request): ReceivedFile | undefined {
  const { file } = req;
  if (!file) return undefined;
  return { part: file.path, name: file.originalname, byteLength: file.size, sha256: file.sha256 };
}

/** Whether `error` says that the file was longer than the limit. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE';
}

/**
 * `receive`, but a file that `words` has a sentence on is kept back, and throwRefusal() throws it: the fields come before the
 * file, so that the page can be shown again, which a broken-off form cannot. `words` is undefined for any other error.
 */
export function receiveOrRefuse(
  receive: RequestHandler,
  words: (error: unknown) => string | undefined,
): RequestHandler {
  return (req, res, next) =>
    receive(req, res, (error?: unknown) => {
      const refusal = words(error);
      if (refusal === undefined) return next(error);
      res.locals.refusal = refusal;
      next();
    });
}

/** Throws why receiveOrRefuse() has taken nothing, as a FieldError about `field`; does nothing where it has. */
export function throwRefusal(res: Response, field: string): void {
  const refusal = res.locals.refusal as string | undefined;
  if (refusal !== undefined) throw new FieldError(field, refusal);
}

/** Gives a received file its final name in one step, durably: it is there whole, or not at all. */
export async function keepFile(folder: string, file: ReceivedFile, storedName: string): Promise<void> {
  await rename(file.part, path.join(folder, storedName));
  await makeDurable(folder);
}

/** Removes what uploads that were cut off by a crash left behind, a day after. */
export async function sweepUploads(folder: string): Promise<void> {
  const incomingFolder = path.join(folder, INCOMING);
  const names = await readdir(incomingFolder).catch(() => []);
  for (const name of names) {
    const file = path.join(incomingFolder, name);
    const found = await stat(file).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > FORGOTTEN_MS) await rm(file, { force: true });
  }
}

function incoming(folder: string, budget?: { left: number }): multer.StorageEngine {
  return {
    _handleFile(_req, file, done) {
      writeDown(path.join(folder, INCOMING), file.stream, budget).then(
        (written) => done(null, written),
        (error: unknown) => done(error),
      );
    },
    _removeFile(_req, file, done) {
      rm(file.path, { force: true }).then(
        () => done(null),
        (error: Error) => done(error),
      );
    },
  };
}

async function writeDown(
  folder: string,
  stream: NodeJS.ReadableStream,
  budget?: { left: number },
): Promise<{ path: string; size: number; sha256: string }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = path.join(folder, `${newId()}.part`);
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      size += chunk.length;
      if (budget && (budget.left -= chunk.length) < 0) return next(new multer.MulterError('LIMIT_FILE_SIZE'));
      next(null, chunk);
    },
  });
  try {
    await pipeline(stream, measure, createWriteStream(part, { flags: 'wx', mode: 0o600 }));
    await makeDurable(part);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { path: part, size, sha256: hash.digest('hex') };
}

import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { StartError } from '../shared/errors.ts';

// AES-256-GCM in pieces of 64 KB, each sealed with its number and whether it is the last: pieces that were changed,
// exchanged, repeated or cut off do not open. The key is made from the passphrase by scrypt with a salt of the file's own.
export const ENCRYPTED = Buffer.from('fieldnotes backup, encrypted 1\n');

const PIECE = 64 * 1024;
const TAG = 16;
const SALT = 16;
const PREFIX = 7;
const HEAD = ENCRYPTED.length + SALT + PREFIX;
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

const derive = promisify<string, Buffer, number, typeof SCRYPT, Buffer>(scrypt);

export async function* encrypt(source: AsyncIterable<Buffer>, passphrase: string): AsyncGenerator<Buffer> {
  const head = Buffer.concat([ENCRYPTED, randomBytes(SALT), randomBytes(PREFIX)]);
  const key = await keyOf(passphrase, head);
  yield head;
  for await (const { piece, number, isLast } of inPieces(source, PIECE)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(head, number, isLast)).setAAD(head);
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** `source` begins with the bytes of ENCRYPTED. Throws a StartError when a piece does not open. */
export async function* decrypt(source: AsyncIterable<Buffer>, passphrase: string): AsyncGenerator<Buffer> {
  const bytes = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < HEAD) {
    const { value, done } = await bytes.next();
    if (done) throw new StartError('The backup is cut off. Take another copy of it.');
    head = Buffer.concat([head, value]);
  }
  const [own, begun] = [head.subarray(0, HEAD), head.subarray(HEAD)];
  const key = await keyOf(passphrase, own);
  async function* rest(): AsyncGenerator<Buffer> {
    yield begun;
    yield* { [Symbol.asyncIterator]: () => bytes };
  }
  for await (const { piece, number, isLast } of inPieces(rest(), PIECE + TAG)) {
    if (piece.length < TAG) throw damaged(number);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(own, number, isLast))
      .setAAD(own)
      .setAuthTag(piece.subarray(-TAG));
    const opened = decipher.update(piece.subarray(0, -TAG));
    try {
      decipher.final();
    } catch {
      throw damaged(number);
    }
    yield opened;
  }
}

function damaged(number: number): StartError {
  return number === 0
    ? new StartError('The backup does not open with this BACKUP_KEY, or it is damaged. Nothing was changed.')
    : new StartError('The backup is damaged or was changed after it was made. Nothing was changed here.');
}

function keyOf(passphrase: string, head: Buffer): Promise<Buffer> {
  return derive(passphrase.normalize('NFKC'), head.subarray(ENCRYPTED.length, ENCRYPTED.length + SALT), 32, SCRYPT);
}

function nonce(head: Buffer, number: number, isLast: boolean): Buffer {
  const own = Buffer.alloc(12);
  head.copy(own, 0, ENCRYPTED.length + SALT, HEAD);
  own.writeUInt32BE(number, PREFIX);
  own[11] = isLast ? 1 : 0;
  return own;
}

/** The same bytes in pieces of `size`, the last shorter; there is always a last one. */
async function* inPieces(
  source: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ piece: Buffer; number: number; isLast: boolean }> {
  let waiting: Buffer[] = [];
  let length = 0;
  let number = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    // More than a whole piece, so that what goes out now is not the last.
    if (length <= size) continue;
    let all = Buffer.concat(waiting);
    while (all.length > size) {
      yield { piece: all.subarray(0, size), number, isLast: false };
      number += 1;
      all = all.subarray(size);
    }
    waiting = [all];
    length = all.length;
  }
  yield { piece: Buffer.concat(waiting), number, isLast: true };
}

import { createHash } from 'node:crypto';

/** Bytes as they pass: `pieces` are those of `source`, and `result` what they came to once all have passed. */
export function measured(source: AsyncIterable<Buffer>): {
  pieces: AsyncGenerator<Buffer>;
  result: () => { byteLength: number; sha256: string };
} {
  const hash = createHash('sha256');
  let byteLength = 0;
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      hash.update(piece);
      byteLength += piece.length;
      yield piece;
    }
  }
  return { pieces: pass(), result: () => ({ byteLength, sha256: hash.digest('hex') }) };
}

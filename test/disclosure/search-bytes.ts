import { buffer } from 'node:stream/consumers';
import yauzl from 'yauzl';

/** A file and, where it is a ZIP, every file in it, however deep, each with the name that it has there. */
export async function everythingIn(
  bytes: Buffer,
  name: string,
): Promise<{ name: string; bytes: Buffer; isPacked: boolean }[]> {
  const isPacked = bytes.length > 4 && bytes.readUInt32BE(0) === 0x504b0304;
  const found = [{ name, bytes, isPacked }];
  if (!isPacked) return found;
  const zip = await yauzl.fromBufferPromise(bytes);
  for await (const entry of zip.eachEntry()) {
    const inner = await buffer(await zip.openReadStreamPromise(entry));
    const head = Buffer.from(`${entry.fileName} ${entry.fileComment}`);
    found.push({ name: entry.fileName, bytes: head, isPacked: false });
    found.push(...(await everythingIn(inner, entry.fileName)));
  }
  return found;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Bytes as every text that they may be, with accents, escapes and ways to write blanks and apostrophes made alike. */
function readings(bytes: Buffer): string[] {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  const odd = bytes.subarray(1, bytes.length - ((bytes.length + 1) % 2));
  return [
    bytes.toString('utf8'),
    bytes.toString('latin1'),
    even.toString('utf16le'),
    odd.toString('utf16le'),
    Buffer.from(even).swap16().toString('utf16le'),
  ].map(alike);
}

function alike(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/&#x([0-9a-f]{1,6});/giu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/&#(\d{1,7});/gu, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll(/&(amp|lt|gt|quot|apos);/gu, (_, name: string) => ENTITIES[name]!)
    .normalize('NFD')
    .replaceAll(/[\p{M}\u00ad\u200b-\u200d\u2060\ufeff]/gu, '')
    .replaceAll(/['’ʼ‘`´′]/gu, "'")
    .replaceAll(/\s+/gu, ' ');
}

export type KnownNames = { anywhere: readonly string[]; words: readonly string[]; exact: readonly string[] };

/**
 * Which names stand in the bytes: those `anywhere` also inside other words, `words` as whole words, both in any case;
 * `exact` as whole words in just this case.
 */
export function namesIn(bytes: Buffer, { anywhere, words, exact }: KnownNames): string[] {
  const texts = readings(bytes);
  const small = texts.map((text) => text.toLowerCase());
  const isWord = (name: string, text: string) =>
    new RegExp(
      `(?<![\\p{L}\\p{N}])${name.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`)}(?![\\p{L}\\p{N}])`,
      'u',
    ).test(text);
  return [
    ...anywhere.filter((name) => small.some((text) => text.includes(alike(name).toLowerCase()))),
    ...words.filter((name) => small.some((text) => isWord(alike(name).toLowerCase(), text))),
    ...exact.filter((name) => texts.some((text) => isWord(alike(name), text))),
  ];
}

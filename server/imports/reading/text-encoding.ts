import { createWindowsTextJudge } from '../../shared/windows-text.ts';

/** Bytes as text, with what the encoding turned out to be. */
export type DecodedText = { text: string; encoding: 'UTF-8' | 'UTF-16' | 'Windows-1252' | (string & {}) };

// Word’s line break within a paragraph and the end of a file of DOS are in texts too, as long as they are read, not kept.
const BLANKS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);
const LOOKED_AT = 4096;
const MOST_CONTROLS = 1 / 50;

/**
 * The text in `bytes`, or undefined when they are none. `declared`: the encoding that a document claims for itself, used
 * only where the bytes are not UTF.
 */
export function decodeText(bytes: Uint8Array, declared?: string): DecodedText | undefined {
  const marked = markedEncoding(bytes);
  if (marked !== undefined) return decoded(bytes, marked, marked === 'utf-8' ? 'UTF-8' : 'UTF-16');
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return decoded(bytes, wide, 'UTF-16');
  const utf8 = decoded(bytes, 'utf-8', 'UTF-8');
  if (utf8) return utf8;
  if (declared !== undefined && isKnown(declared)) {
    const named = decoded(bytes, declared, encodingName(declared));
    if (named) return named;
  }
  return isWindowsText(bytes) ? decoded(bytes, 'windows-1252', 'Windows-1252') : undefined;
}

function decoded(bytes: Uint8Array, encoding: string, name: string): DecodedText | undefined {
  try {
    const text = decodeBytes(bytes, encoding, { fatal: true });
    return isMostlyText(text) ? { text, encoding: name } : undefined;
  } catch {
    return undefined;
  }
}

// What Windows-1252 has where Latin-1 has control characters, from 0x80 on; some decoders of Node 20 read it as Latin-1.
const BEYOND_LATIN_1 = Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');

/** Bytes in the encoding of that label as text. Throws where `fatal` and they are not in it. */
export function decodeBytes(bytes: Uint8Array, label: string, { fatal }: { fatal: boolean }): string {
  const decoder = new TextDecoder(label, { fatal });
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'windows-1252') return text;
  return text.replace(/[\u0080-\u009f]/g, (character) => BEYOND_LATIN_1[character.charCodeAt(0) - 0x80]!);
}

function markedEncoding([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

// UTF-16 without its mark: in the letters of Western languages every other byte is zero, in no other text any.
function wideEncoding(bytes: Uint8Array): string | undefined {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const looked = Math.min(bytes.length, LOOKED_AT);
  let [even, odd] = [0, 0];
  for (let index = 0; index < looked; index += 1) {
    if (bytes[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const many = looked / 2 / 2;
  if (odd > many && even === 0) return 'utf-16le';
  if (even > many && odd === 0) return 'utf-16be';
  return undefined;
}

function isMostlyText(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  const controls = text.slice(0, LOOKED_AT).match(/[\u0000-\u0008\u000e-\u001f]/g)?.length ?? 0;
  return controls <= Math.max(2, Math.min(text.length, LOOKED_AT) * MOST_CONTROLS);
}

function isWindowsText(bytes: Uint8Array): boolean {
  const judge = createWindowsTextJudge(BLANKS);
  return judge.take(bytes) && judge.isText();
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

function encodingName(label: string): string {
  const { encoding } = new TextDecoder(label);
  return encoding === 'windows-1252' ? 'Windows-1252' : encoding;
}

// Five bytes mean nothing in Windows-1252, and DEL is in no text.
const MEANINGLESS = new Set([0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d]);
// Western languages have few letters beyond ASCII; noise has half its bytes there.
const MOST_BEYOND_ASCII = 1 / 4;

/** Judges whether bytes are text in Windows-1252, piece by piece. `blanks` are the only controls that it may hold. */
export function createWindowsTextJudge(blanks: ReadonlySet<number>) {
  let [length, beyond] = [0, 0];
  return {
    /** False at a byte that no such text holds: then there is no need to go on. */
    take(bytes: Uint8Array): boolean {
      for (const byte of bytes) {
        if (MEANINGLESS.has(byte) || (byte < 0x20 && !blanks.has(byte))) return false;
        if (byte >= 0x80) beyond += 1;
      }
      length += bytes.length;
      return true;
    },
    /** Of all that was taken. */
    isText: (): boolean => beyond <= length * MOST_BEYOND_ASCII,
  };
}

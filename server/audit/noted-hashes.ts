/** A line of the file in which hashes are noted outside the database: which chain, how many entries, the hash of the last. */
export type NotedHash = { chain: string; links: number; hash: string };

const LINE = /^\S+ (accounts|[0-9a-f-]{36}) (\d{1,15}) ([0-9a-f]{64})$/;

/** The notes of a file; lines that are none are left out. */
export function readNotes(text: string): NotedHash[] {
  return text.split('\n').flatMap((line) => {
    const [, chain, links, hash] = LINE.exec(line.trim()) ?? [];
    return chain === undefined ? [] : [{ chain, links: Number(links), hash: hash! }];
  });
}

export function writeNote({ chain, links, hash }: NotedHash, at: Date): string {
  return `${at.toISOString()} ${chain} ${links} ${hash}\n`;
}

/** The first note of `chain` with which the chain no longer agrees: `hashAt` gives the hash of an entry, if there is one. */
export function disagreement(
  notes: readonly NotedHash[],
  chain: string,
  hashAt: ReadonlyMap<number, string>,
): NotedHash | undefined {
  return notes.find((note) => note.chain === chain && note.links > 0 && hashAt.get(note.links) !== note.hash);
}

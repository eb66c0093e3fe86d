/**
 * Somebody whose real name is known, for finding them in texts: never shown, logged or kept. `names` are whole names and
 * the parts by which people are spoken of, the longest first.
 */
export type KnownPerson = { participantId: string; agencyId: string; pseudonym: string; names: string[] };

/** How somebody is reached and when they were born, as it is kept with their identity: never shown, logged or kept. */
export type KnownContact = { participantId: string; contact: string; born: string };

// What stands before or inside a name and names nobody by itself.
const NO_NAME = new Set(
  'mr mrs ms miss mx dr prof professor sir dame lord lady rev revd reverend father fr sister sr brother br nurse the of and de del della der den di da dos du el la le van von st saint'.split(
    ' ',
  ),
);

/**
 * By what somebody may be called in a note: their full name, each other name, and every part of those with two letters
 * or more. `others` are aliases and nicknames.
 */
export function namesOf(fullName: string, others: readonly string[] = []): string[] {
  const whole = [fullName, ...others].map((name) => name.replaceAll(/\s+/gu, ' ').trim()).filter((name) => name !== '');
  const parts = whole.flatMap((name) => {
    const words = name.split(/[\s,.()"“”]+/u).filter((word) => word !== '');
    // A double-barrelled name is one part, and each of its halves is another.
    return words.flatMap((word) => [word, ...word.split(/[-‐‑]/u)]);
  });
  const isName = (part: string) =>
    (part.match(/\p{L}/gu)?.length ?? 0) >= 2 && !NO_NAME.has(part.toLowerCase().replaceAll('.', ''));
  const names = [...whole.filter((name) => /\p{L}/u.test(name)), ...parts.filter(isName)];
  return [...new Set(names.filter(isName))].toSorted((one, other) => other.length - one.length);
}

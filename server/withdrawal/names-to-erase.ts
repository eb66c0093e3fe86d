import { isCommonWord } from '../identifiers/mentions.ts';

/**
 * The names by which the rest of a study is swept for somebody who is erased: not those that somebody else has too, and no
 * common words, by which paragraphs about others would go that nobody was shown before. Where such a name is about them
 * in a note as it stands, the paragraph is among those that were shown, and goes with them. `others`: all names of others.
 */
export function namesToErase(names: readonly string[], others: readonly string[]): string[] {
  const taken = new Set(others.map(plain));
  return names.filter((name) => !taken.has(plain(name)) && !isCommonWord(plain(name)));
}

function plain(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

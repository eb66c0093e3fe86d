import { codePointLength } from '../shared/text.ts';
import { APOSTROPHE, type Token, tokensOf } from './tokens.ts';

/** A way of writing a name. `ending`: how many letters at its end are none of the name, as the "s" of "the Okafors". */
export type Spelling = { tokens: Token[]; ending: number };

const SHORTEST_WITH_PLURAL = 3;
const PREFIX = new RegExp(`^(O|D|M|Mc|Mac)${APOSTROPHE}?(?=\\p{Lu})`, 'u');

/** How a name may be written: as it is, apart behind its prefix ("O Brien", "Mc Donald"), and of several people. */
export function spellingsOf(name: string): Spelling[] {
  const written = { tokens: tokensOf(name), ending: 0 };
  if (written.tokens.length !== 1) return [written];
  const apart = PREFIX.test(name) ? [{ tokens: tokensOf(name.replace(PREFIX, '$1 ')), ending: 0 }] : [];
  return [written, ...apart, ...pluralOf(name)];
}

// What is all capitals is a code, and has none.
function pluralOf(name: string): Spelling[] {
  if (!/\p{L}$/u.test(name) || !/\p{Ll}/u.test(name) || codePointLength(name) < SHORTEST_WITH_PLURAL) return [];
  const ending = /(?:s|x|z|ch|sh)$/iu.test(name) ? 'es' : 's';
  return [{ tokens: tokensOf(name + ending), ending: ending.length }];
}

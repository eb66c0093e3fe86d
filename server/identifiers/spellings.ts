import { codePointLength } from '../shared/text.ts';
import { tokensOf } from './tokens.ts';

/** A way of writing a name. `ending`: how many letters at its end are none of the name, as the "s" of "the Okafors". */
export type Spelling = { name: string; ending: number };

const SHORTEST_WITH_PLURAL = 3;
const PREFIX = /^(O|D|M|Mc|Mac)['’ʼ‘`´′]?(?=\p{Lu})/u;

/** How a name may be written: as it is, apart behind its prefix ("O Brien", "Mc Donald"), and of several people. */
export function spellingsOf(name: string): Spelling[] {
  const written = { name, ending: 0 };
  if (tokensOf(name).length !== 1) return [written];
  const apart = PREFIX.test(name) ? [{ name: name.replace(PREFIX, '$1 '), ending: 0 }] : [];
  return [written, ...apart, ...pluralOf(name)];
}

// What is all capitals is a code, and has none.
function pluralOf(name: string): Spelling[] {
  if (!/\p{L}$/u.test(name) || !/\p{Ll}/u.test(name) || codePointLength(name) < SHORTEST_WITH_PLURAL) return [];
  const ending = /(?:s|x|z|ch|sh)$/iu.test(name) ? 'es' : 's';
  return [{ name: name + ending, ending: ending.length }];
}

import type { KnownPerson } from '../identities/known-names.ts';
import { indexText } from '../shared/text.ts';
import { type Spelling, spellingsOf } from './spellings.ts';
import { isHyphen, isWrittenAsName, joinsName, type Token, tokensOf } from './tokens.ts';

/**
 * A place where a text names known people: half-open [start, end) in code points. `certain` where it is a name as names
 * are written and of one person only; `offered` where a reader has to say (lower case, other accents, a word that is also
 * a common one, part of a hyphenated word, a plural, a name that several people bear). `by` says whether it is the real
 * name or the pseudonym in [brackets].
 */
export type Mention = {
  start: number;
  end: number;
  text: string;
  by: 'name' | 'pseudonym';
  certainty: 'certain' | 'offered';
  people: KnownPerson[];
};

// First and last names that are common words too: at the beginning of a sentence they prove nothing.
const COMMON = new Set(
  'art autumn bill bob brown carol chance christian daisy dawn day dean dee drew earnest eve faith frank gay gene glen grace grant gray green grey guy hale hall harmony heath heather hill holly honor hope hunter iris ivy jack jay jean jewel joy june july april august may king lane lily long love major mark mason max melody mercy miles miller nick norm olive page parker pat patience pearl penny price prince queen ray reed rich rob robin rose ruby rusty sage sandy short skip smith snow star sterling stone sue summer sunny taylor trinity trip van victor violet walker warren wells white will winter wood woods young'.split(
    ' ',
  ),
);
const TITLES = new Set('mr mrs ms miss mx dr prof professor sir dame rev revd reverend'.split(' '));

type Name = Spelling & { person: KnownPerson };

/** Whether a word, in lower case and without accents, is a name that is another word too. */
export function isCommonWord(plain: string): boolean {
  return COMMON.has(plain);
}

/** Where `text` names any of `people`, in order and never overlapping; of two names at one place the longer. */
export function findMentions(text: string, people: readonly KnownPerson[]): Mention[] {
  return createMentionFinder(people)(text);
}

/** The same for many texts: the names are made ready once. */
export function createMentionFinder(people: readonly KnownPerson[]): (text: string) => Mention[] {
  const names = indexNames(people);
  const pseudonyms = indexPseudonyms(people);
  return (text) => mentionsIn(text, names, pseudonyms);
}

function mentionsIn(
  text: string,
  names: ReadonlyMap<string, Name[]>,
  pseudonyms: ReadonlyMap<string, KnownPerson[]>,
): Mention[] {
  const tokens = tokensOf(text);
  const source = indexText(text);
  const found: { from: number; to: number; mention: Omit<Mention, 'start' | 'end' | 'text'> }[] = [];

  for (const match of text.matchAll(/\[([^[\]\n]{1,120})\]/gu)) {
    const known = pseudonyms.get(pseudonymKey(match[1]!));
    if (known)
      found.push({
        from: match.index,
        to: match.index + match[0].length,
        mention: { by: 'pseudonym', certainty: known.length === 1 ? 'certain' : 'offered', people: known },
      });
  }
  // Both lists are in the order of the text, and a name inside a known pseudonym is none.
  const bracketed = found.slice();
  let bracket = 0;
  for (let index = 0; index < tokens.length;) {
    const match = longestAt(text, tokens, index, names);
    if (!match) {
      index += 1;
      continue;
    }
    const from = withTitle(text, tokens, index).from;
    const to = endOf(text, tokens[index + match.length - 1]!, match);
    while (bracket < bracketed.length && bracketed[bracket]!.to <= from) bracket += 1;
    if (!(bracket < bracketed.length && bracketed[bracket]!.from < to))
      found.push({ from, to, mention: judge(text, tokens, index, match) });
    index += match.length;
  }
  return found
    .toSorted((one, other) => one.from - other.from)
    .map(({ from, to, mention }) => ({
      start: source.position(from),
      end: source.position(to),
      text: text.slice(from, to),
      ...mention,
    }));
}

function indexNames(people: readonly KnownPerson[]): Map<string, Name[]> {
  const names = new Map<string, Name[]>();
  for (const person of people)
    for (const spelling of person.names.flatMap(spellingsOf)) {
      const first = spelling.tokens[0]?.plain;
      if (first === undefined) continue;
      const list = names.get(first);
      if (list) list.push({ ...spelling, person });
      else names.set(first, [{ ...spelling, person }]);
    }
  for (const list of names.values())
    list.sort((one, other) => other.tokens.length - one.tokens.length || one.ending - other.ending);
  return names;
}

function indexPseudonyms(people: readonly KnownPerson[]): Map<string, KnownPerson[]> {
  const known = new Map<string, KnownPerson[]>();
  for (const person of people) {
    const key = pseudonymKey(person.pseudonym);
    known.set(key, [...(known.get(key) ?? []), person]);
  }
  return known;
}

function pseudonymKey(pseudonym: string): string {
  return pseudonym.normalize('NFC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}

// `isWritten`: spelt and capitalised as one of the names is.
type Match = { length: number; ending: number; people: KnownPerson[]; isWritten: boolean };

// All names of the greatest length that stand here, so that a name of several people is known to be one.
function longestAt(
  text: string,
  tokens: readonly Token[],
  index: number,
  names: ReadonlyMap<string, Name[]>,
): Match | undefined {
  let match: Match | undefined;
  for (const name of names.get(tokens[index]!.plain) ?? []) {
    // "Roberts" is who bears that name, and several called Robert only where nobody does.
    if (match && (name.tokens.length < match.length || name.ending > match.ending)) break;
    if (!standsAt(text, tokens, index, name)) continue;
    match ??= { length: name.tokens.length, ending: name.ending, people: [], isWritten: false };
    match.isWritten ||=
      name.ending === 0 &&
      name.tokens.every(({ shown, word }, offset) => {
        const token = tokens[index + offset]!;
        return token.word === word && (isWrittenAsName(token) || (name.tokens.length > 1 && token.shown === shown));
      });
    if (!match.people.includes(name.person)) match.people.push(name.person);
  }
  return match;
}

function standsAt(text: string, tokens: readonly Token[], index: number, name: Name): boolean {
  for (const [offset, { plain }] of name.tokens.entries()) {
    const token = tokens[index + offset];
    if (!token || token.plain !== plain) return false;
    const before = tokens[index + offset - 1];
    if (offset > 0 && before && !joinsName(before, text.slice(before.to, token.from))) return false;
    // "halls" and "wills" are other words, and the Halls are people.
    if (name.ending > 0 && isCommonWord(plain.slice(0, -name.ending)) && !isWrittenAsName(token)) return false;
  }
  return true;
}

// In UTF-16. What the name of several people ends with is no part of it.
function endOf(text: string, { to }: Token, { ending }: Match): number {
  return /^e?s$/iu.test(text.slice(to - ending, to)) ? to - ending : to;
}

function judge(
  text: string,
  tokens: readonly Token[],
  index: number,
  match: Match,
): Omit<Mention, 'start' | 'end' | 'text'> {
  const { people, isWritten, length } = match;
  const own = tokens.slice(index, index + length);
  const isCommon = length === 1 && COMMON.has(own[0]!.plain) && beginsSentence(text, own[0]!.from);
  const before = tokens[index - 1];
  const after = tokens[index + length];
  const isPartOfWord =
    (before !== undefined && isHyphen(text.slice(before.to, own[0]!.from))) ||
    (after !== undefined && isHyphen(text.slice(own.at(-1)!.to, after.from)));
  const isCertain = isWritten && !isCommon && !isPartOfWord && people.length === 1;
  return { by: 'name', certainty: isCertain ? 'certain' : 'offered', people };
}

function beginsSentence(text: string, at: number): boolean {
  return /(?:^|[.!?:\n]["'“”‘’)\]]{0,2}|\n)\s{0,5}["'“‘([]{0,2}$/u.test(text.slice(Math.max(0, at - 10), at));
}

// "Mr Okafor" is replaced as a whole: the title tells something too.
function withTitle(text: string, tokens: readonly Token[], index: number): Token {
  const [before, own] = [tokens[index - 1], tokens[index]!];
  const isTitle =
    before !== undefined &&
    TITLES.has(before.plain) &&
    isWrittenAsName(before) &&
    /^\.?[^\S\n]{1,3}$/u.test(text.slice(before.to, own.from));
  return isTitle ? before : own;
}

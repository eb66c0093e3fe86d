import { type ContactKind, createContactFinder } from '../identifiers/contacts.ts';
import { createMentionFinder, isCommonWord, type Mention } from '../identifiers/mentions.ts';
import { applyReplacements, bracketed, type Replacement, type Stretch, touches } from '../identifiers/replacements.ts';
import { isWrittenAsName, tokensOf } from '../identifiers/tokens.ts';
import type { KnownContact, KnownPerson } from '../identities/known-names.ts';
import { type IndexedText, indexText } from '../shared/text.ts';

export type KnownKind = 'participant' | 'member' | 'agency' | 'contact';

/** Nothing of any kind yet. */
export const noneSwapped = (): Record<KnownKind, number> => ({ participant: 0, member: 0, agency: 0, contact: 0 });

/** Somebody or something whose name does not leave, and what stands for it. Never shown, logged or kept. */
export type Known = { id: string; kind: KnownKind; agencyId: string; label: string; names: string[] };

/** What goes in the place of a name: half-open [start, end) in code points of the text as it stands. */
export type Swap = Replacement & { kind: KnownKind };

export type Disguise = {
  /** In order, never overlapping. Of people with the same name those of `agencyId` are meant. */
  swaps: (text: string, agencyId?: string) => Swap[];
  apply: (text: string, agencyId?: string) => string;
  /** Places that are left as they are: a name that is another word too, in small letters ("will"). */
  doubtful: (text: string) => Stretch[];
};

const KINDS: readonly KnownKind[] = ['participant', 'member', 'agency'];
const CONTACT_WORDS: Record<ContactKind, string> = {
  telephone: 'telephone number',
  email: 'e-mail address',
  postcode: 'postcode',
  address: 'address',
  born: 'date of birth',
};
const MOST_NAMED = 3;
// Letters that touch a figure ("okafor84") are one word with it elsewhere.
const BESIDE_FIGURES = /(?<=\p{N})[\p{L}\p{M}]{3,}|[\p{L}\p{M}]{3,}(?=\p{N})/gu;
// A word that a text of fixed lines breaks at the end of one: "Oka-" and "for".
const BROKEN = /(?<![\p{L}\p{M}])([\p{L}\p{M}]+)[-‐‑]\n[^\S\n]{0,20}([\p{Ll}\p{M}]+)/gu;
const ADDRESS = /[\p{L}\p{N}\p{M}._%+'’-]{1,64}@[\p{L}\p{N}.-]{1,253}/gu;

const BETWEEN_PARTS = /^(?:[^\S\n]{1,3}|[^\S\n]{0,3}\n[^\S\n]{0,3}|[-‐‑])$/u;

/**
 * Finds the names of `known` in texts and puts labels in their places. It is stricter than what suggests pseudonyms to a
 * reader: capitals and accents make no difference, part of a hyphenated word counts, and a name of several people goes too.
 */
export function createDisguise(known: readonly Known[], contacts: readonly KnownContact[] = []): Disguise {
  const byId = new Map(known.map((one) => [one.id, one]));
  // No pseudonym is known here: a real name stands in [brackets] too.
  const finder = createMentionFinder(known.map((one) => asPerson({ ...one, names: allWaysOf(one) })));
  const labels = safeLabels(known, finder);
  const mayBeDoubtful = someWordOf(known);
  const findContacts = createContactFinder(contacts);

  function find(text: string): Mention[] {
    const found = finder(text);
    const more = [
      ...(/\p{N}/u.test(text) ? besideFigures(text, finder) : []),
      ...(text.includes('\n') ? brokenOverLines(text, finder) : []),
    ];
    return more.length === 0 ? found : inOrder([...found, ...more.filter((one) => !overlapsAny(one, found))]);
  }

  // A name inside an address goes with it.
  function swaps(text: string, agencyId = ''): Swap[] {
    const names = nameSwaps(text, agencyId);
    const reached = findContacts(text).map(({ start, end, kind, participantIds }): Swap => {
      const words = wordsFor(participantIds.map((id) => labels.get(id) ?? ''));
      const isKnown = words !== '' && words !== 'name';
      const inside = names.filter((name) => touches(name, { start, end }));
      return {
        start: Math.min(start, ...inside.map((name) => name.start)),
        end: Math.max(end, ...inside.map((name) => name.end)),
        text: bracketed(isKnown ? `${CONTACT_WORDS[kind]} of ${words}` : CONTACT_WORDS[kind]),
        kind: 'contact',
      };
    });
    return reached.length === 0
      ? names
      : inOrder([...names.filter((name) => !overlapsAny(name, reached)), ...apart(reached)]);
  }

  function nameSwaps(text: string, agencyId: string): Swap[] {
    const found = find(text).filter((mention) => !isDoubtful(mention));
    if (found.length === 0) return [];
    const source = indexText(text);
    const made = found.map((mention): Swap => {
      const meant = whoIsMeant(mention.people, byId, agencyId);
      const words = wordsFor(meant.map(({ id }) => labels.get(id)!));
      const isInBrackets =
        mention.start > 0 &&
        source.slice(mention.start - 1, mention.start) === '[' &&
        source.slice(mention.end, mention.end + 1) === ']';
      return {
        start: mention.start,
        end: mention.end,
        text: isInBrackets ? words : bracketed(words),
        kind: meant[0]!.kind,
      };
    });
    const whole = joinParts(source, made);
    return text.includes('@') ? wholeAddresses(text, whole) : whole;
  }

  return {
    swaps,
    apply(text, agencyId) {
      const found = swaps(text, agencyId);
      return found.length === 0 ? text : applyReplacements(text, found);
    },
    doubtful: (text) =>
      mayBeDoubtful(text)
        ? find(text)
            .filter((mention) => isDoubtful(mention) && mention.people.some((one) => isSomebody(byId, one)))
            .map(({ start, end }) => ({ start, end }))
        : [],
  };

  // "will" and "may" are left where they are written small; so is "rise" where an agency is called RISE.
  function isDoubtful({ text, people }: Mention): boolean {
    const [token, ...more] = tokensOf(text);
    if (!token || more.length > 0 || isWrittenAsName(token)) return false;
    return (
      isCommonWord(token.plain) ||
      people.every(({ names }) => names.every((name) => !hasSmallLetters(name, token.plain)))
    );
  }
}

// The code of an agency in small letters is a word, and nobody's name.
function isSomebody(byId: ReadonlyMap<string, Known>, { participantId }: KnownPerson): boolean {
  return byId.get(participantId)?.kind !== 'agency';
}

/** Whether any of the words that are left when they are written small may stand in a text: most texts hold none. */
function someWordOf(known: readonly Known[]): (text: string) => boolean {
  const people = known.filter(({ kind }) => kind !== 'agency');
  const tokens = people.flatMap(({ names }) => names.map(tokensOf)).flatMap((one) => (one.length === 1 ? one : []));
  const words = new Set(
    tokens.filter(({ shown, plain }) => isCommonWord(plain) || !/\p{Ll}/u.test(shown)).map(({ plain }) => plain),
  );
  if (words.size === 0) return () => false;
  return (text) => tokensOf(text).some(({ plain }) => words.has(plain));
}

// Whether the name, where it is this one word, is ever written with small letters.
function hasSmallLetters(name: string, plain: string): boolean {
  const [token, ...more] = tokensOf(name);
  return token !== undefined && more.length === 0 && token.plain === plain && /\p{Ll}/u.test(name);
}

function asPerson({ id, agencyId, names }: Known): KnownPerson {
  return { participantId: id, agencyId, pseudonym: '\n', names };
}

/** Also written as one word, as in names of files and accounts: "samuelokafor". */
function allWaysOf({ kind, names }: Known): string[] {
  if (kind === 'agency') return names;
  const parts = names.filter((name) => tokensOf(name).length === 1 && name.length > 1).slice(0, 8);
  const joined = parts.flatMap((one) =>
    parts.filter((other) => other !== one).map((other) => `${one}${other}`.toLowerCase()),
  );
  return [...names, ...joined.filter((name) => name.length > 5)];
}

// A label that holds a real name would tell it: such a one is replaced by a number.
function safeLabels(known: readonly Known[], finder: (text: string) => Mention[]): Map<string, string> {
  const counts = noneSwapped();
  const words = { participant: 'Participant', member: 'Researcher', agency: 'Agency', contact: '' };
  return new Map(
    known.map(({ id, kind, label }) => {
      counts[kind] += 1;
      return [id, finder(label).length === 0 ? label : `${words[kind]} ${counts[kind]}`];
    }),
  );
}

function whoIsMeant(people: readonly KnownPerson[], byId: ReadonlyMap<string, Known>, agencyId: string): Known[] {
  const all = people.map(({ participantId }) => byId.get(participantId)!);
  const kind = KINDS.find((one) => all.some((known) => known.kind === one))!;
  const ofKind = all.filter((known) => known.kind === kind);
  const here = ofKind.filter((known) => known.agencyId === agencyId);
  return here.length > 0 ? here : ofKind;
}

function wordsFor(labels: readonly string[]): string {
  const different = [...new Set(labels)].toSorted();
  return different.length > MOST_NAMED ? 'name' : different.join(' or ');
}

function besideFigures(text: string, finder: (text: string) => Mention[]): Mention[] {
  const source = indexText(text);
  return Array.from(text.matchAll(BESIDE_FIGURES)).flatMap(({ 0: letters, index }) =>
    finder(letters).map((mention) => ({
      ...mention,
      start: source.position(index) + mention.start,
      end: source.position(index) + mention.end,
    })),
  );
}

function brokenOverLines(text: string, finder: (text: string) => Mention[]): Mention[] {
  const source = indexText(text);
  return Array.from(text.matchAll(BROKEN)).flatMap(({ 0: whole, 1: head = '', 2: tail = '', index }) =>
    finder(head + tail).map((mention) => ({
      ...mention,
      start: source.position(index),
      end: source.position(index + whole.length),
    })),
  );
}

// An e-mail address with a name in it tells the rest of it too.
function wholeAddresses(text: string, swaps: readonly Swap[]): Swap[] {
  const source = indexText(text);
  const addresses = Array.from(text.matchAll(ADDRESS), ({ 0: whole, index }) => ({
    start: source.position(index),
    end: source.position(index + whole.length),
  })).flatMap((place) => {
    const inside = swaps.filter((swap) => touches(swap, place));
    if (inside.length === 0) return [];
    const start = Math.min(place.start, inside[0]!.start);
    const end = Math.max(place.end, inside.at(-1)!.end);
    return [{ start, end, text: '[e-mail address]', kind: inside[0]!.kind }];
  });
  return inOrder([...swaps.filter((swap) => !overlapsAny(swap, addresses)), ...addresses]);
}

// "Sam Okafor", where the study knows a Samuel Okafor who is called Sam: one person, and one label.
function joinParts(source: IndexedText, swaps: readonly Swap[]): Swap[] {
  const joined: Swap[] = [];
  for (const swap of swaps) {
    const last = joined.at(-1);
    if (last?.text === swap.text && BETWEEN_PARTS.test(source.slice(last.end, swap.start)))
      joined[joined.length - 1] = { ...last, end: swap.end };
    else joined.push(swap);
  }
  return joined;
}

// Two that reached into the same name are one place.
function apart(reached: readonly Swap[]): Swap[] {
  const free: Swap[] = [];
  for (const one of reached) {
    const last = free.at(-1);
    if (last && one.start < last.end) free[free.length - 1] = { ...last, end: Math.max(last.end, one.end) };
    else free.push(one);
  }
  return free;
}

function overlapsAny(one: Stretch, others: readonly Stretch[]): boolean {
  return others.some((other) => touches(one, other));
}

function inOrder<T extends { start: number }>(places: T[]): T[] {
  return places.toSorted((one, other) => one.start - other.start);
}

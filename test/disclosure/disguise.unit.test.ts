import { describe, expect, test } from '@jest/globals';
import { namesOf } from '../../server/identities/known-names.ts';
import { agencyLabel, initialsOf } from '../../server/disclosure/choices.ts';
import { createDisguise, type Known } from '../../server/disclosure/disguise.ts';
import { stretchThrough } from '../../server/disclosure/stretch.ts';
import { sliceCodePoints } from '../../server/shared/text.ts';
import { createChance } from '../support/random.ts';

const person = (id: string, label: string, fullName: string, others: string[] = [], agencyId = 'a1'): Known => ({
  id,
  kind: 'participant',
  agencyId,
  label,
  names: namesOf(fullName, others),
});
const SAM = person('p1', 'Ray', 'Samuel Okafor', ['Sam']);
const ZOE = person('p2', 'Lily', 'Zoë O’Brien-Núñez');
const LEE = person('p3', 'Kit', 'Xiao Lee', [], 'a2');
const GRACE = person('p4', 'Fern', 'Grace Hall');
const ROSE = person('p5', 'Sam', 'Rosalind Thwaite');
const AGENCY: Known = { id: 'a1', kind: 'agency', agencyId: 'a1', label: 'Agency A', names: ['Harbour Steps', 'HAR'] };
const PRIYA: Known = { id: 'm1', kind: 'member', agencyId: '', label: 'Coder 2', names: namesOf('Dr Priya Menon') };
const disguise = createDisguise([SAM, ZOE, LEE, GRACE, AGENCY, PRIYA]);

describe('createDisguise().apply()', () => {
  test.each([
    ['Sam came.', '[Ray] came.'],
    ["Sam’s coat and Sam's hat", "[Ray]’s coat and [Ray]'s hat"],
    ['SAMUEL OKAFOR, samuel okafor', '[Ray], [Ray]'],
    ['Mr Okafor and Mr. Okafor', '[Ray] and [Ray]'],
    ['Samuel\u00a0Okafor', '[Ray]'],
    ['Samuel\nOkafor', '[Ray]'],
    ['Samuel\n\nOkafor', '[Ray]\n\n[Ray]'],
    ['a Sam-led walk, non-Okafor', 'a [Ray]-led walk, non-[Ray]'],
    ["Zoe O'Brien Nunez", '[Lily]'],
    ['ZOË O‘BRIEN', '[Lily]'],
    ['Sam Okafor', '[Ray]'],
    ['Sam, Okafor', '[Ray], [Ray]'],
    ['Sam Zoe', '[Ray] [Lily]'],
    ['Zoe\u0308 said', '[Lily] said'],
    ['Sa\u00adm said', '[Ray] said'],
    ['sam_okafor2.jpg and SamuelOkafor.png', '[Ray]_[Ray]2.jpg and [Ray].png'],
    ['write to sam.okafor@example.org now', 'write to [e-mail address] now'],
    ['okafor84', '[Ray]84'],
    ['[Sam] and [Ray]', '[Ray] and [Ray]'],
    ['Same, samba, Samson, okaforian', 'Same, samba, Samson, okaforian'],
    ['at harbour steps (HAR)', 'at [Agency A] ([Agency A])'],
    ['har har, she laughed', 'har har, she laughed'],
    ['Priya asked', '[Coder 2] asked'],
    ['Grace prayed with grace in the hall', '[Fern] prayed with grace in the hall'],
    ['grace hall', '[Fern]'],
    ['👋🏽 Sam 👋🏽', '👋🏽 [Ray] 👋🏽'],
    ['the Okafors and the O’Brien-Núñezes', 'the [Ray]s and the [Lily]es'],
    ['O Brien, O´Brien', '[Lily], [Lily]'],
    ['Oka-\nfor, Nu-\n  ñez and Sam-\nson', '[Ray], [Lily] and [Ray]-\nson'],
    ['', ''],
  ])('%j → %j', (text, expected) => {
    expect(disguise.apply(text)).toBe(expected);
  });

  test('names nobody wrongly · where several people bear a name', () => {
    const several = createDisguise([SAM, person('p9', 'Ned', 'Samuel Price', [], 'a2')]);
    expect([several.apply('Samuel', 'a1'), several.apply('Samuel', 'a2'), several.apply('Samuel', 'a3')]).toEqual([
      '[Ray]',
      '[Ned]',
      '[Ned or Ray]',
    ]);
  });

  test('does not put one person’s real name in the place of another’s', () => {
    expect(createDisguise([SAM, ROSE]).apply('Rosalind met Sam')).toBe('[Participant 2] met [Ray]');
  });

  test('points at small words that are names too · and leaves them', () => {
    expect(disguise.doubtful('with grace')).toEqual([{ start: 5, end: 10 }]);
    expect(disguise.doubtful('har har')).toEqual([]);
    expect(disguise.doubtful('Grace')).toEqual([]);
  });
});

// Filler that holds no name and none of a name's parts, whatever is put beside it.
const FILLER = [
  'tea',
  'Samson',
  'okaforian',
  '—',
  '“quiet”',
  '👩🏽‍🚀',
  'e\u0301t\u00e9',
  'שלום',
  '3.5',
  'Halle',
  '\t',
  'x’y',
  'co-op',
  'AND',
  '(',
  'ß',
];
const GAPS = [' ', '  ', ', ', '\n\n', ' – ', '; '];
const NAMES: [written: string, label: string][] = [
  ['Samuel Okafor', 'Ray'],
  ['Okafor', 'Ray'],
  ['Sam', 'Ray'],
  ['Zoë O’Brien-Núñez', 'Lily'],
  ['Núñez', 'Lily'],
  ['Xiao Lee', 'Kit'],
  ['Priya Menon', 'Coder 2'],
  ['Harbour Steps', 'Agency A'],
];

test('createDisguise().apply() · leaves no name and changes nothing else · for random texts with names in odd places', () => {
  const chance = createChance();
  const pick = <T>(of: readonly T[]): T => chance.one(of);
  const forms: ((name: string) => string)[] = [
    (name) => name,
    (name) => name.toUpperCase(),
    (name) => name.toLowerCase(),
    (name) => name.normalize('NFD'),
    (name) => name.normalize('NFD').replaceAll(/\p{M}/gu, ''),
    (name) => name.replaceAll(' ', '\u00a0'),
    (name) => name.replaceAll(' ', '\n'),
    (name) => name.replaceAll(' ', ' \n '),
    (name) => name.replaceAll('’', "'"),
    (name) => name.replaceAll('-', '‐'),
    (name) => `${name.slice(0, 2)}\u00ad${name.slice(2)}`,
  ];
  const endings = ['', '', '’s', "'s", '-like', '.', '!', '”'];
  for (let time = 0; time < 3000; time += 1) {
    let [text, expected] = ['', ''];
    for (let part = 0; part < 1 + chance.number(8); part += 1) {
      const gap = pick(GAPS);
      if (chance.number(2) === 0) {
        const filler = pick(FILLER);
        text += filler + gap;
        expected += filler + gap;
        continue;
      }
      const [name, label] = pick(NAMES);
      const ending = pick(endings);
      // A word between two names, so that neither is read as a part of the other.
      text += pick(forms)(name) + ending + gap + 'and ';
      expected += `[${label}]${ending}${gap}and `;
    }
    expect({ seed: chance.seed, text: disguise.apply(text) }).toEqual({ seed: chance.seed, text: expected });
  }
});

test('stretchThrough() · keeps the words of a passage · and takes a name whole whose edge it cuts', () => {
  const text = 'Then 👋 Samuel Okafor sat by Zoë.';
  const swaps = disguise.swaps(text);
  const outside = disguise.apply(text);
  expect(outside).toBe('Then 👋 [Ray] sat by [Lily].');
  const quote = (start: number, end: number) => {
    const at = stretchThrough(swaps, start, end);
    return sliceCodePoints(outside, at.start, at.end);
  };
  // By hand: "Samuel Okafor" is [7, 20), "Zoë" [28, 31).
  expect(quote(0, 4)).toBe('Then');
  expect(quote(7, 20)).toBe('[Ray]');
  expect(quote(9, 11)).toBe('[Ray]');
  expect(quote(14, 24)).toBe('[Ray] sat');
  expect(quote(0, 9)).toBe('Then 👋 [Ray]');
  expect(quote(21, 27)).toBe('sat by');
  expect(quote(25, 32)).toBe('by [Lily].');
  expect(quote(20, 28)).toBe(' sat by ');
});

test.each([
  [0, 'Agency A'],
  [25, 'Agency Z'],
  [26, 'Agency AA'],
  [701, 'Agency ZZ'],
])('agencyLabel(%i) is %s', (index, label) => {
  expect(agencyLabel(index)).toBe(label);
});

test.each([
  ['Dr Ruth Calloway', 'RC'],
  ['Priya Menon', 'PM'],
  ['Anne-Marie O’Neil', 'AMO'],
  ['李 明', '李明'],
])('initialsOf(%s) is %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

describe('how people are reached', () => {
  const rose: Known = {
    id: 'r',
    kind: 'participant',
    agencyId: 'a',
    label: 'Rose',
    names: ['Agnes Rosslyn', 'Rosslyn'],
  };
  const contacts = [
    {
      participantId: 'r',
      contact: '14 Rosslyn Road, M14 5AB, 0161 496 0123, agnes.rosslyn@example.org',
      born: '3/5/1964',
    },
  ];

  test('leaves as what it is, and whose', () => {
    const { apply } = createDisguise([rose], contacts);
    expect(apply('Agnes Rosslyn, 14 Rosslyn Rd, M145AB: +44 161 496 0123, agnes.rosslyn@example.org, b. 3.5.64.')).toBe(
      '[Rose], [address of Rose], [postcode of Rose]: [telephone number of Rose], [e-mail address of Rose], b. [date of birth of Rose].',
    );
  });

  test('names two who share it, and counts apart from names', () => {
    const ned: Known = { ...rose, id: 'n', label: 'Ned', names: ['Zwake'] };
    const { swaps } = createDisguise([rose, ned], [...contacts, { ...contacts[0]!, participantId: 'n' }]);
    expect(swaps('M14 5AB')).toEqual([{ start: 0, end: 7, text: '[postcode of Ned or Rose]', kind: 'contact' }]);
  });
});

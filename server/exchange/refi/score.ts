import { sliceCodePoints } from '../../shared/text.ts';
import {
  type Passage,
  passageOf,
  positionsOf,
  PROFILES,
  type Profile,
  profileKey,
  profileOfOrigin,
  type SourceText,
} from './profile.ts';

export type ScoredSelection = { start: number; end: number; name: string | undefined };

/** What a name says of its passage, blanks made one: `isCut` where it ends with the sign that it was cut short. */
type Name = { whole: string; words: string; isCut: boolean };
type NamedSelection = { start: number; end: number; name: Name | undefined };

/** How well a profile fits: selections that begin and end as words do, or say what their own name says. */
export type Score = { profile: Profile; fits: number; misplaced: number };

export type Choice = {
  profile: Profile;
  fits: number;
  of: number;
  /** Why this one, for the report. */
  reason: string;
  /** Profiles that fit as well, and would put passages elsewhere: somebody has to choose. Empty when nothing is open. */
  open: Profile[];
  /** What a passage on which they differ says as `profile` counts; '' where none was noted. */
  example: (profile: Profile) => string;
};

/** Tries every profile on the selections of one source after another, and says in the end which one it is. */
export function createScorer(origin: string) {
  const tallies = new Map<string, Score & { trace: number }>(
    PROFILES.map((profile) => [profileKey(profile), { profile, fits: 0, misplaced: 0, trace: 0 }]),
  );
  const examples: Map<string, string>[] = [];
  let total = 0;

  function add(source: SourceText, given: readonly ScoredSelection[]): void {
    if (given.length === 0) return;
    total += given.length;
    // Once for all ways of counting.
    const selections = given.map(({ name, ...place }) => ({
      ...place,
      name: name === undefined ? name : readName(name),
    }));
    const done = new Map<string, { fits: number; misplaced: number; trace: number }>();
    for (const tally of tallies.values()) {
      const { unit, mark, newline, end } = tally.profile;
      const key = [source.hasAstral && unit, source.hasMark && mark, source.hasReturn && newline, end].join();
      let result = done.get(key);
      if (!result) done.set(key, (result = tryProfile(source, tally.profile, selections)));
      tally.fits += result.fits;
      tally.misplaced += result.misplaced;
      tally.trace = mix(tally.trace, result.trace);
    }
    if (source.hasAstral || source.hasMark || source.hasReturn)
      for (const selection of selections) if (examples.length < MOST_EXAMPLES) noteExample(source, selection);
  }

  function noteExample(source: SourceText, selection: Passage): void {
    const quotes = new Map(PROFILES.map((profile) => [profileKey(profile), quoteOf(source, profile, selection)]));
    if (new Set(quotes.values()).size > 2) examples.push(quotes);
  }

  return {
    add,
    choose(): Choice {
      const choice = choose([...tallies.values()], total, origin);
      const keys = choice.open.map(profileKey);
      const telling = (quotes: Map<string, string>): number => new Set(keys.map((key) => quotes.get(key))).size;
      const best = examples.toSorted((a, b) => telling(b) - telling(a))[0];
      return { ...choice, example: (profile) => best?.get(profileKey(profile)) ?? '' };
    },
  };
}

type Tally = Score & { trace: number };

const MOST_EXAMPLES = 50;
const LONGEST_EXAMPLE = 80;

function quoteOf(source: SourceText, profile: Profile, selection: Passage): string {
  const passage = passageOf(positionsOf(source, profile), profile, selection);
  if (typeof passage === 'string') return `(${passage})`;
  return sliceCodePoints(source.text, passage.start, Math.min(passage.end, passage.start + LONGEST_EXAMPLE));
}

function choose(tallies: Tally[], total: number, origin: string): Omit<Choice, 'example'> {
  const { profile: usual, known } = profileOfOrigin(origin);
  const usually = tallies.find(({ profile }) => profileKey(profile) === profileKey(usual))!;
  const found = (one: Tally, reason: string, open: Profile[] = []): Omit<Choice, 'example'> => ({
    profile: one.profile,
    fits: one.fits,
    of: total,
    reason,
    open,
  });
  if (total === 0) return found(usually, 'No selection has a text to try this on.');
  const most = Math.max(...tallies.map(({ fits }) => fits));
  const best = tallies.filter(({ fits }) => fits === most);
  const others = distinct(best, usually);
  const program = origin === '' ? 'the program that wrote the file' : origin;
  if (usually.fits === most) {
    if (others.length === 0) return found(usually, 'No other way of counting fits as well.');
    if (known) return found(usually, `Others fit as well; this is how ${program} counts.`);
    const open = others.filter(({ profile }) => profile.end === usual.end);
    if (open.length === 0)
      return found(usually, 'The last character could belong to a passage or not; every program known counts so.');
    return found(usually, 'Several ways of counting fit equally well.', [usual, ...open.map(({ profile }) => profile)]);
  }
  // Selections need not keep to words: a handful more is no proof against what is known of a program.
  const margin = most - usually.fits;
  if (known && margin <= Math.max(2, total * 0.05))
    return found(usually, `This is how ${program} counts; another way fits ${margin} more of the selections.`);
  const first = preferred(best, usual);
  // An end that could be either is taken as it is expected, here as above.
  const rest = distinct(best, first).filter(({ profile }) => profile.end === first.profile.end);
  if (first.profile.end !== usual.end && margin <= Math.max(2, total * 0.05))
    return found(
      usually,
      'Taking the end as the last character would fit hardly better; every program known counts so.',
    );
  const reason = `It fits ${margin} more of the selections than the way that was expected of ${program}.`;
  return found(first, reason, rest.length > 0 ? [first.profile, ...rest.map(({ profile }) => profile)] : []);
}

// One for each different outcome among `tallies`, without those that come to the same as `than`.
function distinct(tallies: Tally[], than: Tally): Tally[] {
  const traces = new Set([than.trace]);
  return tallies.filter(({ trace }) => !traces.has(trace) && traces.add(trace));
}

function preferred(tallies: Tally[], usual: Profile): Tally {
  const likeness = ({ profile }: Tally): number =>
    (Object.keys(usual) as (keyof Profile)[]).filter((key) => profile[key] === usual[key]).length;
  return tallies.toSorted((a, b) => likeness(b) - likeness(a))[0]!;
}

function tryProfile(source: SourceText, profile: Profile, selections: readonly NamedSelection[]) {
  const at = positionsOf(source, profile);
  const points = source.hasAstral ? Array.from(source.text) : source.text;
  const result = { fits: 0, misplaced: 0, trace: 0 };
  for (const selection of selections) {
    const passage = passageOf(at, profile, selection);
    if (typeof passage === 'string') {
      if (passage !== 'empty') result.misplaced += 1;
      result.trace = mix(result.trace, -1);
      continue;
    }
    result.trace = mix(mix(result.trace, passage.start), passage.end);
    if (fits(points, passage, selection.name)) result.fits += 1;
  }
  return result;
}

type Points = string | readonly string[];

function readName(name: string): Name {
  const whole = squeeze(name);
  const words = whole.replace(/\s*(…|\.\.\.)$/u, '');
  return { whole, words, isCut: words !== whole };
}

function fits(points: Points, { start, end }: Passage, name: Name | undefined): boolean {
  const said = name === undefined ? 'nothing' : compare(points, start, end, name);
  if (said === 'the same') return true;
  if (said === 'other') return false;
  return !isWithinWord(points, start) && !isWithinWord(points, end);
}

const LONGEST_COMPARED = 2000;
const SHORTEST_NAME = 4;
const SHORTEST_CUT = 40;

// A name says something when it is the passage's own words, cut short or not; programs also number their selections.
function compare(points: Points, start: number, end: number, name: Name): 'the same' | 'other' | 'nothing' {
  const { whole, words, isCut } = name;
  if (words.length < SHORTEST_NAME) return 'nothing';
  const plain = cut(points, start, Math.min(end, start + LONGEST_COMPARED));
  // The same letters, nearly always: squeezing them would say no more.
  if (plain === whole || (plain.startsWith(whole) && whole.length >= SHORTEST_CUT && !isWithinWord(points, end)))
    return 'the same';
  const quote = squeeze(plain);
  if (quote === whole || quote === words) return 'the same';
  // Cut short: its beginning is proof of the start, and nothing of the end.
  if (quote.startsWith(words) && (isCut || words.length >= SHORTEST_CUT || isLongerThanCounting(plain, quote, words)))
    return isWithinWord(points, end) ? 'other' : 'the same';
  if (quote.startsWith(words)) return 'other';
  const around = squeeze(cut(points, Math.max(0, start - 3), Math.min(end, start + LONGEST_COMPARED) + 3));
  return around.includes(words.slice(0, 60)) ? 'other' : 'nothing';
}

// Ways of counting that agree on the start can differ at the end by one for each emoji and each newline between, and by one
// for the last character itself: what is longer than its name by more was named by its beginning.
function isLongerThanCounting(plain: string, quote: string, words: string): boolean {
  return quote.length - words.length > 2 * (plain.match(/[\ud800-\udbff\n]/g)?.length ?? 0) + 2;
}

function cut(points: Points, start: number, end: number): string {
  return typeof points === 'string' ? points.slice(start, end) : points.slice(start, end).join('');
}

function squeeze(text: string): string {
  if (!/[^\S ]| {2}/u.test(text)) return text.trim();
  return text.replace(/\s+/gu, ' ').trim();
}

// Of scripts that leave no blanks between words nothing can be told.
const WORD =
  /(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{N}\p{M}]/u;

function isWithinWord(points: Points, at: number): boolean {
  const before = points[at - 1];
  const after = points[at];
  return before !== undefined && after !== undefined && WORD.test(before) && WORD.test(after);
}

function mix(trace: number, value: number): number {
  return (Math.imul(trace ^ value, 0x01000193) + 0x9e3779b9) | 0;
}

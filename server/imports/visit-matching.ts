import { formatCalendarDate } from '../shared/dates.ts';

/** What is known of the visit that a document belongs to: by its name, or by a line of a table. `date`: "2011-11-14". */
export type Wanted = { agency?: string; phase?: string; date?: string; setting?: string; time?: string };

/** A visit to match against; `date` and `time` in the study's own zone. */
export type Candidate = {
  id: string;
  agency: string;
  code: string;
  phase: string;
  setting: string;
  date: string;
  time: string;
};

export type Match = { visitId: string | null; hint: string | null };

/** The one visit that fits what is wanted, or a sentence that says why there is none. */
export function matchVisit(wanted: Wanted, candidates: readonly Candidate[]): Match {
  const fits = candidates.filter(
    (one) =>
      (wanted.agency === undefined || [one.agency, one.code].some((name) => isSame(name, wanted.agency!))) &&
      (wanted.phase === undefined || isSame(one.phase, wanted.phase)) &&
      (wanted.setting === undefined || isSame(one.setting, wanted.setting)) &&
      (wanted.date === undefined || one.date === wanted.date) &&
      (wanted.time === undefined || one.time === wanted.time),
  );
  if (fits.length === 1) return { visitId: fits[0]!.id, hint: null };
  const words = wantedWords(wanted);
  if (fits.length === 0)
    return { visitId: null, hint: `No visit ${words} is recorded. Record it first, or choose another.` };
  return { visitId: null, hint: `${fits.length} visits ${words} are recorded. Choose one of them.` };
}

function wantedWords({ agency, phase, date, setting, time }: Wanted): string {
  return [
    ...(agency === undefined ? [] : [`to “${agency}”`]),
    ...(date === undefined ? [] : [`on ${formatCalendarDate(date)}`]),
    ...(time === undefined ? [] : [`at ${time}`]),
    ...(phase === undefined ? [] : [`in “${phase}”`]),
    ...(setting === undefined ? [] : [`in the setting “${setting}”`]),
  ].join(' ');
}

function isSame(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date as people write it in Britain, or as ISO 8601 has it, as "2011-11-14"; undefined when it is none. */
export function readDate(written: string): string | undefined {
  const text = written.trim();
  const iso = /^(\d{4})[-_. /]?(\d{1,2})[-_. /]?(\d{1,2})$/.exec(text);
  if (iso) return calendarDate(iso[1]!, iso[2]!, iso[3]!);
  const british = /^(\d{1,2})[-_. /](\d{1,2})[-_. /](\d{4}|\d{2})$/.exec(text);
  if (british) return calendarDate(fullYear(british[3]!), british[2]!, british[1]!);
  const worded = /^(\d{1,2})(?:st|nd|rd|th)?[-_. ]+([a-z]{3,9})[-_. ,]+(\d{4}|\d{2})$/i.exec(text);
  const month = worded ? MONTHS.indexOf(worded[2]!.slice(0, 3).toLowerCase()) + 1 : 0;
  return month > 0 ? calendarDate(fullYear(worded![3]!), String(month), worded![1]!) : undefined;
}

function fullYear(year: string): string {
  return year.length === 4 ? year : `20${year}`;
}

function calendarDate(year: string, month: string, day: string): string | undefined {
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day);
  return isReal && Number(year) >= 1900 ? at.toISOString().slice(0, 10) : undefined;
}

const DATE_IN_NAME =
  /(?<!\d)(\d{4}[-_. ]?\d{2}[-_. ]?\d{2}|\d{1,2}[-_. ]\d{1,2}[-_. ]\d{4}|\d{1,2}(?:st|nd|rd|th)?[-_. ]+[a-z]{3,9}[-_. ]+\d{4})(?!\d)/i;

/** What a name says by itself: a date in it, and an agency that is named in it or in the folder that it stood in. */
export function wantedByName(name: string, folder: string, candidates: readonly Candidate[]): Wanted | undefined {
  const found = DATE_IN_NAME.exec(name) ?? DATE_IN_NAME.exec(folder);
  const date = found ? readDate(found[1]!) : undefined;
  if (date === undefined) return undefined;
  const within = ` ${folded(`${folder} ${name}`.replace(/[./\\,()]+/g, ' '))} `;
  const agencies = new Set(
    candidates
      .filter(({ agency, code }) => [agency, code].some((each) => each !== '' && within.includes(` ${folded(each)} `)))
      .map(({ agency }) => agency),
  );
  return { date, ...(agencies.size === 1 && { agency: [...agencies][0]! }) };
}

const PLACES = ['agency', 'phase', 'date', 'setting', 'title', 'any'] as const;
type Place = (typeof PLACES)[number];

/** A pattern, read: places and the words between them, in their order. */
export type Pattern = ({ place: Place } | { words: string })[];

/** A pattern such as "{agency}_{date}_{title}", read; or a sentence on what is wrong with it. */
export function readPattern(pattern: string): Pattern | { wrong: string } {
  const parts: Pattern = [];
  const seen = new Set<Place>();
  for (const [part] of evened(pattern).matchAll(/\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (!part.startsWith('{') || part.length < 3) {
      if (part.includes('{') || part.includes('}')) return { wrong: 'Close each bracket: {agency}' };
      parts.push({ words: part });
      continue;
    }
    const place = part.slice(1, -1).trim().toLowerCase() as Place;
    const last = parts.at(-1);
    if (!PLACES.includes(place))
      return { wrong: `“${part}” is not known. Use {agency}, {phase}, {date}, {setting}, {title} or {any}` };
    if (place !== 'any' && seen.has(place)) return { wrong: `Use ${part} once only` };
    if (last && 'place' in last) return { wrong: `Put what parts them between {${last.place}} and ${part}` };
    seen.add(place);
    parts.push({ place });
  }
  if (!['agency', 'phase', 'date', 'setting'].some((place) => seen.has(place as Place)))
    return { wrong: 'Say where in the name the visit is, for example {agency}_{date}' };
  return parts;
}

/** What a name says by a pattern: each place ends where the words after it come first. Undefined when it does not fit. */
export function wantedByPattern(pattern: Pattern, stem: string): (Wanted & { title?: string }) | undefined {
  const name = evened(stem);
  const wanted: Wanted & { title?: string } = {};
  let at = 0;
  for (const [index, part] of pattern.entries()) {
    if ('words' in part) {
      if (!name.slice(at).toLowerCase().startsWith(part.words.toLowerCase())) return undefined;
      at += part.words.length;
      continue;
    }
    const next = pattern[index + 1];
    const end = next && 'words' in next ? name.toLowerCase().indexOf(next.words.toLowerCase(), at + 1) : name.length;
    const value = name.slice(at, end).trim();
    if (end === -1 || value === '') return undefined;
    at = end;
    if (part.place === 'any') continue;
    if (part.place !== 'date') wanted[part.place] = value;
    else {
      const date = readDate(value);
      if (date === undefined) return undefined;
      wanted.date = date;
    }
  }
  return at === name.length ? wanted : undefined;
}

function evened(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

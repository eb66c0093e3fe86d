import { formatDate, formatDateTime, formatTime } from '../shared/dates.ts';
import { isId } from '../shared/ids.ts';
import { isAsRecorded, type TrailCheck } from './chain.ts';
import { GROUPS, QUICK_VIEWS, type ThingKind, wordsOf } from './event-words.ts';
import type { Thing } from './thing-queries.ts';
import { type Folded, foldRefusals, refusedPage } from './refusals.ts';
import { isQuickView, type Narrowed, trailHref } from './trail-filter.ts';
import type { TrailEntry } from './trail-queries.ts';

type Place = { path: string; timeZone: string };

/** What an entry was about, for looking up its name: nothing where it had no subject, or one without a name. */
export function thingOf({ kind, subjectId }: TrailEntry): { kind: ThingKind; id: string } | undefined {
  const thing = wordsOf(kind)?.thing;
  return thing && subjectId !== null ? { kind: thing, id: subjectId } : undefined;
}

/** The entries under their days, the latest first, repeated refusals in one line. */
export function trailDays(entries: readonly TrailEntry[], things: Map<string, Thing>, { path, timeZone }: Place) {
  const days: { day: string; entries: ReturnType<typeof entryView>[] }[] = [];
  for (const entry of foldRefusals(entries)) {
    const day = formatDate(entry.at, timeZone);
    if (days.at(-1)?.day !== day) days.push({ day, entries: [] });
    days.at(-1)!.entries.push(entryView(entry, things, { path, timeZone }));
  }
  return days;
}

function entryView(entry: Folded<TrailEntry>, things: Map<string, Thing>, { path, timeZone }: Place) {
  const asked = thingOf(entry);
  const thing = asked && things.get(`${asked.kind} ${asked.id}`);
  return {
    time: formatTime(entry.at, timeZone),
    who: entry.who ?? (entry.personId === null ? 'The program' : 'Somebody who is not a member'),
    did: didOf(entry),
    times: entry.times > 1 ? `${entry.times.toLocaleString('en-GB')} times, from ${formatTime(entry.since, timeZone)}` : undefined,
    thing: thing && { name: thing.name, href: thing.place === null ? undefined : `${path}/${thing.place}` },
    // What it was is not known any more: it has been erased, or the reader may not see it now.
    isGone: asked !== undefined && thing === undefined,
    about: asked && `${path}/trail?thing=${asked.id}`,
    // What a check came to stands at the foot of the page.
    facts: entry.kind === 'trail.checked' ? [] : factsOf(entry),
    isRefusal: /refused|failed|throttled/.test(entry.kind),
  };
}

function didOf(entry: TrailEntry): string {
  const page = refusedPage(entry);
  return page === undefined ? (wordsOf(entry.kind)?.did ?? entry.kind) : `was refused the page “${page}”`;
}

// The fields of an event, as recorded: states, numbers and ids. Ids say nothing to a reader; the file has them.
function factsOf({ before, after }: TrailEntry): { name: string; before: string; after: string }[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .map((name) => ({ name: inWords(name), before: said(before?.[name]), after: said(after?.[name]) }))
    .filter((fact) => fact.before !== '' || fact.after !== '');
}

function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return isId(value) ? '' : value;
  if (typeof value === 'number') return value.toLocaleString('en-GB');
  if (Array.isArray(value)) return value.every(isId) ? `${value.length}` : value.map(said).join(', ');
  return '';
}

function inWords(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The form, the quick views and the links to more. */
export function trailControls(
  filter: Narrowed,
  people: readonly { personId: string; name: string }[],
  { path }: Place,
) {
  const base = `${path}/trail`;
  return {
    action: base,
    file: trailHref(`${base}/file`, filter),
    isNarrowed: Object.values(filter).some((value) => value !== undefined),
    thing: filter.thing,
    from: filter.from,
    until: filter.until,
    people: [
      { value: '', text: 'Everybody', selected: false },
      ...people.map(({ personId, name }) => ({ value: personId, text: name, selected: personId === filter.person })),
    ],
    kinds: [
      { value: '', text: 'Everything', selected: false },
      { value: 'identities-viewed', text: 'Looking at identities', selected: filter.kind === 'identities-viewed' },
      ...Object.entries(GROUPS).map(([value, text]) => ({ value, text, selected: value === filter.kind })),
    ],
    quick: [
      { text: 'Everything', href: base, isCurrent: filter.kind === undefined },
      ...Object.entries(QUICK_VIEWS).map(([kind, { text }]) => ({
        text,
        href: `${base}?kind=${kind}`,
        isCurrent: filter.kind !== undefined && isQuickView(filter.kind) && filter.kind === kind,
      })),
    ],
  };
}

/** Whether the chain has been verified, by whom, how far, and what came of it. */
export function chainView(
  end: { links: number; hash: string; linkedAt: Date } | undefined,
  checked: TrailEntry | undefined,
  { path, timeZone }: Place,
) {
  const check = checked?.after as TrailCheck | null | undefined;
  return {
    links: end?.links.toLocaleString('en-GB'),
    hash: end?.hash,
    until: end && formatDateTime(end.linkedAt, timeZone),
    action: `${path}/trail/checks`,
    check: checked &&
      check && {
        when: formatDateTime(checked.at, timeZone),
        who: checked.who ?? 'the command',
        links: check.links.toLocaleString('en-GB'),
        hash: check.hash,
        isIntact: isAsRecorded(check),
        faults: faultsOf(check),
        late: check.late > 0 ? check.late.toLocaleString('en-GB') : undefined,
      },
  };
}

function faultsOf(check: TrailCheck): string[] {
  return [
    ...(check.brokenAt === null ? [] : [`Broken at entry ${check.brokenAt.toLocaleString('en-GB')}: ${check.reason}.`]),
    ...(check.unchained === 0
      ? []
      : [`${check.unchained.toLocaleString('en-GB')} events were put in without being recorded.`]),
    ...(check.vanished === 0
      ? []
      : [`${check.vanished.toLocaleString('en-GB')} recorded events were taken out before they were chained.`]),
  ];
}

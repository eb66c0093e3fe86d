import { fromLocalTime } from '../shared/dates.ts';
import { type Group, GROUPS, kindsOf, QUICK_VIEWS } from './event-words.ts';

export type KindChoice = Group | keyof typeof QUICK_VIEWS;
export type Narrowed = {
  person?: string | undefined;
  kind?: KindChoice | undefined;
  thing?: string | undefined;
  from?: string | undefined;
  until?: string | undefined;
};

/** What a filter asks the database for: days become moments in the study's time zone, groups the kinds in them. */
export function questionOf({ person, kind, thing, from, until }: Narrowed, timeZone: string) {
  return {
    person,
    thing,
    kinds: kind && (isQuickView(kind) ? QUICK_VIEWS[kind].kinds() : kindsOf(kind)),
    since: from === undefined ? undefined : fromLocalTime(`${from}T00:00`, timeZone),
    until: until === undefined ? undefined : fromLocalTime(`${nextDay(until)}T00:00`, timeZone),
  };
}

export function isQuickView(kind: KindChoice): kind is keyof typeof QUICK_VIEWS {
  return !Object.hasOwn(GROUPS, kind) || kind === 'exports' || kind === 'access';
}

export function trailHref(base: string, filter: Narrowed, more: Record<string, string> = {}): string {
  const given = Object.entries({ ...filter, ...more }).filter((entry): entry is [string, string] => !!entry[1]);
  return given.length === 0 ? base : `${base}?${new URLSearchParams(given)}`;
}

function nextDay(day: string): string {
  const at = new Date(`${day}T00:00Z`);
  at.setUTCDate(at.getUTCDate() + 1);
  return at.toISOString().slice(0, 10);
}

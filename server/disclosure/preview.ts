import type { Disguised } from './cast.ts';
import type { KnownKind } from './disguise.ts';
import type { InsideRow, Judged, OutsideRow, Withheld } from './outside-row.ts';
import { agesIn, findingsIn, rareRolesIn, RARE_BELOW, type RiskField, type RiskKind, type RiskPlace } from './risks.ts';

/** What leaves, what is replaced, what stays, and what to look at: counts and places, never words. */
export type Preview = {
  rows: number;
  notes: number;
  byteLength: number;
  swapped: Record<KnownKind, number>;
  changedRows: number;
  shorterContexts: number;
  withheld: Record<Withheld, number>;
  /** Passages that nobody sees because of consent, in the whole study. */
  consent: number;
  /** Participants of whom no real name is known, and of all. */
  nameless: number;
  participants: number;
  samples: { extract: string; kind: KnownKind }[];
  risks: { kind: RiskKind; count: number; about?: string; places: RiskPlace[] }[];
};

const SAMPLES = 3;
const PLACES = 100;
const REMEMBERED = 50_000;
const FIELDS: readonly RiskField[] = ['quote', 'contextBefore', 'contextAfter', 'noteTitle', 'themePath'];
const ORDER: readonly RiskKind[] = [
  'nhs-number',
  'email',
  'telephone',
  'postcode',
  'doubtful',
  'name',
  'date',
  'place',
  'rare-role',
  'rare-age',
];

type Group = { kind: RiskKind; about?: string; count: number; places: RiskPlace[] };
type Age = { visits: Set<string>; agency: string; count: number; places: RiskPlace[] };

export type Rules = {
  disguised: Disguised;
  isPseudonym: (words: string) => boolean;
  /** How many people play the role where the extract comes from, as far as a reader can tell where that is. */
  roleCount: (agencyId: string, role: string) => number;
};

export type Survey = ReturnType<typeof createSurvey>;

/** Adds up what happens to extracts as they are made ready to leave. */
export function createSurvey({ disguised, isPseudonym, roleCount }: Rules) {
  const total = {
    rows: 0,
    changedRows: 0,
    shorterContexts: 0,
    swapped: { participant: 0, member: 0, agency: 0 } as Record<KnownKind, number>,
    withheld: { personal: 0, unreleased: 0, outdated: 0 } as Record<Withheld, number>,
  };
  const notes = new Set<string>();
  const samples: Preview['samples'] = [];
  const groups = new Map<string, Group>();
  const ages = new Map<string, Age>();
  // A passage with five themes, and a title with fifty passages, are pointed at once.
  const seen = new Set<string>();

  function isNew(key: string): boolean {
    if (seen.has(key)) return false;
    if (seen.size < REMEMBERED) seen.add(key);
    return true;
  }

  function add(kind: RiskKind, place: RiskPlace, about?: string): void {
    const key = `${kind}\n${about ?? ''}`;
    const group = groups.get(key) ?? { kind, ...(about !== undefined && { about }), count: 0, places: [] };
    groups.set(key, group);
    group.count += 1;
    if (group.places.length < PLACES) group.places.push(place);
  }

  function look(inside: InsideRow, row: OutsideRow): void {
    for (const field of FIELDS) {
      const text = row[field];
      if (text === '') continue;
      const isRepeated = field === 'noteTitle' || field === 'themePath';
      if (isRepeated && !isNew(`${field}\n${field === 'noteTitle' ? inside.noteId : ''}\n${text}`)) continue;
      const at = (start: number, end: number): RiskPlace => ({
        extract: inside.id,
        note: inside.noteId,
        field,
        start,
        end,
      });
      for (const { kind, start, end, words } of findingsIn(text, isPseudonym))
        if (isNew(`${inside.noteId}\n${kind}\n${words}`)) add(kind, at(start, end));
      for (const { start, end } of disguised.doubtful(text))
        if (isNew(`${inside.noteId}\ndoubtful\n${text.slice(start, end)}`)) add('doubtful', at(start, end));
      if (field !== 'quote') continue;
      for (const { role, start, end } of rareRolesIn(text, (one) => roleCount(inside.agencyId, one)))
        if (isNew(`${inside.noteId}\n${role}`)) add('rare-role', at(start, end), `${role}|${row.agency}`);
      for (const { age, start, end } of agesIn(text))
        addAge(`${row.agency}\n${age}`, row.agency, inside, at(start, end));
    }
  }

  function addAge(key: string, agency: string, { visitId }: InsideRow, place: RiskPlace): void {
    const age = ages.get(key) ?? { visits: new Set(), agency, count: 0, places: [] };
    ages.set(key, age);
    if (age.visits.size < RARE_BELOW) age.visits.add(visitId);
    age.count += 1;
    if (age.places.length < SAMPLES) age.places.push(place);
  }

  return {
    add(inside: InsideRow, judged: Judged): void {
      if (judged.withheld !== null) {
        total.withheld[judged.withheld] += 1;
        return;
      }
      const { row, swapped, hasShorterContext } = judged;
      total.rows += 1;
      notes.add(inside.noteId);
      if (hasShorterContext) total.shorterContexts += 1;
      let isChanged = false;
      for (const kind of Object.keys(swapped) as KnownKind[]) {
        if (swapped[kind] === 0) continue;
        isChanged = true;
        total.swapped[kind] += swapped[kind];
        if (
          samples.filter((sample) => sample.kind === kind).length < SAMPLES &&
          isNew(`sample\n${inside.noteId}\n${kind}`)
        )
          samples.push({ extract: inside.id, kind });
      }
      if (isChanged) total.changedRows += 1;
      look(inside, row);
    },
    result(rest: Pick<Preview, 'byteLength' | 'consent' | 'nameless' | 'participants'>): Preview {
      for (const { visits, agency, places } of ages.values())
        if (visits.size < RARE_BELOW) for (const place of places) add('rare-age', place, agency);
      const risks = [...groups.values()].toSorted(
        (one, other) =>
          ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || (one.about ?? '').localeCompare(other.about ?? ''),
      );
      return { ...total, notes: notes.size, samples, risks, ...rest };
    },
  };
}

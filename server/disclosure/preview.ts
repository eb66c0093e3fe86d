import { codePointLength } from '../shared/text.ts';
import type { Disguised } from './cast.ts';
import { type KnownKind, noneSwapped } from './disguise.ts';
import type { FileLeft } from './files.ts';
import type { ExtractCounts } from '../extracts/extract-queries.ts';
import type { LeavingExtract, LeavingTheme } from '../extracts/extract-source.ts';
import type { Judged, Withheld } from './outside-row.ts';
import { agesIn, findingsIn, rareRolesIn, RARE_BELOW, type RiskKind, type RiskPlace } from './risks.ts';

/** What leaves, what is replaced, what stays, and what to look at: counts and places, never words. */
export type Preview = {
  rows: number;
  notes: number;
  agencies: number;
  coders: number;
  swapped: Record<KnownKind, number>;
  changedRows: number;
  shorterContexts: number;
  withheld: Record<Withheld, number>;
  /** Paragraphs and files of notes that leave without them; undefined where passages alone leave. */
  paragraphs?: number;
  attachments?: number;
  /** Those of notes that leave: by what they are, never by name. */
  files?: FileLeft[];
  /** How many themes leave where nothing else does. */
  themes?: number;
  /** Passages that nobody sees because of consent, in the whole study. */
  consent: number;
  /** Participants of whom no real name is known, and of all. */
  nameless: number;
  participants: number;
  /** `extract` is empty where a whole note leaves. */
  samples: { extract: string; note: string; kind: KnownKind; start?: number; end?: number }[];
  risks: { kind: RiskKind; count: number; about?: string; places: RiskPlace[] }[];
};

/** The kinds of what was found, each once: each is confirmed by itself. */
export function riskKindsOf({ risks }: Pick<Preview, 'risks'>): RiskKind[] {
  return ORDER.filter((kind) => risks.some((risk) => risk.kind === kind));
}

const SAMPLES = 3;
const PLACES = 100;
const REMEMBERED = 50_000;
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

type WholeNote = { id: string; agencyId: string; visitId: string; body: string };
type WholeLeft = {
  codings: readonly { coderId: string }[];
  swapped: Record<KnownKind, number>;
  marks: readonly { kind: KnownKind; start: number; end: number }[];
  withheld: { paragraphs: number; codings: number };
};

export type Survey = ReturnType<typeof createSurvey>;

/**
 * Adds up what happens to extracts as they are made ready to leave. `isDeep`: and looks for what may still tell who
 * somebody is, which takes most of the time.
 */
export function createSurvey({ disguised, isPseudonym, roleCount }: Rules, isDeep = true) {
  const total = {
    rows: 0,
    changedRows: 0,
    shorterContexts: 0,
    swapped: noneSwapped(),
    withheld: { personal: 0, unreleased: 0, outdated: 0 } as Record<Withheld, number>,
  };
  const notes = new Set<string>();
  const agencies = new Set<string>();
  const coders = new Set<string>();
  const themes = new Map<string, number>();
  const samples: Preview['samples'] = [];
  const groups = new Map<string, Group>();
  const ages = new Map<string, Age>();
  // A passage with five themes, and a title with fifty passages, are pointed at once.
  const seen = new Set<string>();
  let paragraphs = 0;

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

  function addSample(sample: Preview['samples'][number]): void {
    const { note, kind } = sample;
    if (samples.filter((one) => one.kind === kind).length < SAMPLES && isNew(`sample\n${note}\n${kind}`))
      samples.push(sample);
  }

  // A passage and what stands around it are read as one text: a name may begin in the one and end in the other.
  function look(inside: LeavingExtract, row: LeavingExtract): void {
    const { id: extract, noteId: note } = inside;
    const { contextBefore, quote, contextAfter } = row;
    const text = contextBefore + quote + contextAfter;
    const begins = codePointLength(contextBefore);
    const ends = begins + codePointLength(quote);
    const at = (start: number, end: number): RiskPlace => {
      if (start < begins) return { extract, note, field: 'contextBefore', start, end: Math.min(end, begins) };
      return start < ends
        ? { extract, note, field: 'quote', start: start - begins, end: Math.min(end, ends) - begins }
        : { extract, note, field: 'contextAfter', start: start - ends, end: end - ends };
    };
    if (isNew(`${note}\n${text}`)) lookAt(text, inside, row.agencyName, at);
    for (const field of ['noteTitle', 'themePath'] as const)
      if (isNew(`${field}\n${field === 'noteTitle' ? note : ''}\n${row[field]}`))
        for (const { kind, start, end } of findingsIn(row[field], isPseudonym))
          add(kind, { extract, note, field, start, end });
    for (const { body } of row.memos) lookAtWhole(body, { extract, note, field: 'memoText', start: 0, end: 0 });
  }

  function lookAt(
    text: string,
    { noteId, agencyId, visitId }: { noteId: string; agencyId: string; visitId: string },
    agencyName: string,
    at: (start: number, end: number) => RiskPlace,
  ): void {
    for (const { kind, start, end, words } of findingsIn(text, isPseudonym))
      if (isNew(`${noteId}\n${kind}\n${words}`)) add(kind, at(start, end));
    for (const { start, end } of disguised.doubtful(text))
      if (isNew(`${noteId}\ndoubtful`)) add('doubtful', at(start, end));
    for (const { role, start, end } of rareRolesIn(text, (one) => roleCount(agencyId, one)))
      if (isNew(`${noteId}\n${role}`)) add('rare-role', at(start, end), `${role}|${agencyName}`);
    for (const { age, start, end } of agesIn(text))
      addAge(`${agencyName}\n${age}`, agencyName, { visitId }, at(start, end));
  }

  function addAge(key: string, agency: string, { visitId }: { visitId: string }, place: RiskPlace): void {
    const age = ages.get(key) ?? { visits: new Set(), agency, count: 0, places: [] };
    ages.set(key, age);
    if (age.visits.size < RARE_BELOW) age.visits.add(visitId);
    age.count += 1;
    if (age.places.length < SAMPLES) age.places.push(place);
  }

  const sizes = () => ({ notes: notes.size, agencies: agencies.size, coders: coders.size });

  function lookAtWhole(text: string, place: RiskPlace): void {
    if (!isDeep) return;
    for (const { kind } of findingsIn(text, isPseudonym))
      if (isNew(`${place.field}\n${place.extract}\n${place.note}\n${kind}`)) add(kind, place);
  }

  return {
    /** How much leaves, and of each theme: what documents say on their first page. */
    counts: (): ExtractCounts => ({ codings: total.rows, ...sizes() }),
    themeCount: (id: string): number => themes.get(id) ?? 0,
    add(inside: LeavingExtract, judged: Judged): void {
      if (judged.withheld !== null) {
        total.withheld[judged.withheld] += 1;
        return;
      }
      const { row, swapped, hasShorterContext } = judged;
      total.rows += 1;
      notes.add(inside.noteId);
      agencies.add(inside.agencyId);
      coders.add(inside.coderId);
      themes.set(inside.themeId, (themes.get(inside.themeId) ?? 0) + 1);
      if (hasShorterContext) total.shorterContexts += 1;
      let isChanged = false;
      for (const kind of Object.keys(swapped) as KnownKind[]) {
        if (swapped[kind] === 0) continue;
        isChanged = true;
        total.swapped[kind] += swapped[kind];
        addSample({ extract: inside.id, note: inside.noteId, kind });
      }
      if (isChanged) total.changedRows += 1;
      if (isDeep) look(inside, row);
    },
    /** A note that leaves whole, with its codings. */
    addNote({ id, agencyId, visitId, body }: WholeNote, outside: WholeLeft): void {
      notes.add(id);
      agencies.add(agencyId);
      total.rows += outside.codings.length;
      total.withheld.personal += outside.withheld.codings;
      paragraphs += outside.withheld.paragraphs;
      for (const { coderId } of outside.codings) coders.add(coderId);
      for (const kind of Object.keys(outside.swapped) as KnownKind[]) total.swapped[kind] += outside.swapped[kind];
      if (outside.marks.length > 0) total.changedRows += 1;
      for (const { kind, start, end } of outside.marks) addSample({ extract: '', note: id, kind, start, end });
      const at = (start: number, end: number): RiskPlace => ({ extract: '', note: id, field: 'body', start, end });
      if (isDeep) lookAt(body, { noteId: id, agencyId, visitId }, disguised.agency(agencyId).agencyName, at);
    },
    addUnreleasedNote(): void {
      total.withheld.unreleased += 1;
    },
    /** Looks at what a theme says besides its name, which its extracts have. Whole: a place in it is the theme. */
    addTheme({
      id,
      definition,
      whenToUse,
      whenNotToUse,
      example,
    }: Pick<LeavingTheme, 'id' | 'definition' | 'whenToUse' | 'whenNotToUse' | 'example'>): void {
      const text = [definition, whenToUse, whenNotToUse, example].join('\n');
      lookAtWhole(text, { extract: id, note: '', field: 'themeText', start: 0, end: 0 });
    },
    /** Looks at a text that has no place of its own in an extract or a note: a memo. */
    addMemo(text: string, { noteId, themeId }: { noteId: string | null; themeId: string | null }): void {
      lookAtWhole(text, { extract: themeId ?? '', note: noteId ?? '', field: 'memoText', start: 0, end: 0 });
    },
    /** Names that were replaced outside extracts and notes. */
    addSwaps(swaps: readonly { kind: KnownKind }[]): void {
      for (const { kind } of swaps) total.swapped[kind] += 1;
    },
    result(rest: Pick<Preview, 'consent' | 'nameless' | 'participants' | 'attachments' | 'files' | 'themes'>): Preview {
      for (const { visits, agency, places } of ages.values())
        if (visits.size < RARE_BELOW) for (const place of places) add('rare-age', place, agency);
      const risks = [...groups.values()].toSorted(
        (one, other) =>
          ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || (one.about ?? '').localeCompare(other.about ?? ''),
      );
      return { ...total, ...sizes(), samples, risks, ...rest, ...(rest.attachments !== undefined && { paragraphs }) };
    },
  };
}

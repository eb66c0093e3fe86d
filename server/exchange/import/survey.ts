import { childrenOf, detached, type Element, normaliseGuid } from '../refi/element.ts';
import { Refusal } from '../refi/refusal.ts';
import type { ScoredSelection } from '../refi/score.ts';
import type { CodedWith } from './case-rows.ts';

/** What is in a project, gathered while it is read once: everything but its sources, of which only what others need. */
export type Survey = {
  name: string;
  origin: string;
  attributes: Record<string, string>;
  users: Element[];
  codes: Element[];
  cases: Element[];
  /** Whatever stands in the project itself: its description and its memos. */
  direct: Element[];
  links: Element[];
  coded: CodedWith[];
  sourceNames: Map<string, string>;
  noteGuids: Set<string>;
  counts: Counts;
};

/** How many there are of each, as the file has them. Selections of all kinds are counted together. */
export type Counts = Record<
  | 'users'
  | 'codes'
  | 'variables'
  | 'values'
  | 'cases'
  | 'texts'
  | 'pictures'
  | 'documents'
  | 'sounds'
  | 'videos'
  | 'selections'
  | 'codings'
  | 'memos'
  | 'links'
  | 'sets'
  | 'graphs',
  number
>;

const COUNTED: Record<string, keyof Counts> = {
  User: 'users',
  Code: 'codes',
  Variable: 'variables',
  VariableValue: 'values',
  Case: 'cases',
  TextSource: 'texts',
  PictureSource: 'pictures',
  PDFSource: 'documents',
  AudioSource: 'sounds',
  VideoSource: 'videos',
  PlainTextSelection: 'selections',
  PictureSelection: 'selections',
  PDFSelection: 'selections',
  AudioSelection: 'selections',
  VideoSelection: 'selections',
  TranscriptSelection: 'selections',
  Coding: 'codings',
  Note: 'memos',
  Link: 'links',
  Set: 'sets',
  Graph: 'graphs',
};

const DEFINING = new Set([
  'User',
  'Code',
  'Variable',
  'Case',
  'Set',
  'Note',
  'TextSource',
  'PictureSource',
  'PDFSource',
  'AudioSource',
  'VideoSource',
]);
// A user, variable or set that is there twice is one thing and a spare, whichever of them is meant.
const MAY_BE_TWICE = new Set(['User', 'Variable', 'Set']);
const SOURCES = /^(Text|Picture|PDF|Audio|Video)Source$/;

export function createSurvey(head: { attributes: Record<string, string> }) {
  const survey: Survey = {
    name: head.attributes.name ?? '',
    origin: head.attributes.origin ?? '',
    attributes: head.attributes,
    users: [],
    codes: [],
    cases: [],
    direct: [],
    links: [],
    coded: [],
    sourceNames: new Map(),
    noteGuids: new Set(),
    counts: Object.fromEntries(Object.values(COUNTED).map((key) => [key, 0])) as Counts,
  };
  const defined = new Map<string, Set<string>>();

  function count(element: Element): void {
    const key = COUNTED[element.name];
    if (key) survey.counts[key] += 1;
    // As the reader hands a note out: the same element may stand inside others.
    if (DEFINING.has(element.name)) {
      const guid = detached(normaliseGuid(element.attributes.guid ?? ''));
      if (guid === '')
        throw new Refusal(`A ${element.name} of the file has no GUID, so nothing can refer to it. Export it again.`);
      const kind = SOURCES.test(element.name) ? 'source' : element.name;
      const known = defined.get(kind) ?? new Set<string>();
      defined.set(kind, known);
      if (known.has(guid) && !MAY_BE_TWICE.has(element.name))
        throw new Refusal(
          `The file uses one GUID (${guid}) for two things of the kind ${element.name}, so it cannot be told which one is meant. Ask its program to export it again.`,
        );
      known.add(guid);
    }
    for (const child of element.children) count(child);
  }

  return {
    survey,
    add(unit: Element, container: string): void {
      count(unit);
      const guid = detached(normaliseGuid(unit.attributes.guid ?? ''));
      if (unit.name === 'User') survey.users.push(unit);
      else if (unit.name === 'Code') survey.codes.push(unit);
      else if (unit.name === 'Case') survey.cases.push(unit);
      else if (unit.name === 'Link') survey.links.push(unit);
      else if (unit.name === 'Note') survey.noteGuids.add(guid);
      else if (container === 'Project') survey.direct.push(unit);
      if (!SOURCES.test(unit.name)) return;
      survey.sourceNames.set(guid, detached(unit.attributes.name ?? ''));
      // Only cases are asked for; of what is a code and no case there may be hundreds of thousands.
      for (const target of codedWith(unit))
        if (defined.get('Case')?.has(target) || !defined.get('Code')?.has(target))
          survey.coded.push({ source: guid, target: detached(target) });
    },
  };
}

function codedWith(unit: Element): Set<string> {
  const targets = new Set<string>();
  const visit = (element: Element): void => {
    if (element.name === 'CodeRef') targets.add(normaliseGuid(element.attributes.targetGUID ?? ''));
    else element.children.forEach(visit);
  };
  visit(unit);
  return targets;
}

/** The selections of a text or transcript, for telling how its positions are counted. */
export function scoredSelections(carrier: Element): ScoredSelection[] {
  const positions = syncPositions(carrier);
  return carrier.children.flatMap(({ name, attributes }) => {
    if (name === 'PlainTextSelection')
      return {
        start: Number(attributes.startPosition),
        end: Number(attributes.endPosition),
        name: attributes.name,
      };
    const start = positions.get(normaliseGuid(attributes.fromSyncPoint ?? ''));
    const end = positions.get(normaliseGuid(attributes.toSyncPoint ?? ''));
    if (name !== 'TranscriptSelection' || start === undefined || end === undefined) return [];
    return { start: Number(start), end: Number(end), name: attributes.name };
  });
}

/** Where the points of time of a transcript lie in its text, as the file counts, by their GUIDs. */
export function syncPositions(carrier: Element): Map<string, string | undefined> {
  return new Map(
    childrenOf(carrier, 'SyncPoint').map(({ attributes }) => [
      normaliseGuid(attributes.guid ?? ''),
      attributes.position,
    ]),
  );
}

/** Which element of the file each memo is about, as far as links say it: a link from a note to something, or back. */
export function linkedNotes({ links, noteGuids }: Survey): Map<string, string> {
  const about = new Map<string, string>();
  for (const link of links) {
    const origin = normaliseGuid(link.attributes.originGUID ?? '');
    const target = normaliseGuid(link.attributes.targetGUID ?? '');
    if (noteGuids.has(origin) && !noteGuids.has(target)) about.set(origin, target);
    else if (noteGuids.has(target) && !noteGuids.has(origin)) about.set(target, origin);
  }
  return about;
}

/** Whether a note of the file is itself marked or coded: it then becomes a note here, not a memo. */
export function isCoded(note: Element): boolean {
  return note.children.some(
    ({ name, children }) =>
      name === 'Coding' || (name === 'PlainTextSelection' && children.some((child) => child.name === 'Coding')),
  );
}

export function referencesOf(direct: readonly Element[]): string[] {
  return direct
    .filter(({ name }) => name === 'NoteRef')
    .map((child) => normaliseGuid(child.attributes.targetGUID ?? ''));
}

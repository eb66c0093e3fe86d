import { formatDateTime } from '../shared/dates.ts';
import { indexText } from '../shared/text.ts';
import type { Deidentification } from '../notes/deidentification/state-queries.ts';
import { STATE_WORDS, STATES } from '../notes/deidentification/state.ts';
import { touches } from '../identifiers/replacements.ts';
import { CATEGORIES, type Category } from './categories.ts';
import type { Decision } from './decisions.ts';
import { LISTED_PLACES } from './deidentification-limits.ts';
import type { Finding, Place } from './findings.ts';
import { RETURN_REASON_WORDS, RETURN_REASONS } from './return-reasons.ts';

/** The most findings that are decided at once: the rest comes up when these are saved. */
const MOST_FINDINGS = 300;
const MORE_ROWS = 3;
/** The most that a preview lists of what stays as it is. */
const MOST_LEFT = 50;

const KIND_WORDS: Record<Finding['kind'], string> = {
  known: 'known name',
  name: 'likely a name',
  place: 'likely a place',
  date: 'date',
  postcode: 'postcode',
  telephone: 'telephone number',
  email: 'e-mail address',
  'nhs-number': 'NHS number',
};

/** What was sent before, to be shown again; undefined on a fresh page, where what is proposed is ticked. */
export type Typed = {
  text: string[];
  category: string[];
  do: number[];
  at: Set<string>;
  more: { words: string; text: string; category: string }[];
};

/** The findings as fields: index `i` of each list belongs to one finding. */
export function findingsView(findings: readonly Finding[], typed?: Typed) {
  const shown = findings.slice(0, MOST_FINDINGS);
  const more = typed?.more ?? [];
  return {
    findings: shown.map((finding, index) => ({
      index,
      words: finding.words,
      what: kindOf(finding),
      tag: finding.isKnown ? 'govuk-tag--red' : 'govuk-tag--yellow',
      isChosen: typed ? typed.do.includes(index) : finding.isProposed,
      text: typed?.text[index] ?? finding.replacements[0] ?? '',
      others: finding.replacements.slice(1).join(' or '),
      categories: categoryChoices(typed?.category[index] ?? finding.category),
      count: countOf(finding.places.length),
      first: finding.places[0] && around(finding.places[0], finding.words),
      places:
        finding.places.length > LISTED_PLACES
          ? undefined
          : finding.places.map((place, number) => {
              const value = `${index}:${place.field === 'title' ? 't' : 'b'}:${place.start}-${place.end}`;
              return {
                value,
                id: `at-${index}-${number}`,
                isChosen: typed ? typed.at.has(value) : true,
                ...around(place, finding.words),
              };
            }),
      isSeveral: finding.places.length > 1,
    })),
    left: Math.max(0, findings.length - shown.length),
    certain: findings.filter(({ isCertain }) => isCertain).length,
    more: Array.from({ length: Math.max(MORE_ROWS, more.length) }, (_, index) => ({
      number: index + 1,
      words: more[index]?.words ?? '',
      text: more[index]?.text ?? '',
      categories: categoryChoices(more[index]?.category ?? 'name'),
    })),
  };
}

/** What was found and stays as it is, with how often and where first. */
export function leftView(findings: readonly Finding[], decisions: readonly Decision[]) {
  const left = findings.flatMap((finding) => {
    const places = finding.places.filter(
      (place) => !decisions.some((decision) => decision.field === place.field && touches(decision, place)),
    );
    return places[0] ? [{ finding, places, first: places[0] }] : [];
  });
  return {
    list: left.slice(0, MOST_LEFT).map(({ finding, places, first }) => ({
      what: kindOf(finding),
      count: countOf(places.length),
      ...around(first, finding.words),
    })),
    more: Math.max(0, left.length - MOST_LEFT),
  };
}

function kindOf({ isKnown, isCertain, kind }: Finding): string {
  return isKnown && !isCertain ? 'perhaps a known name' : KIND_WORDS[kind];
}

function countOf(places: number): string {
  return places === 1 ? 'in 1 place' : `in ${places.toLocaleString('en-GB')} places`;
}

function around({ field, before, after }: Place, words: string) {
  const line = (text: string) => text.replaceAll('\n', ' ');
  return { where: field === 'title' ? 'Title' : '', before: line(before), words, after: line(after) };
}

function categoryChoices(chosen: string) {
  return CATEGORIES.map((value: Category) => ({ value, text: value, selected: value === chosen }));
}

type Marked = { start: number; end: number; words?: string; isKnown?: boolean };

/** The text in paragraphs, cut where something is marked: what was found in it, or what has been replaced. */
export function markedText(text: string, marks: readonly Marked[]) {
  const source = indexText(text);
  const inOrder = marks.toSorted((one, other) => one.start - other.start);
  const paragraphs: { parts: { text: string; mark: boolean; isKnown: boolean; was: string | undefined }[] }[] = [];
  let position = 0;
  let next = 0;
  for (const line of text.split('\n')) {
    const end = position + indexText(line).length;
    const parts = [];
    let at = position;
    for (; next < inOrder.length && inOrder[next]!.start < end; next += 1) {
      const { start, end: to, words, isKnown = false } = inOrder[next]!;
      if (start > at) parts.push({ text: source.slice(at, start), mark: false, isKnown: false, was: undefined });
      parts.push({ text: source.slice(Math.max(at, start), to), mark: true, isKnown, was: words });
      at = to;
    }
    if (at < end) parts.push({ text: source.slice(at, end), mark: false, isKnown: false, was: undefined });
    if (parts.length > 0) paragraphs.push({ parts });
    position = end + 1;
  }
  return paragraphs;
}

/** How far the note has come, and what the reader can do about it now. */
export function stateView(
  found: Deidentification,
  reader: { membershipId: string; isLead: boolean; timeZone: string },
) {
  const { state, deidentified, checked, released } = found;
  const done = { raw: null, 'de-identified': deidentified, checked, releasable: released };
  const isOwn = deidentified?.byId === reader.membershipId;
  return {
    isRaw: state === 'raw',
    tag: STATE_WORDS[state],
    steps: STATES.map((step, index) => ({
      text: STATE_WORDS[step].text,
      isDone: index <= STATES.indexOf(state),
      isNow: step === state,
      who: done[step] ? `${done[step].by}, ${formatDateTime(done[step].at, reader.timeZone)}` : '',
    })),
    toCheck: state === 'de-identified' && !isOwn,
    waitsForAnother: state === 'de-identified' && isOwn,
    toRelease: state === 'checked' && (reader.isLead || checked?.byId === reader.membershipId),
    waitsForRelease:
      state === 'checked' && !reader.isLead && checked?.byId !== reader.membershipId ? checked?.by : undefined,
    goesBackFrom: state === 'raw' ? undefined : state,
    seesOriginals: state !== 'raw' && (reader.isLead || found.authorId === reader.membershipId),
  };
}

export function reasonChoices(chosen: unknown) {
  return RETURN_REASONS.map((value) => ({ value, text: RETURN_REASON_WORDS[value], checked: value === chosen }));
}

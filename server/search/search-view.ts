import { sentencesOf } from '../coding/sentences.ts';
import type { Choices } from '../extracts/extract-filter.ts';
import { LABEL_NAMES } from '../extracts/extract-filter.ts';
import { PARAGRAPH_LABELS, paragraphsOf } from '../notes/paragraphs.ts';
import { formatDate } from '../shared/dates.ts';
import { newId } from '../shared/ids.ts';
import { codePointLength, sliceCodePoints } from '../shared/text.ts';
import { findMarks, type Likeness, partsOf, snippetOf } from './found-words.ts';
import { searchHref, type SearchRequest } from './search-filter.ts';
import type { AlikeName, Edge, Found, FoundNote, FoundParagraph } from './search-queries.ts';
import { nothingFound } from './nothing-found.ts';
import type { Search } from './search-words.ts';

type Place = { path: string; timeZone: string };

/** What was typed into the coding form of one hit and refused. */
export type Refused = { note: string; passage: string; theme: string; message: string };

export type SearchResult = {
  found: Found;
  paragraphs: FoundParagraph[];
  coded: { noteId: string; number: number; theme: string }[];
  search: Search;
  likeness: Likeness;
  more: boolean;
  edge?: Edge | undefined;
  refused?: Refused | undefined;
};

export function resultView(request: SearchRequest, result: SearchResult, place: Place) {
  const base = `${place.path}/search`;
  const { found, edge, more } = result;
  const [first, last] = [found.notes[0], found.notes.at(-1)];
  const hasEarlier = edge?.side === 'after' || (edge?.side === 'before' && more);
  const hasLater = edge?.side === 'before' || more;
  return {
    counts: `${found.count.toLocaleString('en-GB')} ${found.count === 1 ? 'note' : 'notes'}`,
    isEmpty: found.count === 0,
    nothing: nothingFound(result.search, { likeness: result.likeness, narrowed: isNarrowed(request) }),
    pastTheEnd: found.count > 0 && found.notes.length === 0,
    start: searchHref(base, request),
    newer: hasEarlier && first ? searchHref(base, request, { before: first.id }) : undefined,
    older: hasLater && last ? searchHref(base, request, { after: last.id }) : undefined,
    notes: found.notes.map((note) => noteView(note, request, result, place)),
  };
}

function noteView(note: FoundNote, request: SearchRequest, result: SearchResult, place: Place) {
  // A title counts as observation.
  const inTitle = request.label === null || request.label === 'ON';
  const marks = inTitle ? findMarks(note.title, result.search.must.flat(), result.likeness) : [];
  const hits = result.paragraphs
    .filter(({ noteId }) => noteId === note.id)
    .map((hit) => hitView(hit, note, result, place));
  return {
    ...note,
    title: partsOf(note.title, marks),
    href: `${place.path}/notes/${note.id}`,
    visited: formatDate(note.visitedAt, place.timeZone),
    hits,
    elsewhere:
      hits.length > 0
        ? undefined
        : marks.length > 0
          ? 'The words are in the title.'
          : 'The words are far inside a very long paragraph.',
  };
}

function isNarrowed({ agency, phase, author, label, from, to }: SearchRequest): boolean {
  return [agency, phase, author, label, from, to].some((one) => one !== null);
}

function hitView(hit: FoundParagraph, note: FoundNote, result: SearchResult, place: Place) {
  const marks = findMarks(hit.text, result.search.must.flat(), result.likeness);
  const at = (index: number) => hit.start + codePointLength(hit.text.slice(0, index));
  // Numbered and placed as part of its note; the sentences of one paragraph depend on nothing outside it.
  const sentences = paragraphsOf(hit.text)
    .map((paragraph) => ({ ...paragraph, number: hit.number }))
    .flatMap((paragraph) => sentencesOf([paragraph]))
    .map((sentence) => ({ ...sentence, start: sentence.start + hit.start, end: sentence.end + hit.start }));
  const [mark] = marks;
  const words = mark ? { start: at(mark.from), end: at(mark.to) } : undefined;
  const sentence = sentences.find(({ end }) => words !== undefined && end > words.start) ?? sentences[0];
  const whole = { start: sentences[0]?.start ?? hit.start, end: sentences.at(-1)?.end ?? hit.start + 1 };
  const { refused } = result;
  const value = ({ start, end }: { start: number; end: number }) => `${start}-${end}`;
  const mine = refused?.note === note.id && isWithin(refused.passage, whole);
  const scopes = [
    ...(sentence && sentences.length > 1
      ? [{ value: value(sentence), text: `The sentence “${opening(sentence.text)}”` }]
      : []),
    { value: value(whole), text: sentences.length > 1 ? 'The whole paragraph' : 'The paragraph' },
  ].map((scope, index) => ({ ...scope, checked: mine ? scope.value === refused!.passage : index === 0 }));
  const anchor = `hit-${note.id}-${hit.number}`;
  return {
    anchor,
    number: hit.number,
    labelName: LABEL_NAMES[hit.label],
    parts: snippetOf(hit.text, marks),
    coded: result.coded
      .filter(({ noteId, number }) => noteId === note.id && number === hit.number)
      .map(({ theme }) => theme),
    open: `${place.path}/notes/${note.id}/coding?start=${(words ?? whole).start}&end=${(words ?? whole).end}`,
    scopes,
    newId: newId(),
    note: note.id,
    title: note.title,
    revision: note.revision,
    typed: mine ? refused!.theme : '',
    error: mine ? refused!.message : undefined,
  };
}

function isWithin(passage: string, { start, end }: { start: number; end: number }): boolean {
  const [from = -1, to = -1] = passage.split('-').map(Number);
  return from >= start && to <= end;
}

function opening(text: string): string {
  return codePointLength(text) <= 60 ? text : `${sliceCodePoints(text, 0, 60).trimEnd()}…`;
}

/** The names that are like what was looked for, each with where it leads. */
export function alikeView(names: AlikeName[], place: Place) {
  return names.map(({ kind, id, name }) => ({
    name,
    isTheme: kind === 'theme',
    href: kind === 'theme' ? `${place.path}/themes/${id}` : `${place.path}/agencies/${id}`,
    extracts: `${place.path}/extracts?${kind}=${id}`,
  }));
}

/** The search form, with what was asked or typed. */
export function searchFormView(typed: { [field in keyof SearchRequest]?: unknown }, choices: Choices) {
  const options = (held: unknown, all: string, given: { id: string; name: string }[]) => [
    { value: '', text: all, selected: false },
    ...given.map(({ id, name }) => ({ value: id, text: name, selected: id === held })),
  ];
  const isSet = (['agency', 'phase', 'author', 'label', 'from', 'to'] as const).some(
    (field) => typeof typed[field] === 'string' && typed[field] !== '',
  );
  return {
    q: typeof typed.q === 'string' ? typed.q : '',
    from: typeof typed.from === 'string' ? typed.from : '',
    to: typeof typed.to === 'string' ? typed.to : '',
    agencies: options(typed.agency, 'All agencies', choices.agencies),
    phases: options(typed.phase, 'All phases', choices.phases),
    authors: options(typed.author, 'Everybody', choices.coders),
    labels: options(
      typed.label,
      'All paragraphs',
      PARAGRAPH_LABELS.map((label) => ({ id: label, name: LABEL_NAMES[label] })),
    ),
    orders: [
      { value: 'relevance', text: 'Relevance', selected: typed.order !== 'date' },
      { value: 'date', text: 'Date of the visit, the latest first', selected: typed.order === 'date' },
    ],
    isSet,
    themes: choices.themes.map(({ path }) => path),
  };
}

import { type Choices, LABEL_NAMES } from '../extracts/extract-filter.ts';
import { rawWarning } from '../extracts/raw-words.ts';
import { formatDate, formatDateTime } from '../shared/dates.ts';
import type { OtherSide } from './other-side-queries.ts';
import type { QueryResult, ResultCounts, ResultEdge } from './query-queries.ts';
import type { SavedQuery } from './saved-query-queries.ts';
import {
  comparesPlaces,
  inWords,
  queryFields,
  queryHref,
  REACH_NAMES,
  REACHES,
  RELATION_NAMES,
  RELATIONS,
  type ThemeQuery,
} from './theme-query.ts';

type Place = { path: string; timeZone: string };
export type Names = ReadonlyMap<string, string>;

const HINTS: Partial<Record<(typeof RELATIONS)[number], string>> = {
  alone: 'passages of the first themes',
  or: 'passages of either side',
  and: 'the words that a passage of each side have in common',
  overlapping: 'passages of the first side, whole, that share at least one letter with one of the second',
  paragraph: 'passages of the first side with one of the second in the same paragraph',
  note: 'passages of the first side with one of the second anywhere in the note',
  near: 'passages of the first side with few words between them and one of the second',
};

/** The form that builds a question, with what is chosen in it, or what was typed where that was refused. */
export function queryFormView(typed: { [field in keyof ThemeQuery]?: unknown }, choices: Choices) {
  const held = (field: keyof ThemeQuery): unknown[] => {
    const value = typed[field];
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  };
  const group = (field: keyof ThemeQuery, legend: string, given: { id: string; text: string; depth?: number }[]) => ({
    id: field,
    legend,
    options: given.map(({ id, text, depth }, index) => ({
      id: index === 0 ? field : `${field}-${index}`,
      value: id,
      text,
      depth: Math.min(depth ?? 0, 4),
      checked: held(field).includes(id),
    })),
    count: held(field).length,
  });
  const themes = choices.themes.map(({ id, name, depth }) => ({ id, text: name, depth }));
  const named = (given: { id: string; name: string }[]) => given.map(({ id, name }) => ({ id, text: name }));
  const relation = held('relation')[0] ?? 'alone';
  const reach = held('reach')[0] ?? 'overlapping';
  return {
    a: group('a', 'Passages coded with any of', themes),
    b: group('b', 'any of', themes),
    not: group('not', 'But not where there is any of', themes),
    filters: [
      group('coder', 'Coders', named(choices.coders)),
      group('agency', 'Agencies', named(choices.agencies)),
      group('phase', 'Phases', named(choices.phases)),
    ],
    isFiltered: ['coder', 'agency', 'phase', 'from', 'to', 'deidentified'].some((field) =>
      held(field as keyof ThemeQuery).some((one) => one !== ''),
    ),
    relations: RELATIONS.map((value) => ({
      value,
      text: RELATION_NAMES[value],
      hint: HINTS[value],
      checked: value === relation,
    })),
    words: held('words')[0] ?? 10,
    reaches: REACHES.map((value) => ({ value, text: REACH_NAMES[value], selected: value === reach })),
    doesNotRoll: held('roll')[0] === 'no',
    from: held('from')[0] ?? '',
    to: held('to')[0] ?? '',
    deidentified: held('deidentified')[0] === 'only',
  };
}

/** What a query is narrowed to besides its themes. */
export function filtersInWords(query: ThemeQuery, choices: Choices): string[] {
  return [
    ...choices.coders.filter(({ id }) => query.coder.includes(id)).map(({ name }) => `coded by ${name}`),
    ...choices.agencies.filter(({ id }) => query.agency.includes(id)).map(({ name }) => name),
    ...choices.phases.filter(({ id }) => query.phase.includes(id)).map(({ name }) => name),
    ...(query.from === null ? [] : [`visited from ${query.from}`]),
    ...(query.to === null ? [] : [`visited until ${query.to}`]),
    ...(query.deidentified === 'only' ? ['de-identified notes only'] : []),
  ];
}

export type ResultPage = {
  query: ThemeQuery;
  choices: Choices;
  names: Names;
  counts: ResultCounts;
  results: QueryResult[];
  /** What each of them was found with. */
  others: (OtherSide | undefined)[];
  more: boolean;
  edge?: ResultEdge | undefined;
};

export function resultsView(page: ResultPage, base: string, place: Place) {
  const { query, choices, counts, results, edge, more } = page;
  const paths = new Map(choices.themes.map(({ id, path }) => [id, path]));
  const gone = [...query.a, ...query.b, ...query.not].filter((id) => !paths.has(id));
  const href = (key: string, result: QueryResult | undefined, wanted: boolean) =>
    wanted && result
      ? `${base}${base.includes('?') ? '&' : '?'}${key}=${result.id}.${result.start}.${result.end}`
      : undefined;
  const of = (count: number, one: string, several: string) =>
    `${count.toLocaleString('en-GB')} ${count === 1 ? one : several}`;
  return {
    question: inWords(query, (id) => page.names.get(id) ?? 'a theme that is gone'),
    rolls: query.roll === 'yes',
    counts: `${of(counts.passages, 'passage', 'passages')} in ${of(counts.notes, 'note', 'notes')}`,
    isEmpty: counts.passages === 0,
    pastTheEnd: counts.passages > 0 && results.length === 0,
    gone: [...new Set(gone)].map((id) => page.names.get(id) ?? 'a theme that is gone'),
    leavesOutUnplaced: comparesPlaces(query.relation) || (query.not.length > 0 && comparesPlaces(query.reach)),
    filters: filtersInWords(query, choices),
    picture: queryHref(`${place.path}/queries/results/picture`, query),
    fields: queryFields(query).map(([name, value]) => ({ name, value })),
    raw: rawWarning(counts.raw, 'passage'),
    onlyDeidentified: queryHref(`${place.path}/queries/results`, { ...query, deidentified: 'only' }),
    file: queryHref(`${place.path}/queries/results/file`, query),
    change: queryHref(`${place.path}/queries/new`, query),
    start: base,
    newer: href('before', results[0], edge?.side === 'after' || (edge?.side === 'before' && more)),
    older: href('after', results.at(-1), edge?.side === 'before' || more),
    results: results.map((result, index) => ({
      ...result,
      other: otherView(page, page.others[index], `${place.path}/notes/${result.noteId}/coding`),
      theme: paths.get(result.themeId) ?? result.themeName,
      visited: formatDate(result.visitedAt, place.timeZone),
      labelName: LABEL_NAMES[result.label],
      href: `${place.path}/notes/${result.noteId}/coding#coding-${result.id}`,
    })),
  };
}

function otherView({ query, choices }: ResultPage, other: OtherSide | undefined, note: string) {
  if (!other) return undefined;
  return {
    ...other,
    relation: RELATION_NAMES[query.relation],
    theme: choices.themes.find(({ id }) => id === other.themeId)?.path ?? other.themeName,
    href: `${note}#coding-${other.id}`,
  };
}

export function savedQueriesView(saved: SavedQuery[], names: Names, place: Place) {
  const shown = saved.map(({ id, name, definition, savedBy, savedAt, removed }) => ({
    name,
    removed,
    href: `${place.path}/queries/${id}`,
    question: inWords(definition, (theme) => names.get(theme) ?? 'a theme that is gone'),
    savedBy,
    saved: formatDateTime(savedAt, place.timeZone),
  }));
  return { queries: shown.filter(({ removed }) => !removed), removed: shown.filter(({ removed }) => removed) };
}

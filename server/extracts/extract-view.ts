import { formatCalendarDate, formatDate } from '../shared/dates.ts';
import { formatsOf } from './export-formats.ts';
import {
  type Choices,
  chosenValues,
  EVERYTHING,
  type ExtractFilter,
  FIELD_NAMES,
  filterFields,
  filterHref,
  LABEL_NAMES,
  withoutValue,
} from './extract-filter.ts';
import type { Extract, ExtractCounts } from './extract-queries.ts';
import { rawWarning } from './raw-words.ts';
import { countsInWords } from './formats/description-words.ts';

type Place = { path: string; timeZone: string };

export function extractView(extract: Extract, place: Place) {
  return {
    ...extract,
    agency: extract.agencyName,
    visited: formatDate(extract.visitedAt, place.timeZone),
    labelName: LABEL_NAMES[extract.label],
    href: `${place.path}/notes/${extract.noteId}/coding#passage-${extract.id}`,
  };
}

/** The page of extracts. `more` says that there are others beyond those listed, in the direction of `at`. */
export function extractsView(
  page: {
    filter: ExtractFilter;
    choices: Choices;
    counts: ExtractCounts & { rawCodings: number; rawNotes: number };
    extracts: Extract[];
    more: boolean;
    at: 'start' | 'after' | 'before';
  },
  place: Place,
) {
  const base = `${place.path}/extracts`;
  const { filter, choices, counts, extracts } = page;
  const [first, last] = [extracts[0], extracts.at(-1)];
  const hasEarlier = page.at === 'after' || (page.at === 'before' && page.more);
  const hasLater = page.at === 'before' || page.more;
  return {
    extracts: extracts.map((extract) => extractView(extract, place)),
    counts: countsInWords(counts),
    raw: rawWarning({ extracts: counts.rawCodings, notes: counts.rawNotes }),
    onlyDeidentified: filterHref(base, { ...filter, deidentified: 'only' }),
    isEmpty: counts.codings === 0,
    isFiltered: filterFields(filter).length > 0,
    pastTheEnd: extracts.length === 0 && counts.codings > 0,
    tags: chosenValues(filter, choices, formatCalendarDate).map((chosen) => ({
      field: FIELD_NAMES[chosen.field],
      text: chosen.text,
      href: filterHref(base, withoutValue(filter, chosen)),
    })),
    newer: hasEarlier && first ? filterHref(base, filter, { before: first.id }) : undefined,
    older: hasLater && last ? filterHref(base, filter, { after: last.id }) : undefined,
    everything: base,
    start: filterHref(base, filter),
    outside: filterHref(`${place.path}/disclosures/new`, filter),
    formats: formatsOf('extracts'),
    fields: filterFields(filter).map(([name, value]) => ({ name, value })),
    filter: filterFormView(filter, choices),
  };
}

/** The filter panel, with what is chosen in it, or what was typed where that was refused. */
export function filterFormView(filter: { [field in keyof ExtractFilter]: unknown }, choices: Choices) {
  const group = (
    field: 'theme' | 'agency' | 'phase' | 'coder' | 'label',
    legend: string,
    options: { value: string; text: string; depth?: number }[],
    empty: string,
  ) => {
    const held = filter[field];
    const picked = Array.isArray(held) ? held : [held];
    const checked = options.map((option, index) => ({
      ...option,
      id: index === 0 ? field : `${field}-${index}`,
      depth: Math.min(option.depth ?? 0, 4),
      checked: picked.includes(option.value),
    }));
    const count = checked.filter((option) => option.checked).length;
    return { id: field, legend, options: checked, count, isOpen: count > 0, empty };
  };
  const named = (choices: { id: string; name: string; depth?: number }[]) =>
    choices.map(({ id, name, depth }) => ({ value: id, text: name, depth }));
  return {
    groups: [
      group('theme', 'Themes', named(choices.themes), 'The codebook is empty.'),
      group('agency', 'Agencies', named(choices.agencies), 'The study has no agencies yet.'),
      group('phase', 'Phases', named(choices.phases), 'The study has no phases yet.'),
      group('coder', 'Coders', named(choices.coders), ''),
      group(
        'label',
        'Paragraphs',
        Object.entries(LABEL_NAMES).map(([value, text]) => ({ value, text })),
        '',
      ),
    ],
    from: filter.from ?? '',
    to: filter.to ?? '',
    codedFrom: filter.coded_from ?? '',
    codedTo: filter.coded_to ?? '',
    notes: [filter.note ?? []].flat(),
    words: filter.words ?? '',
    deidentified: filter.deidentified === 'only',
  };
}

/** What was typed, as far as the panel can show it again. */
export function typedFilter(typed: Record<string, unknown>): { [field in keyof ExtractFilter]: unknown } {
  const fields = Object.keys(EVERYTHING) as (keyof ExtractFilter)[];
  return Object.fromEntries(fields.map((field) => [field, typed[field] ?? EVERYTHING[field]])) as {
    [field in keyof ExtractFilter]: unknown;
  };
}

import { descendantIds, type ThemeNode } from '../codebook/theme-tree.ts';
import type { ParagraphLabel } from '../notes/paragraphs.ts';

/**
 * Which extracts are wanted, named as the fields of the filter form. Within a field any of the values, across fields all
 * of them; an empty field asks nothing. `theme` includes the sub-themes. `from` and `to` are calendar dates of the visit
 * in the study's time zone ("2011-11-14"), both included; `coded_from` and `coded_to` are those of the coding. `words` is
 * a part of the quote, in any case of letters. `deidentified` leaves out notes that are not de-identified yet.
 */
export type ExtractFilter = {
  theme: string[];
  agency: string[];
  phase: string[];
  coder: string[];
  label: ParagraphLabel[];
  from: string | null;
  to: string | null;
  coded_from: string | null;
  coded_to: string | null;
  note: string[];
  words: string;
  deidentified: 'only' | null;
};

export const EVERYTHING: ExtractFilter = {
  theme: [],
  agency: [],
  phase: [],
  coder: [],
  label: [],
  from: null,
  to: null,
  coded_from: null,
  coded_to: null,
  note: [],
  words: '',
  deidentified: null,
};

/** A theme in reading order; `depth` counts from 0, `path` is worded from the root. */
export type ThemeChoice = ThemeNode & { depth: number; path: string };
export type Choice = { id: string; name: string };

/** Everything that a filter of this study can name; of its notes only those that were asked about. */
export type Choices = {
  themes: ThemeChoice[];
  agencies: Choice[];
  phases: Choice[];
  coders: Choice[];
  notes?: Choice[];
};

export const LABEL_NAMES: Record<ParagraphLabel, string> = {
  ON: 'Observation',
  TN: 'Theoretical note',
  MN: 'Methodological note',
  PN: 'Personal note',
};

/** One chosen value: its field, what the form sends, and what people read. */
export type Chosen = { field: keyof ExtractFilter; value: string; text: string };

export const FIELD_NAMES: Record<keyof ExtractFilter, string> = {
  theme: 'Theme',
  agency: 'Agency',
  phase: 'Phase',
  from: 'Visited from',
  to: 'Visited until',
  coded_from: 'Coded from',
  coded_to: 'Coded until',
  coder: 'Coder',
  note: 'Note',
  label: 'Paragraph',
  words: 'Words',
  deidentified: 'Notes',
};

/** A sentence for each field that names something this study has not, or not any more. */
export function unknownChoices(filter: ExtractFilter, choices: Choices): Record<string, string> {
  const misses = (chosen: string[], known: Choice[]): boolean =>
    chosen.some((id) => !known.some((choice) => choice.id === id));
  const errors: Record<string, string> = {};
  if (misses(filter.theme, choices.themes))
    errors.theme = 'A theme that was asked for is not in the codebook, or was removed from it. Choose themes again';
  if (misses(filter.agency, choices.agencies))
    errors.agency = 'An agency that was asked for is not in this study. Choose agencies again';
  if (misses(filter.phase, choices.phases))
    errors.phase = 'A phase that was asked for is not in this study. Choose phases again';
  if (misses(filter.coder, choices.coders))
    errors.coder = 'A coder who was asked for is not in this study. Choose coders again';
  if (misses(filter.note, choices.notes ?? []))
    errors.note = 'A note that was asked for is not in this study, or was removed. Clear the filter';
  return errors;
}

/** The filter as people read it, value by value; a value that `choices` lacks is left out. */
export function chosenValues(filter: ExtractFilter, choices: Choices, formatDay: (day: string) => string): Chosen[] {
  const named = (
    field: 'theme' | 'agency' | 'phase' | 'coder' | 'note',
    known: { id: string; text: string }[],
  ): Chosen[] =>
    known.filter(({ id }) => filter[field].includes(id)).map(({ id, text }) => ({ field, value: id, text }));
  const days = (...fields: ('from' | 'to' | 'coded_from' | 'coded_to')[]): Chosen[] =>
    fields.flatMap((field) => {
      const value = filter[field];
      return value ? [{ field, value, text: formatDay(value) }] : [];
    });
  const byName = (known: Choice[]) => known.map(({ id, name }) => ({ id, text: name }));
  return [
    ...named(
      'theme',
      choices.themes.map(({ id, path }) => ({ id, text: path })),
    ),
    ...named('agency', byName(choices.agencies)),
    ...named('phase', byName(choices.phases)),
    ...days('from', 'to', 'coded_from', 'coded_to'),
    ...named('coder', byName(choices.coders)),
    ...named('note', byName(choices.notes ?? [])),
    ...filter.label.map((label) => ({ field: 'label' as const, value: label, text: LABEL_NAMES[label] })),
    ...(filter.words ? [{ field: 'words' as const, value: filter.words, text: `“${filter.words}”` }] : []),
    ...(filter.deidentified
      ? [{ field: 'deidentified' as const, value: filter.deidentified, text: 'De-identified only' }]
      : []),
  ];
}

/** The chosen themes with all that lie below them; null when no theme was chosen. */
export function themesWithin(filter: ExtractFilter, themes: ThemeChoice[]): string[] | null {
  if (filter.theme.length === 0) return null;
  return [...new Set(filter.theme.flatMap((id) => descendantIds(themes, id)))];
}

/** The filter as form fields, in the order of the form: for hidden inputs and addresses. */
export function filterFields(filter: ExtractFilter): [name: string, value: string][] {
  return (Object.keys(FIELD_NAMES) as (keyof ExtractFilter)[]).flatMap((field) => {
    const value = filter[field];
    const values = Array.isArray(value) ? value : value ? [value] : [];
    return values.map((one): [string, string] => [field, one]);
  });
}

/** `base` with the filter, and whatever else, as its query. */
export function filterHref(base: string, filter: ExtractFilter, more: Record<string, string> = {}): string {
  const query = new URLSearchParams([...filterFields(filter), ...Object.entries(more)]).toString();
  return query === '' ? base : `${base}?${query}`;
}

/** The filter without one of its values. */
export function withoutValue(filter: ExtractFilter, { field, value }: Chosen): ExtractFilter {
  const held = filter[field];
  if (Array.isArray(held)) return { ...filter, [field]: held.filter((one) => one !== value) };
  return { ...filter, [field]: EVERYTHING[field] };
}

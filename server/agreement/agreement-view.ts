import { formatDate } from '../shared/dates.ts';
import { charactersCounted } from './comparison.ts';
import type { ComparableNote, ComparisonFilter } from './comparison-queries.ts';
import type { Compared } from './comparison-service.ts';

/** The filter as the end of an address, with its question mark; '' when nothing is chosen. */
export function queryOf(filter: ComparisonFilter): string {
  const params = new URLSearchParams(filter.coders.map((id) => ['coders', id]));
  if (filter.agency) params.set('agency', filter.agency);
  if (filter.phase) params.set('phase', filter.phase);
  if (filter.text === 'on') params.set('text', 'on');
  if (filter.only) params.set('only', filter.only);
  const query = params.toString();
  return query === '' ? '' : `?${query}`;
}

type Places = { agencies: { id: string; name: string }[]; phases: { id: string; name: string }[] };

/** The form that chooses what is compared, and what is chosen in words. */
export function filterView(filter: ComparisonFilter, people: { id: string; name: string }[], places: Places) {
  const options = (all: string, among: { id: string; name: string }[], chosen: string | undefined) => [
    { value: '', text: all },
    ...among.map(({ id, name }) => ({ value: id, text: name, selected: id === chosen })),
  ];
  const chosen = people.filter(({ id }) => filter.coders.includes(id)).map(({ name }) => name);
  const place = [...places.agencies, ...places.phases].filter(({ id }) => [filter.agency, filter.phase].includes(id));
  return {
    coders: people.map(({ id, name }) => ({ value: id, text: name, checked: filter.coders.includes(id) })),
    agencies: options('All agencies', places.agencies, filter.agency),
    phases: options('All phases', places.phases, filter.phase),
    texts: [
      { value: 'whole', text: 'Whole notes', checked: filter.text === 'whole' },
      { value: 'on', text: 'Observations (ON) only', checked: filter.text === 'on' },
    ],
    only: [{ value: 'independent', text: 'Only notes coded independently', checked: filter.only !== undefined }],
    words: [
      chosen.length > 0 ? chosen.join(', ') : 'all coders',
      textWords(filter),
      ...place.map(({ name }) => name),
      ...(filter.only ? ['independent coding only'] : []),
    ].join(' · '),
  };
}

export function textWords({ text }: Pick<ComparisonFilter, 'text'>): string {
  return text === 'on' ? 'observations (ON) only' : 'whole notes';
}

export function isIndependent({ blind }: ComparableNote): boolean {
  return blind !== null && !blind.wasCoded;
}

/** Whether agreement on the note may be reported as reliability, and why not. */
export function basisView(note: ComparableNote, timeZone: string) {
  const { blind } = note;
  if (blind === null)
    return {
      isIndependent: false,
      label: 'Not independent',
      why: 'coded openly: each could see what the others had coded',
    };
  const opened = `as it stood when it was opened on ${formatDate(blind.openedAt, timeZone)}`;
  const early = blind.unfinished.length > 0 ? `, before ${blind.unfinished.join(', ')} had finished` : '';
  return blind.wasCoded
    ? {
        isIndependent: false,
        label: 'Not independent',
        why: `coded blind, but coded before that too; ${opened}${early}`,
      }
    : { isIndependent: true, label: 'Independent', why: `coded blind; ${opened}${early}` };
}

/** One line for each note compared: on what basis, and how far its disagreements are settled. */
export function noteRows(
  notes: readonly Compared[],
  given: {
    path: string;
    query: string;
    timeZone: string;
    names: ReadonlyMap<string, string>;
    open: ReadonlyMap<string, number>;
    settled: ReadonlyMap<string, number>;
  },
) {
  return notes.map((note) => ({
    title: note.title,
    href: `${given.path}/agreement/notes/${note.id}${given.query}`,
    where: `${note.agency}, ${note.phase}, ${formatDate(note.visitedAt, given.timeZone)}`,
    coders: note.coders.map((id) => given.names.get(id)).join(', '),
    basis: basisView(note, given.timeZone),
    open: given.open.get(note.id) ?? 0,
    settled: given.settled.get(note.id) ?? 0,
    characters: charactersCounted([note]).toLocaleString('en-GB'),
  }));
}

/** What is said over the figures: on which basis they stand, and what was counted. */
export function figuresIntro(notes: readonly Compared[], filter: ComparisonFilter) {
  const independent = notes.filter(isIndependent).length;
  const count = `${notes.length} ${notes.length === 1 ? 'note' : 'notes'}`;
  return {
    isIndependent: independent === notes.length,
    label: independent === notes.length ? 'Independent' : 'Not independent',
    basis:
      independent === notes.length
        ? `All coding compared here was done blind.`
        : independent === 0
          ? 'The coders could see each other’s codings. Do not report these figures as reliability.'
          : `Only ${independent} of ${count} ${independent === 1 ? 'was' : 'were'} coded blind. Do not report these figures as reliability; choose “Only notes coded independently” for those that may be.`,
    counted: `${charactersCounted(notes).toLocaleString('en-GB')} characters of ${count} (${textWords(filter)}, blanks included)`,
  };
}

import { formatDate } from '../shared/dates.ts';
import { STATES as STATES_OF_STEP, STATE_WORDS } from './deidentification/state.ts';
import type { NoteListFilter, NoteState } from './note-form.ts';
import type { Choice, NotePage } from './note-list-queries.ts';
import { noteState, UNTITLED } from './note-view.ts';

type Place = { path: string; timeZone: string };

const STATES: { value: NoteState; text: string }[] = [
  { value: 'unfinished', text: 'Being written' },
  { value: 'finished', text: 'Finished' },
  { value: 'mine', text: 'With words I have not saved' },
  { value: 'removed', text: 'Removed' },
];

/** The list of notes with its filters and its pages. */
export function noteListView(
  page: NotePage,
  filter: NoteListFilter,
  choices: { agencies: Choice[]; phases: Choice[]; authors: Choice[] },
  place: Place,
) {
  const list = `${place.path}/notes`;
  const { after: _after, before: _before, ...narrowed } = filter;
  const link = (cursor: object) => {
    const query = new URLSearchParams(
      Object.entries({ ...narrowed, ...cursor }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return `${list}?${query}`;
  };
  const isNarrowed = Object.values(narrowed).some((value) => value !== undefined);
  return {
    action: list,
    isNarrowed,
    notes: page.notes.map((note) => ({
      href: `${list}/${note.id}`,
      edit: `${list}/${note.id}/edit`,
      title: note.title ?? (note.draftTitle?.trim() || UNTITLED),
      agency: note.agencyName,
      phase: note.phase,
      setting: note.setting,
      visited: formatDate(note.visitedAt, place.timeZone),
      author: note.author,
      state: noteState(note),
      step: note.latestRevision > 0 ? STATE_WORDS[note.deidentification] : undefined,
      hasDraft: note.hasDraft,
      restore: filter.state === 'removed' ? `${list}/${note.id}/restoration` : undefined,
    })),
    newer: page.newer && page.notes[0] ? link({ before: page.notes[0].id }) : undefined,
    older: page.older && page.notes.at(-1) ? link({ after: page.notes.at(-1)!.id }) : undefined,
    agencies: options('All agencies', choices.agencies, filter.agency),
    phases: options('All phases', choices.phases, filter.phase),
    authors: options('All authors', choices.authors, filter.author),
    steps: [
      { value: '', text: 'Any', selected: filter.step === undefined },
      ...STATES_OF_STEP.map((value) => ({ value, text: STATE_WORDS[value].text, selected: value === filter.step })),
    ],
    states: [
      { value: '', text: 'Any state', selected: filter.state === undefined },
      ...STATES.map((state) => ({ ...state, selected: state.value === filter.state })),
    ],
  };
}

function options(all: string, choices: Choice[], chosen: string | undefined) {
  return [
    { value: '', text: all, selected: chosen === undefined },
    ...choices.map(({ id, name }) => ({ value: id, text: name, selected: id === chosen })),
  ];
}

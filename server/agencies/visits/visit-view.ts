import { formatDate, formatDateTime, formatSpan, formatTime, toLocalDate } from '../../shared/dates.ts';
import { consentTag, CONSENT_WORDS, CONSENTS, PARTICIPANT_ROLE_WORDS } from '../participants/participant.ts';
import { GOLD_ROLE_WORDS, GOLD_ROLES } from './visit.ts';
import type { VisitListFilter } from './visit-form.ts';
import type { ListedVisit, VisitPage } from './visit-list-queries.ts';
import type { Observer, PossibleParticipant, Present, Visit, VisitNote } from './visit-queries.ts';

type Place = { path: string; timeZone: string };
type Choice = { id: string; name: string };

/** A line of a list of visits. */
export function visitRow(visit: ListedVisit, { path, timeZone }: Place) {
  return {
    href: `${path}/visits/${visit.id}`,
    date: formatDate(visit.startsAt, timeZone),
    times: formatSpan(visit.startsAt, visit.endsAt, timeZone),
    agency: visit.agencyName,
    phase: visit.phaseName,
    setting: visit.setting,
    observers: visit.observers ?? '',
    notes: noteState(visit),
  };
}

export function visitListView(
  page: VisitPage,
  filter: VisitListFilter,
  choices: { agencies: Choice[]; phases: Choice[] },
  place: Place,
) {
  const list = `${place.path}/visits`;
  const { agency, phase } = filter;
  const link = (cursor: Record<string, string>): string => {
    const given = Object.entries({ agency, phase, ...cursor });
    return `${list}?${new URLSearchParams(given.filter((entry): entry is [string, string] => entry[1] !== undefined))}`;
  };
  return {
    action: list,
    isNarrowed: agency !== undefined || phase !== undefined,
    visits: page.visits.map((visit) => visitRow(visit, place)),
    newer: page.newer && page.visits[0] ? link({ before: page.visits[0].id }) : undefined,
    older: page.older && page.visits.at(-1) ? link({ after: page.visits.at(-1)!.id }) : undefined,
    agencies: options(choices.agencies, agency, 'All agencies'),
    phases: options(choices.phases, phase, 'All phases'),
    canRecord: choices.agencies.length > 0 && choices.phases.length > 0,
  };
}

/** The page of one visit. `newId` is the id of the note that its button begins. */
export function visitView(
  visit: Visit,
  { observers, present, notes }: { observers: Observer[]; present: Present[]; notes: VisitNote[] },
  place: Place,
  newId: string,
) {
  const { path, timeZone } = place;
  return {
    base: `${path}/visits/${visit.id}`,
    title: `${visit.agencyName}, ${formatDate(visit.startsAt, timeZone)}`,
    agency: { name: visit.agencyName, href: `${path}/agencies/${visit.agencyId}` },
    phase: visit.phaseName,
    times: formatSpan(visit.startsAt, visit.endsAt, timeZone),
    setting: visit.setting,
    purpose: visit.purpose,
    unnamed: visit.unnamedCount,
    consentHandling: visit.consentHandling,
    observers: observers.map(({ name, role }) => ({ name, role: GOLD_ROLE_WORDS[role] })),
    present: present.map(({ participantId, pseudonym, role, consent }) => ({
      href: `${path}/participants/${participantId}/consent?visit=${visit.id}`,
      pseudonym,
      role: PARTICIPANT_ROLE_WORDS[role],
      consent: { text: CONSENT_WORDS[consent], tag: consentTag(consent) },
    })),
    notes: notes.map((note) => ({
      href: note.completedAt === null ? `${path}/notes/${note.id}/edit` : `${path}/notes/${note.id}`,
      title: note.title || 'Untitled note',
      author: note.author,
      state:
        note.completedAt === null
          ? { text: 'Being written', tag: 'govuk-tag--yellow' }
          : { text: 'Finished', tag: 'govuk-tag--green' },
    })),
    newId,
    removed: visit.removedAt ? formatDateTime(visit.removedAt, timeZone) : undefined,
  };
}

/** What a form for a visit starts with: the fields as the form names them. */
export function visitFields(visit: Visit, attended: { observers: Observer[]; present: Present[] }, timeZone: string) {
  const [date, endDate] = [toLocalDate(visit.startsAt, timeZone), toLocalDate(visit.endsAt, timeZone)];
  return {
    version: visit.version,
    agency: visit.agencyId,
    phase: visit.phaseId,
    setting: visit.setting,
    purpose: visit.purpose,
    date,
    start: formatTime(visit.startsAt, timeZone),
    end: formatTime(visit.endsAt, timeZone),
    endDate: endDate === date ? '' : endDate,
    unnamed: visit.unnamedCount,
    // A visit that is recorded ahead was meant to be.
    ahead: isAhead(date, timeZone) ? 'yes' : '',
    consentHandling: visit.consentHandling,
    ...Object.fromEntries(attended.observers.map(({ membershipId, role }) => [`observer-${membershipId}`, role])),
    ...Object.fromEntries(attended.present.map(({ participantId, consent }) => [`present-${participantId}`, consent])),
  };
}

/** Whether `date`, as a form gives it ("2011-11-14"), is later than today in `timeZone`. */
export function isAhead(date: unknown, timeZone: string): boolean {
  return typeof date === 'string' && date > toLocalDate(new Date(), timeZone);
}

/** The selects of a visit's form, with what `values` chooses in each. */
export function visitChoices(
  values: Record<string, unknown>,
  from: { phases: Choice[]; observers: Choice[]; participants: PossibleParticipant[] },
) {
  return {
    phases: options(from.phases, values.phase, 'Choose a phase'),
    observers: from.observers.map(({ id, name }) => ({
      id: `observer-${id}`,
      name,
      options: [
        { value: '', text: 'Did not observe' },
        ...GOLD_ROLES.map((value) => ({
          value,
          text: GOLD_ROLE_WORDS[value],
          selected: values[`observer-${id}`] === value,
        })),
      ],
    })),
    participants: from.participants.map(({ id, pseudonym, role, consent }) => ({
      id: `present-${id}`,
      pseudonym,
      role: PARTICIPANT_ROLE_WORDS[role],
      standing: CONSENT_WORDS[consent],
      options: [
        { value: '', text: 'Was not there' },
        ...CONSENTS.map((value) => ({
          value,
          text: CONSENT_WORDS[value],
          selected: values[`present-${id}`] === value,
        })),
      ],
    })),
  };
}

/** What somebody else has saved, for whoever was about to save over it. */
export function theirVisit(visit: Visit, attended: { observers: Observer[]; present: Present[] }, place: Place) {
  const shown = visitView(visit, { ...attended, notes: [] }, place, '');
  return [
    { label: 'Phase', value: shown.phase },
    { label: 'When', value: `${formatDate(visit.startsAt, place.timeZone)}, ${shown.times}` },
    { label: 'Setting', value: visit.setting },
    { label: 'Purpose', value: visit.purpose },
    { label: 'Observers', value: shown.observers.map(({ name, role }) => `${name} (${role})`).join(', ') },
    {
      label: 'Present',
      value: shown.present.map(({ pseudonym, consent }) => `${pseudonym} (${consent.text})`).join(', '),
    },
    { label: 'Others', value: String(visit.unnamedCount) },
    { label: 'How consent was handled', value: visit.consentHandling },
  ];
}

function noteState({ notes, finished }: { notes: number; finished: number }) {
  if (notes === 0) return { text: 'No note yet', tag: 'govuk-tag--red' };
  const count = `${notes} note${notes === 1 ? '' : 's'}`;
  return finished === notes
    ? { text: count, tag: 'govuk-tag--green' }
    : { text: `${count}, ${notes - finished} being written`, tag: 'govuk-tag--yellow' };
}

function options(choices: Choice[], chosen: unknown, none: string) {
  return [
    { value: '', text: none, selected: chosen === undefined || chosen === '' },
    ...choices.map(({ id, name }) => ({ value: id, text: name, selected: id === chosen })),
  ];
}

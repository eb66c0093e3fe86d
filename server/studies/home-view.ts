import { formatDate, formatDateTime } from '../shared/dates.ts';
import type {
  NoteInHand,
  NoteToCode,
  NoteToCodeBlind,
  NoteToReview,
  Progress,
  ProgressCell,
  PublishedSummary,
  VisitToWriteUp,
} from './home-queries.ts';
import type { OwnStudy } from './membership-queries.ts';

type Place = { path: string; timeZone: string };

const ROLES = {
  lead: 'You lead it',
  researcher: 'You are a researcher in it',
  agency: 'You read what is published for your agency',
};

/** The studies a person can choose from; `waiting` by their ids. */
export function studyListView(studies: OwnStudy[], waiting: ReadonlyMap<string, number> = new Map()) {
  return studies
    .filter(({ endedAt }) => endedAt === null)
    .map(({ id, name, role }) => {
      const count = waiting.get(id) ?? 0;
      return {
        href: `/studies/${id}`,
        name,
        role: ROLES[role],
        waiting: count === 0 ? undefined : `${counted(count, 'thing')} ${count === 1 ? 'waits' : 'wait'} for you`,
      };
    });
}

/** What waits for a researcher: visits to write up, notes in hand, notes to code, codings to review. `newId` makes the id of a new note. */
export function workView(
  work: {
    toWriteUp: { visits: VisitToWriteUp[]; total: number };
    inHand: NoteInHand[];
    toCode: { notes: NoteToCode[]; total: number };
    toReview: NoteToReview[];
    toCodeBlind: NoteToCodeBlind[];
  },
  place: Place,
  newId: () => string,
) {
  const { path, timeZone } = place;
  return {
    toWriteUp: {
      more: Math.max(0, work.toWriteUp.total - work.toWriteUp.visits.length),
      visits: work.toWriteUp.visits.map((visit) => ({
        href: `${path}/visits/${visit.id}`,
        begin: `${path}/visits/${visit.id}/notes`,
        noteId: newId(),
        agency: visit.agency,
        setting: visit.setting,
        date: formatDate(visit.startsAt, timeZone),
        isMine: visit.isMine,
        begun: visit.begun && {
          href: `${path}/notes/${visit.begun.noteId}/edit`,
          by: visit.begun.isOwn ? 'you' : visit.begun.by,
        },
      })),
    },
    inHand: work.inHand.map((note) => ({
      href: `${path}/notes/${note.id}/edit`,
      title: note.title || 'Untitled note',
      agency: note.agency,
      visited: formatDate(note.visitedAt, timeZone),
      saved: formatDateTime(note.savedAt, timeZone),
      hasDraft: note.hasDraft,
    })),
    toCode: {
      more: Math.max(0, work.toCode.total - work.toCode.notes.length),
      notes: work.toCode.notes.map((note) => ({
        href: `${path}/notes/${note.id}/coding`,
        title: note.title,
        agency: note.agency,
        author: note.author,
        finished: formatDate(note.completedAt, timeZone),
      })),
    },
    toCodeBlind: work.toCodeBlind.map((note) => ({
      href: `${path}/notes/${note.id}/coding`,
      title: note.title,
      agency: note.agency,
      assigned: formatDate(note.assignedAt, timeZone),
    })),
    toReview: work.toReview.map((note) => ({
      href: `${path}/notes/${note.id}/coding#needs-review`,
      title: note.title,
      agency: note.agency,
      codings: counted(note.codings, 'coding'),
    })),
  };
}

/** Agencies by phases; undefined while there is nothing to count. An agency is due where an earlier phase has its visit and this one has none. */
export function progressView({ agencies, phases, cells }: Progress, path: string) {
  if (agencies.length === 0 || phases.length === 0) return undefined;
  const cellOf = (agencyId: string, phaseId: string): ProgressCell =>
    cells.find((cell) => cell.agencyId === agencyId && cell.phaseId === phaseId) ?? {
      agencyId,
      phaseId,
      visits: 0,
      notes: 0,
      coded: 0,
    };
  const started = phases.filter((phase) => cells.some((cell) => cell.phaseId === phase.id));
  const current = started.at(-1);
  return {
    phases: phases.map(({ name }) => name),
    rows: agencies.map((agency) => ({
      name: agency.name,
      href: `${path}/agencies/${agency.id}`,
      left: agency.status === 'left',
      cells: phases.map((phase) => {
        const cell = cellOf(agency.id, phase.id);
        return {
          phase: phase.name,
          href: `${path}/visits?agency=${agency.id}&phase=${phase.id}`,
          none: cell.visits === 0,
          due: cell.visits === 0 && phase.id === current?.id && agency.status === 'active',
          visits: counted(cell.visits, 'visit'),
          notes: counted(cell.notes, 'note'),
          coded: cell.notes > 0 ? `${cell.coded === cell.notes ? 'all' : cell.coded || 'none'} coded` : '',
        };
      }),
    })),
    current: current?.name,
    due: current
      ? agencies
          .filter(({ id, status }) => status === 'active' && cellOf(id, current.id).visits === 0)
          .map(({ name }) => name)
      : [],
  };
}

/** The steps of a new study, until the first visit is there. */
export function beginningsView(
  has: { agencies: boolean; phases: boolean; colleagues: boolean; visits: boolean; themes: boolean },
  { path, isLead }: { path: string; isLead: boolean },
) {
  if (has.visits && has.themes) return undefined;
  const steps = [
    { done: has.agencies, text: 'Add the agencies that take part', href: `${path}/agencies/new`, lead: true },
    { done: has.phases, text: 'Name the phases of the fieldwork', href: `${path}/phases/new`, lead: true },
    { done: has.colleagues, text: 'Invite your colleagues', href: `${path}/members`, lead: true },
    { done: has.visits, text: 'Record the first visit', href: `${path}/visits/new`, lead: false },
    { done: has.themes, text: 'Begin the codebook', href: `${path}/themes/new`, lead: false },
  ];
  return steps
    .filter(({ lead }) => isLead || !lead)
    .map(({ done, text, href }) => ({ done, text, href: done ? undefined : href }));
}

/** What agency staff find at home. */
export function publishedView(summaries: PublishedSummary[], { path, timeZone }: Place) {
  return summaries.map(({ id, title, publishedAt }) => ({
    href: `${path}/publications/${id}`,
    title,
    published: formatDate(publishedAt, timeZone),
  }));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

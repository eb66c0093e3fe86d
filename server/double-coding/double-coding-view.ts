import { formatDate, formatDateTime } from '../shared/dates.ts';
import type { CandidateNote } from './candidate-queries.ts';
import type { DoubleCoding } from './double-coding-queries.ts';
import type { Draw } from './draw-queries.ts';

export type Place = { path: string; timeZone: string; membershipId: string; isLead: boolean };

/** One note that is or was coded blind. Of the work of others it says who has finished, never what they coded. */
export function doubleCodingView(doubleCoding: DoubleCoding, place: Place) {
  const { coders, openedAt } = doubleCoding;
  const base = `${place.path}/double-codings/${doubleCoding.id}`;
  const finished = coders.filter(({ finishedAt }) => finishedAt !== null);
  const mine = coders.find(({ id }) => id === place.membershipId);
  const missing = coders.filter(({ finishedAt }) => finishedAt === null).map(({ name }) => name);
  return {
    id: doubleCoding.id,
    title: doubleCoding.noteTitle,
    where: `${doubleCoding.agency}, ${doubleCoding.phase}, ${formatDate(doubleCoding.visitedAt, place.timeZone)}`,
    isRemoved: doubleCoding.noteRemoved,
    coding: `${place.path}/notes/${doubleCoding.noteId}/coding`,
    agreement: `${place.path}/agreement/notes/${doubleCoding.noteId}`,
    draw: doubleCoding.drawId === null ? undefined : `${place.path}/double-codings/draws/${doubleCoding.drawId}`,
    completion: `${base}/completion`,
    takeBack: `${base}/completion/removal`,
    opening: `${base}/opening`,
    progress: `${finished.length} of ${coders.length} have finished`,
    coders: coders.map(({ id, name, finishedAt, hasLeft }) => ({
      name: id === place.membershipId ? `${name} (you)` : name,
      hasLeft: hasLeft && finishedAt === null,
      finished: finishedAt === null ? undefined : formatDateTime(finishedAt, place.timeZone),
    })),
    isMine: mine !== undefined,
    iHaveFinished: mine !== undefined && mine.finishedAt !== null,
    assigned: `${formatDate(doubleCoding.assignedAt, place.timeZone)} by ${doubleCoding.assignedBy}`,
    opened: openedAt === null ? undefined : formatDateTime(openedAt, place.timeZone),
    openedEarly:
      doubleCoding.openedBy === null || missing.length === 0
        ? undefined
        : `${doubleCoding.openedBy} opened it before ${listed(missing)} had finished`,
    wasCoded: doubleCoding.wasCoded,
    canOpen: place.isLead && openedAt === null,
  };
}

/** The page: what the reader has to code, what is under way, what can be compared. */
export function doubleCodingsView(
  given: { open: DoubleCoding[]; opened: DoubleCoding[]; more: boolean },
  place: Place,
) {
  const views = (found: DoubleCoding[]) => found.map((each) => doubleCodingView(each, place));
  const mine = given.open.filter(
    ({ coders, noteRemoved }) => !noteRemoved && coders.some(({ id }) => id === place.membershipId),
  );
  return {
    mine: views(mine),
    open: views(given.open),
    opened: views(given.opened),
    older: given.more ? `${place.path}/double-codings?after=${given.opened.at(-1)?.id}#opened` : undefined,
  };
}

export function candidateView(notes: CandidateNote[], chosen: unknown, timeZone: string) {
  return notes.map(({ id, title, agency, phase, visitedAt }) => ({
    value: id,
    text: title,
    hint: `${agency}, ${phase}, ${formatDate(visitedAt, timeZone)}`,
    checked: id === chosen,
  }));
}

export function coderChoices(team: { id: string; name: string }[], chosen: unknown) {
  const ids = [chosen ?? []].flat();
  return team.map(({ id, name }) => ({ value: id, text: name, checked: ids.includes(id) }));
}

export function cellName(agencyId: string, phaseId: string): string {
  return `n-${agencyId}-${phaseId}`;
}

type Places = { agencies: { id: string; name: string }[]; phases: { id: string; name: string }[] };
type Counts = { agencyId: string; phaseId: string; count: number }[];

/** The table of a draw: an agency a row, a phase a column, each cell a field where there is something to draw from. */
export function drawTableView(
  places: Places,
  counts: Counts,
  {
    typed = {},
    errors = {},
  }: { typed?: Record<string, unknown> | undefined; errors?: Record<string, string> | undefined },
) {
  const countOf = new Map(counts.map(({ agencyId, phaseId, count }) => [cellName(agencyId, phaseId), count]));
  return {
    phases: places.phases.map(({ name }) => name),
    rows: places.agencies.map((agency) => ({
      name: agency.name,
      cells: places.phases.map((phase) => {
        const name = cellName(agency.id, phase.id);
        const of = countOf.get(name);
        return of === undefined && errors[name] === undefined
          ? {}
          : { name, of: of ?? 0, label: `${agency.name}, ${phase.name}`, value: typed[name], error: errors[name] };
      }),
    })),
  };
}

/** A draw on record. */
export function drawView(draw: Draw, places: Places, drawn: DoubleCoding[], place: Place) {
  const names = new Map([...places.agencies, ...places.phases].map(({ id, name }) => [id, name]));
  return {
    seed: draw.seed,
    who: draw.drawnBy,
    when: formatDateTime(draw.drawnAt, place.timeZone),
    strata: draw.strata.map(({ agencyId, phaseId, candidates, asked }) => ({
      agency: names.get(agencyId),
      phase: names.get(phaseId),
      candidates: candidates.length,
      drawn: asked,
    })),
    notes: drawn.map((each) => doubleCodingView(each, place)),
  };
}

function listed(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

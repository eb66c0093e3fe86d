import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { formatDate, fromLocalTime, toLocalDate } from '../../shared/dates.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import { findAgency } from '../agency-queries.ts';
import { findPhase } from '../phases/phase-queries.ts';
import { ENDS_EARLY, LONGEST_VISIT_HOURS } from './visit.ts';
import type { NewVisit, VisitChange } from './visit-form.ts';
import {
  findVisit,
  findVisitForRemoval,
  insertAttendance,
  insertVisit,
  listObservers,
  listPossibleObservers,
  listPossibleParticipants,
  listPresent,
  updateVisit,
  updateVisitRemoved,
  type VisitRow,
} from './visit-queries.ts';

type Values = Omit<NewVisit, 'id'>;
type Attended = {
  observers: readonly { membershipId: string; role: string }[];
  present: readonly { participantId: string; consent: string }[];
};

/**
 * Records a visit. Sending the same form twice records it once; ConflictError when a form sent again (after the browser's
 * Back) says something else than what is recorded. FieldError when a field does not fit the study.
 */
export function recordVisit(db: Db, actor: Actor, values: NewVisit): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const { id } = values;
    const row = await visitRow(trx, actor, values, id);
    if (!(await insertVisit(trx, { ...row, id, studyId: actor.studyId, by: actor.membershipId })))
      return refuseAnother(trx, id, row, values);
    await insertAttendance(trx, { id, studyId: actor.studyId }, values.observers, values.present);
    await recordEvent(trx, actor, { kind: 'visit.recorded', subjectId: id, after: facts(row, values) });
  });
}

async function refuseAnother(trx: Transaction, id: string, row: VisitRow, values: Values): Promise<void> {
  const there = await findVisit(trx, id);
  if (!there) throw new NotFoundError();
  const attended = { observers: await listObservers(trx, id), present: await listPresent(trx, id) };
  const said = (visit: VisitRow, who: Attended): string =>
    JSON.stringify([visit.setting, visit.purpose, visit.consentHandling, facts(visit, who)]);
  if (said(there, attended) !== said(row, values))
    throw new ConflictError('This visit is recorded already, with other details.');
}

/** Saves over `version`; ConflictError when somebody else has saved since, FieldError when a field does not fit. */
export function changeVisit(db: Db, actor: Actor, id: string, values: VisitChange): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const before = await findVisit(trx, id);
    if (!before || before.removedAt !== null) throw new NotFoundError();
    const attended = { observers: await listObservers(trx, id), present: await listPresent(trx, id) };
    const row = await visitRow(trx, actor, values, id);
    if (!(await updateVisit(trx, id, { ...row, version: values.version })))
      throw new ConflictError('Somebody else changed this visit after you opened it.');
    await insertAttendance(trx, { id, studyId: actor.studyId }, values.observers, values.present);
    await recordEvent(trx, actor, {
      kind: 'visit.changed',
      subjectId: id,
      before: facts(before, attended),
      after: facts(row, values),
    });
  });
}

/** Takes a visit out of the lists; ConflictError while it has notes. */
export function removeVisit(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const visit = await findVisitForRemoval(trx, id);
    if (!visit) throw new NotFoundError();
    if (visit.removed) return;
    if (visit.notes > 0)
      throw new ConflictError(
        visit.notes === 1
          ? 'This visit has a note. Remove the note first; then the visit can be removed.'
          : `This visit has ${visit.notes} notes. Remove them first; then the visit can be removed.`,
      );
    await updateVisitRemoved(trx, id, actor.membershipId);
    await recordEvent(trx, actor, { kind: 'visit.removed', subjectId: id });
  });
}

/** Undoes removeVisit. */
export function restoreVisit(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const visit = await findVisitForRemoval(trx, id);
    if (!visit) throw new NotFoundError();
    if (!visit.removed) return;
    await updateVisitRemoved(trx, id, null);
    await recordEvent(trx, actor, { kind: 'visit.restored', subjectId: id });
  });
}

async function visitRow(trx: Transaction, actor: Actor, values: Values, visitId: string | null): Promise<VisitRow> {
  if (!(await findAgency(trx, values.agency)))
    throw new FieldError('agency', 'The study has no such agency. Choose one of its agencies.');
  if (!(await findPhase(trx, values.phase)))
    throw new FieldError('phase', 'The study has no such phase. Choose one of its phases.');
  const observers = new Set((await listPossibleObservers(trx, visitId)).map(({ id }) => id));
  if (!values.observers.every(({ membershipId }) => observers.has(membershipId)))
    throw new FieldError('observers', 'Somebody chosen as an observer is no longer in the team. Choose again.');
  const participants = new Set((await listPossibleParticipants(trx, values.agency, visitId)).map(({ id }) => id));
  if (!values.present.every(({ participantId }) => participants.has(participantId)))
    throw new FieldError('present', 'Somebody chosen as present is no longer on this agency’s list. Choose again.');

  const startsAt = instant('start', values.date, values.start, actor.timeZone);
  const endsAt = instant('end', values.endDate ?? values.date, values.end, actor.timeZone);
  if (endsAt <= startsAt) throw new FieldError('end', ENDS_EARLY);
  if (endsAt.getTime() - startsAt.getTime() > LONGEST_VISIT_HOURS * 3_600_000)
    throw new FieldError(
      'endDate',
      `A visit lasts ${LONGEST_VISIT_HOURS} hours at the most. Record a longer stay as several visits.`,
    );
  if (!values.ahead && values.date > toLocalDate(new Date(), actor.timeZone))
    throw new FieldError(
      'date',
      `${formatDate(startsAt, actor.timeZone)} is still to come. Correct the date, or say below that you record the visit ahead.`,
    );
  return {
    agencyId: values.agency,
    phaseId: values.phase,
    setting: values.setting,
    purpose: values.purpose,
    startsAt,
    endsAt,
    unnamedCount: values.unnamed,
    consentHandling: values.consentHandling,
  };
}

function instant(field: string, date: string, time: string, zone: string): Date {
  const at = fromLocalTime(`${date}T${time}`, zone);
  if (!at)
    throw new FieldError(field, `There was no ${time} that day: the clocks went forward then. Choose another time.`);
  return at;
}

// Without the words that were typed; who was there, and with which consent, is what must be known later.
function facts(
  row: Omit<VisitRow, 'setting' | 'purpose' | 'consentHandling'>,
  { observers, present }: Attended,
): Record<string, unknown> {
  return {
    agencyId: row.agencyId,
    phaseId: row.phaseId,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    unnamedCount: row.unnamedCount,
    observers: byId(observers.map(({ membershipId, role }) => [membershipId, role])),
    present: byId(present.map(({ participantId, consent }) => [participantId, consent])),
  };
}

function byId(entries: [string, string][]): Record<string, string> {
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

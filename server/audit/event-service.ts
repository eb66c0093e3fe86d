import { type Actor, announce, type Transaction } from '../database/connection.ts';
import type { Change } from '../database/announcements.ts';
import type { Statement } from '../database/together.ts';
import { newId } from '../shared/ids.ts';
import { type EventRow, insertEvents, insertionOf } from './event-queries.ts';

/**
 * What happened, as `noun.past-participle` ("note.completed"), to which row, and the fields that changed. Never note
 * text, quotes, names of participants, passwords or tokens: ids, numbers, dates and states only.
 */
export type Event = {
  kind: `${string}.${string}`;
  subjectId?: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
};

/**
 * Adds one line to the audit trail of the actor's study, in the transaction of the change itself. Once that is committed,
 * open pages are told: docs/decisions/0009-live.md.
 */
export async function recordEvent(trx: Transaction, actor: Actor, event: Event): Promise<void> {
  await recordEvents(trx, actor, [event]);
}

/** The same for several things that one change did. */
export async function recordEvents(trx: Transaction, actor: Actor, events: readonly Event[]): Promise<void> {
  await insertEvents(trx, rowsOf(actor, events));
  for (const change of changesOf(actor, events)) announce(trx, change);
}

/** The same for inTwoTrips(): what is written, and what is told once it is committed. */
export function eventsOf(actor: Actor, events: readonly Event[]): { statement: Statement; changes: Change[] } {
  return { statement: insertionOf(rowsOf(actor, events)), changes: changesOf(actor, events) };
}

/** The same for what a command or the clock did, as the database's owner: nobody acts, and no page waits. Null: in no study. */
export async function recordCommand(trx: Transaction, studyId: string | null, event: Event): Promise<void> {
  const nobody = { person_id: null, membership_id: null, request_id: null };
  await insertEvents(trx, [{ ...row(event), ...nobody, study_id: studyId }]);
}

/** The same for what happens outside a study (signing in, a password reset); `personId` null when nobody is known. */
export async function recordAccountEvent(
  trx: Transaction,
  personId: string | null,
  event: Event & { studyId?: string; requestId?: string | null },
): Promise<void> {
  const ids = {
    study_id: event.studyId ?? null,
    person_id: personId,
    membership_id: null,
    request_id: event.requestId ?? null,
  };
  await insertEvents(trx, [{ ...row(event), ...ids }]);
  announce(trx, {
    study: event.studyId ?? null,
    kind: event.kind,
    subject: event.subjectId ?? null,
    member: null,
    person: personId,
  });
}

function rowsOf(actor: Actor, events: readonly Event[]): EventRow[] {
  return events.map((event) => ({
    ...row(event),
    study_id: actor.studyId,
    person_id: actor.personId,
    membership_id: actor.membershipId,
    request_id: actor.requestId ?? null,
  }));
}

function changesOf({ studyId, membershipId }: Actor, events: readonly Event[]): Change[] {
  return events.map(({ kind, subjectId }) => ({
    study: studyId,
    kind,
    subject: subjectId ?? null,
    member: membershipId,
    person: null,
  }));
}

function row({ kind, subjectId, before, after }: Event) {
  return {
    id: newId(),
    kind,
    subject_id: subjectId ?? null,
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
  };
}

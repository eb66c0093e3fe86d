import type { Transaction } from '../../database/connection.ts';
import type { Consent, ParticipantRole } from '../participants/participant.ts';
import { READING_ORDER } from '../participants/participant-queries.ts';
import type { GoldRole } from './visit.ts';

export type Visit = {
  id: string;
  agencyId: string;
  agencyName: string;
  phaseId: string;
  phaseName: string;
  setting: string;
  purpose: string;
  startsAt: Date;
  endsAt: Date;
  unnamedCount: number;
  consentHandling: string;
  version: number;
  removedAt: Date | null;
};

export type Observer = { membershipId: string; name: string; role: GoldRole };
export type Present = { participantId: string; pseudonym: string; role: ParticipantRole; consent: Consent };

/** One visit, a removed one included, or undefined. */
export async function findVisit(trx: Transaction, id: string): Promise<Visit | undefined> {
  return trx('visits')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .where('visits.id', id)
    .first({
      id: 'visits.id',
      agencyId: 'visits.agency_id',
      agencyName: 'agencies.name',
      phaseId: 'visits.phase_id',
      phaseName: 'phases.name',
      setting: 'visits.setting',
      purpose: 'visits.purpose',
      startsAt: 'visits.starts_at',
      endsAt: 'visits.ends_at',
      unnamedCount: 'visits.unnamed_count',
      consentHandling: 'visits.consent_handling',
      version: 'visits.version',
      removedAt: 'visits.removed_at',
    });
}

/** Who observed at a visit, by name. */
export async function listObservers(trx: Transaction, visitId: string): Promise<Observer[]> {
  return trx('visit_observers')
    .join('memberships', 'memberships.id', 'visit_observers.membership_id')
    .where('visit_observers.visit_id', visitId)
    .orderBy('memberships.name')
    .select({ membershipId: 'memberships.id', name: 'memberships.name', role: 'visit_observers.gold_role' });
}

/** Who of the participants was there, with their consent at that visit. */
export async function listPresent(trx: Transaction, visitId: string): Promise<Present[]> {
  return trx('visit_participants')
    .join('participants', 'participants.id', 'visit_participants.participant_id')
    .where('visit_participants.visit_id', visitId)
    .orderByRaw(READING_ORDER)
    .select({
      participantId: 'participants.id',
      pseudonym: 'participants.pseudonym',
      role: 'participants.role',
      consent: 'visit_participants.consent',
    });
}

export type VisitNote = { id: string; title: string; author: string; completedAt: Date | null };

/** The notes of a visit that are not removed, in the order in which they were begun. */
export async function listVisitNotes(trx: Transaction, visitId: string): Promise<VisitNote[]> {
  return trx('notes')
    .join('memberships', 'memberships.id', 'notes.author_id')
    .leftJoin('note_revisions', (join) =>
      join.on('note_revisions.note_id', 'notes.id').on('note_revisions.number', 'notes.latest_revision'),
    )
    .where('notes.visit_id', visitId)
    .whereNull('notes.removed_at')
    .orderBy('notes.id')
    .select({
      id: 'notes.id',
      title: trx.raw(`coalesce(note_revisions.title, '')`),
      author: 'memberships.name',
      completedAt: 'notes.completed_at',
    });
}

/** Members who can observe: the team, and of those who have left it the ones of `visitId`. */
export async function listPossibleObservers(
  trx: Transaction,
  visitId: string | null,
): Promise<{ id: string; name: string }[]> {
  return trx('memberships')
    .whereNot('role', 'agency')
    .where((either) =>
      either
        .whereNull('ended_at')
        .orWhereIn('id', trx('visit_observers').where({ visit_id: visitId }).select('membership_id')),
    )
    .orderBy('name')
    .select('id', 'name');
}

export type PossibleParticipant = { id: string; pseudonym: string; role: ParticipantRole; consent: Consent };

/** Who can have been there: the agency's participants, and of those taken off its list the ones of `visitId`. */
export async function listPossibleParticipants(
  trx: Transaction,
  agencyId: string,
  visitId: string | null,
): Promise<PossibleParticipant[]> {
  return trx('participants')
    .where({ agency_id: agencyId })
    .where((either) =>
      either
        .whereNull('removed_at')
        .orWhereIn('id', trx('visit_participants').where({ visit_id: visitId }).select('participant_id')),
    )
    .orderByRaw(READING_ORDER)
    .select('id', 'pseudonym', 'role', 'consent');
}

/** What is written of a visit. */
export type VisitRow = {
  agencyId: string;
  phaseId: string;
  setting: string;
  purpose: string;
  startsAt: Date;
  endsAt: Date;
  unnamedCount: number;
  consentHandling: string;
};

/** False when the id is taken. */
export async function insertVisit(
  trx: Transaction,
  row: VisitRow & { id: string; studyId: string; by: string },
): Promise<boolean> {
  const inserted = await trx('visits')
    .insert({ id: row.id, study_id: row.studyId, created_by: row.by, ...written(row) })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when the visit is no longer at `version`, or removed. */
export async function updateVisit(
  trx: Transaction,
  id: string,
  change: VisitRow & { version: number },
): Promise<boolean> {
  const updated = await trx('visits')
    .where({ id, version: change.version })
    .whereNull('removed_at')
    .update({ ...written(change), version: change.version + 1 });
  return updated > 0;
}

/** Makes these and no others the observers and participants of the visit. */
export async function insertAttendance(
  trx: Transaction,
  visit: { id: string; studyId: string },
  observers: readonly { membershipId: string; role: GoldRole }[],
  present: readonly { participantId: string; consent: Consent }[],
): Promise<void> {
  const place = { visit_id: visit.id, study_id: visit.studyId };
  await trx('visit_observers').where({ visit_id: visit.id }).delete();
  await trx('visit_participants').where({ visit_id: visit.id }).delete();
  if (observers.length > 0)
    await trx('visit_observers').insert(
      observers.map(({ membershipId, role }) => ({ ...place, membership_id: membershipId, gold_role: role })),
    );
  if (present.length > 0)
    await trx('visit_participants').insert(
      present.map(({ participantId, consent }) => ({ ...place, participant_id: participantId, consent })),
    );
}

/** Locks the visit until the transaction ends; how many notes it has that are not removed. Undefined when there is none. */
export async function findVisitForRemoval(
  trx: Transaction,
  id: string,
): Promise<{ removed: boolean; notes: number } | undefined> {
  const visit = await trx('visits').where({ id }).forUpdate().first('removed_at');
  if (!visit) return undefined;
  const notes = await trx('notes').where({ visit_id: id }).whereNull('removed_at').pluck('id');
  return { removed: visit.removed_at !== null, notes: notes.length };
}

export async function updateVisitRemoved(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('visits')
    .where({ id })
    .update({ removed_at: by === null ? null : trx.fn.now(), removed_by: by });
}

function written(row: VisitRow) {
  return {
    agency_id: row.agencyId,
    phase_id: row.phaseId,
    setting: row.setting,
    purpose: row.purpose,
    starts_at: row.startsAt,
    ends_at: row.endsAt,
    unnamed_count: row.unnamedCount,
    consent_handling: row.consentHandling,
  };
}

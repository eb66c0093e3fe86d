import type { Transaction } from '../database/connection.ts';
import type { Consent } from '../agencies/participants/participant.ts';
import type { ConsentChange, Scope } from './consent.ts';

/** The history of somebody's consent, newest first. */
export async function listConsentChanges(trx: Transaction, participantId: string): Promise<ConsentChange[]> {
  return trx('consent_changes')
    .leftJoin('memberships', 'memberships.id', 'consent_changes.recorded_by')
    .leftJoin('visits', 'visits.id', 'consent_changes.visit_id')
    .where('consent_changes.participant_id', participantId)
    .orderBy('consent_changes.recorded_at', 'desc')
    .orderBy('consent_changes.id', 'desc')
    .limit(500)
    .select({
      id: 'consent_changes.id',
      visitId: 'consent_changes.visit_id',
      visitedAt: 'visits.starts_at',
      consent: 'consent_changes.consent',
      scope: 'consent_changes.scope',
      givenOn: trx.raw(`to_char(consent_changes.given_on, 'YYYY-MM-DD')`),
      how: 'consent_changes.how',
      formVersion: 'consent_changes.form_version',
      note: 'consent_changes.note',
      recordedBy: 'memberships.name',
      recordedAt: 'consent_changes.recorded_at',
    });
}

export type StandingConsent = {
  id: string;
  agencyId: string;
  agencyName: string;
  pseudonym: string;
  consent: Consent;
  scope: Scope | null;
  withdrawnOn: string | null;
  version: number;
  removed: boolean;
  erasedAt: Date | null;
};

/** The participant with consent as it stands, one taken off the list or erased included; undefined when there is none. */
export async function findStandingConsent(trx: Transaction, id: string): Promise<StandingConsent | undefined> {
  return trx('participants')
    .join('agencies', 'agencies.id', 'participants.agency_id')
    .where('participants.id', id)
    .first({
      id: 'participants.id',
      agencyId: 'agencies.id',
      agencyName: 'agencies.name',
      pseudonym: 'participants.pseudonym',
      consent: 'participants.consent',
      scope: 'participants.withdrawal_scope',
      withdrawnOn: trx.raw(`to_char(participants.withdrawn_on, 'YYYY-MM-DD')`),
      version: 'participants.version',
      removed: trx.raw('participants.removed_at is not null'),
      erasedAt: 'participants.erased_at',
    });
}

export type VisitConsent = { visitId: string; startsAt: Date; setting: string; consent: Consent };

/** The visits at which they were present, newest first, with what held there. */
export async function listVisitConsents(trx: Transaction, participantId: string): Promise<VisitConsent[]> {
  return trx('visit_participants')
    .join('visits', 'visits.id', 'visit_participants.visit_id')
    .where('visit_participants.participant_id', participantId)
    .whereNull('visits.removed_at')
    .orderBy('visits.starts_at', 'desc')
    .select({
      visitId: 'visits.id',
      startsAt: 'visits.starts_at',
      setting: 'visits.setting',
      consent: 'visit_participants.consent',
    });
}

export type MentioningNote = { noteId: string; title: string; startsAt: Date; paragraphs: number[]; withheld: number };

/** Notes whose newest text mentions them, with the numbers of the paragraphs and how many of those are withheld. */
export async function listMentioningNotes(trx: Transaction, participantId: string): Promise<MentioningNote[]> {
  const { rows } = await trx.raw<{ rows: MentioningNote[] }>(
    `select notes.id as "noteId", note_revisions.title, visits.starts_at as "startsAt",
            array_agg(distinct p.number order by p.number) as paragraphs,
            count(distinct w.start_position)::int as withheld
       from note_mentions m
       join note_paragraphs p on p.note_id = m.note_id and p.revision_id = m.revision_id and p.start_position = m.start_position
       join note_revisions on note_revisions.id = m.revision_id
       join notes on notes.id = m.note_id and notes.removed_at is null
       join visits on visits.id = notes.visit_id
       left join note_withheld w on w.note_id = m.note_id and w.revision_id = m.revision_id
         and w.start_position = m.start_position and w.participant_id = m.participant_id
      where m.participant_id = ? and m.about
        and not exists (select from note_mentions n where n.note_id = m.note_id and n.revision_id = m.revision_id
              and n.start_position = m.start_position and n.participant_id = m.participant_id and not n.about)
      group by notes.id, note_revisions.title, visits.starts_at
      order by visits.starts_at desc, notes.id limit 1000`,
    [participantId],
  );
  return rows;
}

/**
 * Until the transaction ends nobody codes or saves a note of their agency. Taken before a consent is changed, so that
 * both orders of two people's clicks end alike, and neither waits for the other for ever.
 */
export async function findNotesForConsent(trx: Transaction, participantId: string): Promise<void> {
  await trx.raw(
    `select notes.id from notes
      where visit_id in (select visits.id from visits join participants on participants.agency_id = visits.agency_id
                          where participants.id = ?)
         or id in (select note_id from note_mentions where participant_id = ?)
      order by notes.id for no key update`,
    [participantId, participantId],
  );
}

/** Everybody who can be mentioned in a note of this agency, by pseudonym. */
export async function listMentionable(
  trx: Transaction,
  noteId: string,
): Promise<{ id: string; pseudonym: string; agency: string }[]> {
  return trx('participants')
    .join('agencies', 'agencies.id', 'participants.agency_id')
    .join('visits', 'visits.agency_id', 'participants.agency_id')
    .join('notes', 'notes.visit_id', 'visits.id')
    .where('notes.id', noteId)
    .whereNull('participants.erased_at')
    .orderByRaw('lower(participants.pseudonym)')
    .select({ id: 'participants.id', pseudonym: 'participants.pseudonym', agency: 'agencies.name' });
}

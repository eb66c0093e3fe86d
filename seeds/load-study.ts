import type { Knex } from 'knex';
import { cutPassage, sourceOf } from '../server/coding/passage.ts';

import { fromLocalTime } from '../server/shared/dates.ts';
import { newId } from '../server/shared/ids.ts';
import { codePointLength } from '../server/shared/text.ts';
import type { AgencyFiles, CodingFile, NoteFile, StudyFiles, ThemeFile } from './study-files.ts';

/** A person's place in a study: `key` is the name that the study's files know them by. */
export type Member = {
  key: string;
  personId: string;
  name: string;
  role: 'lead' | 'researcher' | 'agency';
  agency?: string;
};
export type Phase = { key: string; name: string; startsOn: string; endsOn: string };
export type StudyPlan = { name: string; phases: Phase[]; members: Member[]; lead: string; files: StudyFiles };

const ZONE = 'Europe/London';
// A coder comes to a note some days after it was written, and spends about a minute on a passage.
const DAYS_UNTIL_CODED = 3;
const DAY_MS = 86_400_000;
const PASSAGE_MS = 70_000;
const BATCH = 500;

/** Inserts a whole study. Gives its id. Throws when a file names something that does not exist. */
export async function loadStudy(trx: Knex.Transaction, plan: StudyPlan): Promise<string> {
  const studyId = newId();
  await trx('studies').insert({ id: studyId, name: plan.name, time_zone: ZONE });
  const agencies = new Map(plan.files.agencies.map((agency) => [agency.code, newId()]));
  for (const agency of plan.files.agencies) {
    const { code, name, sector } = agency;
    await trx('agencies').insert({ id: known(agencies, code), study_id: studyId, name, code, sector });
  }
  const members = new Map(plan.members.map((member) => [member.key, newId()]));
  for (const { key, personId, name, role, agency } of plan.members) {
    await trx('memberships').insert({
      id: known(members, key),
      study_id: studyId,
      person_id: personId,
      name,
      role,
      agency_id: agency === undefined ? null : known(agencies, agency),
    });
  }
  const phases = new Map(plan.phases.map((phase) => [phase.key, newId()]));
  for (const [index, { key, name, startsOn, endsOn }] of plan.phases.entries()) {
    const row = { id: known(phases, key), study_id: studyId, name, position: index + 1 };
    await trx('phases').insert({ ...row, starts_on: startsOn, ends_on: endsOn });
  }
  const lead = known(members, plan.lead);
  const themes = await insertThemes(trx, studyId, lead, plan.files.themes);
  const place = { studyId, lead, members, phases, themes };
  for (const agency of plan.files.agencies) await loadAgency(trx, place, known(agencies, agency.code), agency);
  await trx('events').insert({
    id: newId(),
    study_id: studyId,
    membership_id: lead,
    kind: 'study.demonstration-loaded',
    subject_id: studyId,
  });
  return studyId;
}

type Place = {
  studyId: string;
  lead: string;
  members: Map<string, string>;
  phases: Map<string, string>;
  themes: Map<string, string>;
};

async function insertThemes(trx: Knex.Transaction, studyId: string, by: string, files: ThemeFile[]) {
  const ids = new Map(files.map(({ slug }) => [slug, newId()]));
  for (const theme of files) {
    await trx('themes').insert({
      id: known(ids, theme.slug),
      study_id: studyId,
      parent_id: theme.parent === null ? null : known(ids, theme.parent),
      name: theme.name,
      definition: theme.definition,
      when_to_use: theme.whenToUse,
      when_not_to_use: theme.whenNotToUse,
      example: theme.example,
      colour: theme.colour,
      position: files.filter(({ parent }) => parent === theme.parent).indexOf(theme) + 1,
      created_by: by,
    });
  }
  return ids;
}

async function loadAgency(trx: Knex.Transaction, place: Place, agencyId: string, agency: AgencyFiles): Promise<void> {
  const { studyId, members } = place;
  const participants = new Map(agency.participants.map(({ key }) => [key, newId()]));
  for (const { key, ...participant } of agency.participants)
    await trx('participants').insert({
      id: known(participants, key),
      study_id: studyId,
      agency_id: agencyId,
      ...participant,
    });
  const visits = new Map(agency.visits.map(({ key }) => [key, newId()]));
  for (const visit of agency.visits) {
    const id = known(visits, visit.key);
    await trx('visits').insert({
      id,
      study_id: studyId,
      agency_id: agencyId,
      phase_id: known(place.phases, visit.phase),
      setting: visit.setting,
      purpose: visit.purpose,
      starts_at: instant(visit.start),
      ends_at: instant(visit.end),
      unnamed_count: visit.unnamed,
      consent_handling: visit.consentHandling,
      created_by: known(members, visit.observers[0]!.who),
      created_at: instant(visit.end),
    });
    for (const { who, role } of visit.observers)
      await trx('visit_observers').insert({
        visit_id: id,
        study_id: studyId,
        membership_id: known(members, who),
        gold_role: role,
      });
    for (const { participant, consent } of visit.present)
      await trx('visit_participants').insert({
        visit_id: id,
        study_id: studyId,
        participant_id: known(participants, participant),
        consent,
      });
  }
  for (const note of agency.notes) {
    const visit = agency.visits.find(({ key }) => key === note.visit);
    if (!visit) throw new Error(`the note ${note.name} is about a visit that there is not`);
    await loadNote(trx, place, known(visits, note.visit), instant(visit.end), note);
  }
  if (agency.summary) await loadSummary(trx, place, agencyId, agency.summary);
}

async function loadNote(trx: Knex.Transaction, place: Place, visitId: string, visitEnd: Date, note: NoteFile) {
  const { studyId } = place;
  const [noteId, revisionId, author] = [newId(), newId(), known(place.members, note.author)];
  const written = instant(note.written);
  await trx('notes').insert({
    id: noteId,
    study_id: studyId,
    visit_id: visitId,
    author_id: author,
    created_at: written,
    latest_revision: 1,
    ...(note.finished === 'yes' && {
      completed_at: written,
      completed_by: author,
      write_up_lag: trx.raw('?::timestamptz - ?::timestamptz', [written, visitEnd]),
    }),
  });
  await trx('note_revisions').insert({
    id: revisionId,
    study_id: studyId,
    note_id: noteId,
    number: 1,
    title: note.title,
    body: note.body,
    saved_by: author,
    saved_at: written,
  });
  const source = sourceOf(note.body);
  const rows = note.codings.map((coding, index) => {
    const cut = cutPassage(source, passageOf(note, coding));
    return {
      id: newId(),
      study_id: studyId,
      note_id: noteId,
      revision_id: revisionId,
      theme_id: known(place.themes, coding.theme),
      coder_id: known(place.members, coding.coder),
      start_position: cut.start,
      end_position: cut.end,
      quote: cut.quote,
      context_before: cut.contextBefore,
      context_after: cut.contextAfter,
      paragraph_label: cut.label,
      created_at: new Date(written.getTime() + DAYS_UNTIL_CODED * DAY_MS + index * PASSAGE_MS),
    };
  });
  if (rows.length > 0) await trx.batchInsert('codings', rows, BATCH);
}

async function loadSummary(
  trx: Knex.Transaction,
  { studyId, lead }: Place,
  agencyId: string,
  summary: { title: string; body: string; published: string },
): Promise<void> {
  const summaryId = newId();
  const text = { study_id: studyId, agency_id: agencyId, title: summary.title, body: summary.body };
  const at = instant(summary.published);
  await trx('summaries').insert({
    id: summaryId,
    ...text,
    created_by: lead,
    created_at: at,
    updated_by: lead,
    updated_at: at,
  });
  await trx('summary_publications').insert({
    id: newId(),
    ...text,
    summary_id: summaryId,
    published_by: lead,
    published_at: at,
  });
}

/** Where the quote's `at`th occurrence lies in the note, in code points. */
export function passageOf(note: NoteFile, { quote, at }: CodingFile): { start: number; end: number } {
  let index = -1;
  for (let count = 0; count < at; count += 1) {
    index = note.body.indexOf(quote, index + 1);
    if (index === -1) throw new Error(`the note ${note.name} does not say “${quote}”${at > 1 ? ` ${at} times` : ''}`);
  }
  const start = codePointLength(note.body.slice(0, index));
  return { start, end: start + codePointLength(quote) };
}

function instant(local: string): Date {
  const at = fromLocalTime(local, ZONE);
  if (!at) throw new Error(`there is no such time in London: ${local}`);
  return at;
}

function known(ids: Map<string, string>, key: string): string {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`the files name “${key}”, which they do not define`);
  return id;
}

import { sealTrail } from '../../server/audit/sealing-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aFullStudy, anAgency, anAttachment, anInvitation, aNote, aParticipant, aTheme } from './builders.ts';
import { aDoubleCoding, aDraw, aSettlement } from './double-coding-builders.ts';
import { aMemo, aMerge, aVersion } from './codebook-builders.ts';
import { anImport, aProjectExport, aRestoring } from './exchange-builders.ts';
import { aSavedQuery } from './query-builders.ts';
import { anIdentity, aReplacement } from './identity-builders.ts';
import { aDisclosure, anExport, aPublishedSummary } from './release-builders.ts';
import type { TestApp } from './test-app.ts';
import { everythingAboutConsent } from './withdrawal-builders.ts';

/** A study with a row in every table. A new table needs a row here; the tests of the wall and of archives say so. */
export async function aStudyWithEverything(t: TestApp) {
  const cast = await aFullStudy(t.owner);
  const { study, agency, visit, researcher, lead } = cast;
  const participant = await aParticipant(t.owner, study.id, agency.id);
  await t.owner('visit_participants').insert({
    visit_id: visit.id,
    study_id: study.id,
    participant_id: participant.id,
    consent: 'consented',
  });
  await anIdentity(t.owner, study.id, { participantId: participant.id, by: lead.membershipId });
  await t.owner('visit_observers').insert({
    visit_id: visit.id,
    study_id: study.id,
    membership_id: researcher.membershipId,
    gold_role: 'complete-observer',
  });
  const note = await aNote(t.owner, study.id, { visitId: visit.id, by: researcher.membershipId });
  await t.owner('note_drafts').insert({
    note_id: note.id,
    membership_id: researcher.membershipId,
    study_id: study.id,
    base_revision: 1,
    title: 'Draft',
    body: 'Words',
  });
  await everythingAboutConsent(t.owner, cast);
  const theme = await aTheme(t.owner, study.id, { by: lead.membershipId });
  const by = researcher.membershipId;
  const coding = await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start: 4, end: 10 });
  await aMerge(t.owner, study.id, { by, coding });
  await aVersion(t.owner, study.id, { by });
  await aMemo(t.owner, study.id, { themeId: theme.id, by });
  await anAttachment(t.owner, study.id, { noteId: note.id, by: researcher.membershipId });
  await anExport(t.owner, study.id, { by: lead.membershipId });
  await aDisclosure(t.owner, study.id, { by: lead.membershipId });
  await anInvitation(t.owner, study.id, { by: lead.membershipId });
  await aPublishedSummary(t.owner, study.id, { agencyId: agency.id, by: lead.membershipId });
  const another = await anAgency(t.owner, study.id);
  await aParticipant(t.owner, study.id, another.id);
  await aPublishedSummary(t.owner, study.id, { agencyId: another.id, by: lead.membershipId });
  const doubleCoding = await aDoubleCoding(t.owner, study.id, {
    noteId: note.id,
    by: lead.membershipId,
    coders: [researcher.membershipId, lead.membershipId],
  });
  await t.owner('double_coding_passages').insert({
    double_coding_id: doubleCoding.id,
    coding_id: coding.id,
    study_id: study.id,
    coder_id: by,
    theme_id: theme.id,
    start_position: 4,
    end_position: 10,
  });
  await aReplacement(t.owner, study.id, { note, by });
  await aDraw(t.owner, study.id, { by: lead.membershipId });
  await aSettlement(t.owner, study.id, { note, themeId: theme.id, by, start: 4, end: 10 });
  await aSavedQuery(t.owner, study.id, { by: researcher.membershipId, themeId: theme.id });
  await anImport(t.owner, study.id, { by: lead.membershipId, noteId: note.id });
  await aProjectExport(t.owner, study.id, { by: lead.membershipId });
  await aRestoring(t.owner, study.id);
  await t.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.completed' });
  await sealTrail(t.database.db);
  // One that waits to be chained.
  await t.owner('events').insert({ id: newId(), study_id: study.id, kind: 'note.reopened' });
  return { ...cast, note, theme };
}

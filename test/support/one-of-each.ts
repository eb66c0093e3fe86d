import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, type aFullStudy, anAttachment, anInvitation, aNote, aParticipant, aTheme } from './builders.ts';
import { aDoubleCoding, aDraw, aSettlement } from './double-coding-builders.ts';
import { aMemo, aMerge, aVersion } from './codebook-builders.ts';
import { anImport, aProjectExport, aProjectImport, aRestoring } from './exchange-builders.ts';
import { aSavedQuery } from './query-builders.ts';
import { aDisclosure, anExport, aPublishedSummary } from './release-builders.ts';
import { aDisposal, anErasureRequest } from './withdrawal-builders.ts';
import type { TestApp } from './test-app.ts';

type FullStudy = Awaited<ReturnType<typeof aFullStudy>>;

/** By the name of the parameter that a route has for it. */
export type Ids = Record<string, string>;

/** One of everything in a study, made anew for each route, so that no request finds what another one has changed. */
export async function oneOfEach(t: TestApp, study: FullStudy): Promise<Ids> {
  const { owner } = t;
  const by = study.researcher.membershipId;
  const note = await aNote(owner, study.study.id, { visitId: study.visit.id, by });
  const theme = await aTheme(owner, study.study.id, { by });
  const coding = await aCoding(owner, study.study.id, { note, themeId: theme.id, by, start: 4, end: 10 });
  // A note of its own: what is coded blind is hidden from others, and its text cannot be saved.
  const blind = await aNote(owner, study.study.id, { visitId: study.visit.id, by, completed: true });
  const doubleCoding = await aDoubleCoding(owner, study.study.id, {
    noteId: blind.id,
    by: study.lead.membershipId,
    coders: [study.lead.membershipId, by],
  });
  const summary = await aPublishedSummary(owner, study.study.id, {
    agencyId: study.agency.id,
    by: study.lead.membershipId,
  });
  for (const { membershipId } of [study.lead, study.researcher])
    await owner('note_drafts').insert({
      note_id: note.id,
      membership_id: membershipId,
      study_id: study.study.id,
      base_revision: 1,
      title: 'Draft',
      body: 'Words',
    });
  const withdrawal = await anErasureRequest(owner, study.study.id, {
    participantId: (await aParticipant(owner, study.study.id, study.agency.id)).id,
    by: study.colleague.membershipId,
  });
  const attachment = await anAttachment(owner, study.study.id, { noteId: note.id, by });
  await writeFile(join(t.config.uploadsFolder, attachment.storedName), 'bytes');
  const exports = await owner('project_exports').where({ study_id: study.study.id }).count<{ count: string }[]>();
  const number = Number(exports[0]!.count) + 1;
  if (number === 1) {
    await anImport(owner, study.study.id, { by: study.lead.membershipId, noteId: note.id });
    await aRestoring(owner, study.study.id);
  }
  const administrator = await owner('people').where({ is_administrator: true }).first('id');
  return {
    study: study.study.id,
    session: newId(),
    agency: study.agency.id,
    phase: study.phase.id,
    visit: study.visit.id,
    participant: (await aParticipant(owner, study.study.id, study.agency.id)).id,
    withdrawal: withdrawal.id,
    disposal: (await aDisposal(owner, study.study.id, { by: study.colleague.membershipId, cancelled: true })).id,
    note: note.id,
    number: '1',
    attachment: attachment.id,
    theme: theme.id,
    other: (await aTheme(owner, study.study.id, { by })).id,
    picture: 'themes-by-agency',
    coding: coding.id,
    doubleCoding: doubleCoding.id,
    draw: (await aDraw(owner, study.study.id, { by: study.lead.membershipId })).id,
    settlement: (await aSettlement(owner, study.study.id, { note, themeId: theme.id, by, start: 4, end: 10 })).id,
    memo: (await aMemo(owner, study.study.id, { themeId: theme.id, by })).id,
    step: (await aMerge(owner, study.study.id, { by, coding })).id,
    // No route is about one version; comparing needs the first.
    version: (await aVersion(owner, study.study.id, { by })).id,
    export: (await anExport(owner, study.study.id, { by: study.lead.membershipId })).id,
    disclosure: (await aDisclosure(owner, study.study.id, { by: study.lead.membershipId, confirmed: true })).id,
    projectExport: (await aProjectExport(owner, study.study.id, { by: study.lead.membershipId, number })).id,
    import: administrator ? (await aProjectImport(owner, { personId: administrator.id })).id : newId(),
    query: (await aSavedQuery(owner, study.study.id, { by, themeId: theme.id })).id,
    summary: summary.id,
    publication: summary.publicationId,
    member: study.colleague.membershipId,
    invitation: (await anInvitation(owner, study.study.id, { by: study.lead.membershipId })).id,
    person: study.colleague.id,
    token: newId(),
  };
}

/** The path with its parameters filled in. Throws when `ids` lacks one: a new noun needs its row above. */
export function fill(path: string, ids: Ids): string {
  const query = path.endsWith('/comparison') ? '?from=1&to=1' : '';
  return path.concat(query).replaceAll(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`the test knows no :${name}; add it to oneOfEach()`);
    return id;
  });
}

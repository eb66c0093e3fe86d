import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { mayLookUp } from '../identities/identity-service.ts';
import { findPeopleKnownTo } from '../identities/known-people-service.ts';
import { marksIn } from '../identifiers/marks.ts';
import { type Attachment, listAttachments } from '../notes/attachments/attachment-queries.ts';
import { type Deidentification, findDeidentification } from '../notes/deidentification/state-queries.ts';
import { KEPT } from '../notes/deidentification/state.ts';
import { findDraft } from '../notes/drafts/draft-queries.ts';
import { findAgencyOfNote } from '../notes/identifiers/identifier-queries.ts';
import { findNote, findNoteVisit } from '../notes/note-queries.ts';
import { NotFoundError } from '../shared/errors.ts';
import { type Finding, findingsIn } from './findings.ts';

/** A note as it is gone through: its newest text, what was found there, and how far it has come. */
export type ReadNote = {
  id: string;
  revision: number;
  title: string;
  body: string;
  savedBy: string;
  agency: string;
  state: Deidentification;
  findings: Finding[];
  /** Whether names were looked for: they are not for those who may not know them. */
  knowsNames: boolean;
  hasDraft: boolean;
  files: (Attachment & { isTelling: boolean })[];
};

/** NotFoundError where there is no such note, nothing is saved in it, or the reader may not read its text. */
export async function readForDeidentification(db: Db, actor: Actor, noteId: string): Promise<ReadNote> {
  const found = await inStudy(db, actor, async (trx) => {
    const note = await findNote(trx, noteId);
    const visit = note && (await findNoteVisit(trx, note.visitId));
    const agencyId = await findAgencyOfNote(trx, noteId);
    const state = await findDeidentification(trx, noteId);
    if (!note || !visit || !state || agencyId === undefined) throw new NotFoundError();
    if (note.latestRevision === 0)
      throw new NotFoundError('Nothing has been saved in this note yet, so there is nothing to de-identify.');
    if (note.title === null || note.body === null) throw new NotFoundError(KEPT);
    const draft = await findDraft(trx, { noteId, membershipId: actor.membershipId });
    return {
      note: { ...note, title: note.title, body: note.body },
      visit,
      agencyId,
      state,
      people: await findPeopleKnownTo(trx, actor),
      knowsNames: await mayLookUp(trx, actor, agencyId),
      hasDraft: draft !== undefined && !draft.discarded,
      attachments: (await listAttachments(trx, noteId)).filter(({ removedAt }) => removedAt === null),
    };
  });
  // Outside the transaction: reading a long text takes longer than asking for the names.
  const { note, visit, agencyId, people } = found;
  const visitYear = visit.startsAt.getUTCFullYear();
  return {
    id: note.id,
    revision: note.latestRevision,
    title: note.title,
    body: note.body,
    savedBy: note.savedBy ?? '',
    agency: visit.agencyName,
    state: found.state,
    findings: findingsIn({ title: note.title, body: note.body }, people, { agencyId, visitYear }),
    knowsNames: found.knowsNames,
    hasDraft: found.hasDraft,
    files: found.attachments.map((file) => ({ ...file, isTelling: isTelling(file.fileName, people) })),
  };
}

// Names are joined by underlines in file names, and followed by figures.
function isTelling(fileName: string, people: Parameters<typeof marksIn>[1]): boolean {
  return marksIn(fileName.replaceAll(/[_.]|\d+/g, ' '), people).some(({ kind }) => kind === 'known' || kind === 'name');
}

import path from 'node:path';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { TITLE_LIMIT } from '../notes/note-text.ts';
import { ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { toLocalTime } from '../shared/dates.ts';
import { sliceCodePoints } from '../shared/text.ts';
import { type Attributes, attributesFor } from './attributes.ts';
import { listDocuments, listVisitsToChoose, updateDocument } from './document-queries.ts';
import type { ListedDocument } from './note-import.ts';
import { findNoteImportForUpdate } from './note-import-queries.ts';
import { type Candidate, matchVisit, readPattern, wantedByName, wantedByPattern } from './visit-matching.ts';

/** Finds the visits of documents that have just been read: by the tables that came with them, else by their names. */
export async function matchArrived(
  trx: Transaction,
  actor: Actor,
  importId: string,
  table: readonly Attributes[],
): Promise<void> {
  const candidates = await listCandidates(trx, actor);
  for (const document of await listReadable(trx, importId)) {
    const line = attributesFor(table, document);
    if (line) await useLine(trx, importId, document, line, candidates);
    else {
      const wanted = wantedByName(document.fileName, document.folder, candidates);
      if (wanted) await updateDocument(trx, importId, document.id, matchVisit(wanted, candidates));
    }
  }
}

async function useLine(
  trx: Transaction,
  importId: string,
  document: ListedDocument,
  line: Attributes,
  candidates: readonly Candidate[],
): Promise<void> {
  const title = line.title === undefined ? {} : { title: sliceCodePoints(line.title, 0, TITLE_LIMIT) };
  const named = candidates.find(({ id }) => id === line.visitId?.toLowerCase());
  const match =
    line.wrong !== undefined
      ? { visitId: null, hint: line.wrong }
      : named
        ? { visitId: named.id, hint: null }
        : Object.keys(line.wanted).length === 0
          ? {}
          : matchVisit(line.wanted, candidates);
  await updateDocument(trx, importId, document.id, { ...title, ...match });
}

/** Finds the visits of all documents of an import by a pattern of their names; how many have one now. */
export function matchByPattern(db: Db, actor: Actor, importId: string, pattern: string): Promise<number> {
  const read = readPattern(pattern);
  if ('wrong' in read) throw new FieldError('pattern', read.wrong);
  return inStudy(db, actor, async (trx) => {
    const found = await findNoteImportForUpdate(trx, importId);
    if (!found) throw new NotFoundError();
    if (found.state !== 'ready') throw new ConflictError('This import was confirmed or thrown away in the meantime.');
    const candidates = await listCandidates(trx, actor);
    let matched = 0;
    for (const document of await listReadable(trx, importId)) {
      const { name } = path.posix.parse(document.fileName);
      const wanted = wantedByPattern(read, pattern.includes('/') ? `${document.folder}/${name}` : name);
      if (!wanted) {
        const hint = 'Its name does not fit the pattern.';
        if (document.visitId === null) await updateDocument(trx, importId, document.id, { hint });
        continue;
      }
      const { title, ...visit } = wanted;
      const match = matchVisit(visit, candidates);
      if (match.visitId !== null) matched += 1;
      await updateDocument(trx, importId, document.id, { ...match, ...(title !== undefined && { title }) });
    }
    return matched;
  });
}

async function listReadable(trx: Transaction, importId: string): Promise<ListedDocument[]> {
  return (await listDocuments(trx, importId)).filter(({ refusal }) => refusal === null);
}

async function listCandidates(trx: Transaction, { timeZone }: Actor): Promise<Candidate[]> {
  const visits = await listVisitsToChoose(trx);
  return visits.map(({ startsAt, ...visit }) => {
    const [date = '', time = ''] = toLocalTime(startsAt, timeZone).split('T');
    return { ...visit, date, time };
  });
}

import { addNamedPersons } from '../../accounts/named-person-service.ts';
import { recordAccountEvent } from '../../audit/event-service.ts';
import { asAccount, type Db, type Transaction } from '../../database/connection.ts';
import { foundStudy } from '../../studies/study-service.ts';
import type { ThreadMeans } from '../../web/threads.ts';
import { carriersOf } from '../refi/carriers.ts';
import { type Element, element, normaliseGuid } from '../refi/element.ts';
import { findProfile, type SourceText } from '../refi/profile.ts';
import { isOurs } from '../refi/program.ts';
import { createRemarks, Refusal, type Remark } from '../refi/refusal.ts';
import { isOwnVariable } from '../refi/own-variables.ts';
import { attachedSources, endsOf, isAttaching, isBareFile, putAttachment } from './attachment-rows.ts';
import { putAgencies } from './case-rows.ts';
import { type FileStore, openFileStore } from './file-store-service.ts';
import { createInto } from './import-into.ts';
import { findFounder, insertRows, setLoadedStudy } from './import-queries.ts';
import type { Into, Row } from './into.ts';
import { putComments, putMemo } from './memo-rows.ts';
import type { Preview } from './preview-service.ts';
import {
  findInternal,
  openProjectFile,
  type ProjectFile,
  readText,
  readUnits,
  withWordsOfAreas,
} from './project-file-service.ts';
import { updateProjectImport } from './project-import-queries.ts';
import { createRowBuffer, type Lot } from './rows.ts';
import { putSource } from './source-rows.ts';
import { isCoded, linkedNotes, referencesOf, type Survey } from './survey.ts';
import { putThemes } from './theme-rows.ts';

export type ImportOrder = {
  importId: string;
  person: { id: string; name: string };
  file: string;
  fileName: string;
  sha256: string;
  byteLength: number;
  studyId: string;
  studyName: string;
  /** Of the profiles that were open, the one that somebody chose; otherwise the preview's. */
  profileKey: string;
  uploadsFolder: string;
  limit: number;
};

/** What came of it: how many there are in the study now, beside what the file has. */
export type ImportReport = {
  origin: string;
  counts: Preview['counts'];
  made: Record<string, number>;
  profile: Preview['profile'];
  remarks: Remark[];
};

const LONGEST_MS = 30 * 60 * 1000;

/**
 * Makes a study of a project in one transaction, with the person as its lead: all of it, or nothing. Files that were written
 * are removed again when it fails. `previewed` is what previewProject() said of the same file.
 */
export async function importProject(
  db: Db,
  order: ImportOrder,
  previewed: { preview: Preview; survey: Survey },
  progress: (sentence: string) => Promise<void>,
  { claim, committing }: Partial<Pick<ThreadMeans, 'claim' | 'committing'>> = {},
): Promise<ImportReport> {
  const opened = await openProjectFile(order.file, order.limit);
  const store = openFileStore(order.uploadsFolder, claim);
  try {
    return await asAccount(db, { personId: order.person.id }, async (trx) => {
      const report = await fill(trx, order, previewed, { opened, store, progress });
      // In the same transaction, so that an import is done exactly when its study is there.
      await updateProjectImport(trx, order.importId, ['importing'], {
        state: 'done',
        progress: '',
        founded: order.studyId,
      });
      committing?.();
      return report;
    });
  } catch (error) {
    await store.removeAll();
    throw error;
  } finally {
    opened.close();
  }
}

type Means = { opened: ProjectFile; store: FileStore; progress: (sentence: string) => Promise<void> };

async function fill(
  trx: Transaction,
  order: ImportOrder,
  { preview, survey }: { preview: Preview; survey: Survey },
  { opened, store, progress }: Means,
): Promise<ImportReport> {
  if (!(await foundStudy(trx, order.person, { id: order.studyId, name: order.studyName, rawNotesReadBy: 'team' })))
    throw new Refusal('This file was imported a moment ago from the same page. Its study is in your list of studies.');
  await setLoadedStudy(trx, order.studyId);
  const by = await findFounder(trx, order.studyId, order.person.id);
  const remarks = createRemarks();
  const buffer = createRowBuffer();
  const made: Record<string, number> = {};
  const load = async (lot: Lot): Promise<void> => {
    await addNamedPersons(trx, lot.people as { id: string; name: string }[]);
    await insertRows(trx, lot);
    for (const [table, count] of Object.entries(lot.counts)) made[table] = (made[table] ?? 0) + count;
  };
  // The database takes one lot in while the next is read; no more than two are in memory.
  let loading: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    const lot = buffer.take();
    await loading;
    loading = load(lot);
    // Looked at by the next flush, or at the end.
    loading.catch(() => {});
  };
  const into = createInto({
    studyId: order.studyId,
    by,
    at: new Date(),
    remarks,
    profile: findProfile(order.profileKey)!,
    survey,
    put: (table: string, row: Row) => buffer.put(table, row),
  });
  const isOwn = isOurs(survey.origin);
  const project = element('Project', survey.attributes, survey.direct);
  const creatingUser = userListed(survey, survey.attributes.creatingUserGUID);
  const maker = element('Project', { ...survey.attributes, creatingUser });
  const children = putComments(into, maker, survey.direct, { subject: {}, at: into.at });
  into.keep('Project', { element: { ...project, children }, held: { name: order.studyName } });
  putThemes(into, survey.codes, { isOwn });
  into.defaultAgency = putAgencies(into, survey.cases, survey.coded).defaultAgency;
  for (const target of referencesOf(survey.direct)) into.subjects.set(target, {});
  await flush();

  const notes: Element[] = [];
  const attached = attachedSources(survey);
  const [files, fileLinks]: [Element[], Element[]] = [[], []];
  const until = Date.now() + LONGEST_MS;
  let sources = 0;
  for await (const read of readUnits(opened, remarks)) {
    if (read.head) continue;
    const { unit } = read;
    if (attached.has(normaliseGuid(unit.attributes.guid ?? '')) && isBareFile(unit)) files.push(unit);
    else if (isAttaching(unit)) fileLinks.push(unit);
    else if (unit.name.endsWith('Source')) {
      await takeSource(into, unit, opened, store);
      sources += 1;
      if (sources % 200 === 0)
        await progress(`${sources.toLocaleString('en-GB')} of ${preview.name === '' ? 'the' : 'its'} sources imported`);
    } else if (unit.name === 'Note') notes.push(unit);
    else keepAside(into, unit);
    if (buffer.isFull()) await flush();
    if (Date.now() > until)
      throw new Refusal('The import took longer than half an hour, and was stopped. Nothing of it was kept.');
  }
  const kept = new Set<string>();
  for (const unit of files) {
    const guid = normaliseGuid(unit.attributes.guid ?? '');
    if (await takeFile(into, unit, into.noteOfElement.get(attached.get(guid)!), { opened, store })) kept.add(guid);
    else await takeSource(into, unit, opened, store);
    if (buffer.isFull()) await flush();
  }
  for (const link of fileLinks) if (!kept.has(endsOf(link).target)) keepAside(into, link);
  const links = linkedNotes(survey);
  for (const note of notes) {
    if (isCoded(note)) await takeSource(into, note, opened, store);
    else {
      const guid = normaliseGuid(note.attributes.guid ?? '');
      subjectByLink(into, guid, links.get(guid));
      putMemo(into, note, (await readText(opened, note, remarks))?.text);
    }
    if (buffer.isFull()) await flush();
  }
  await progress('Finishing');
  await flush();
  await loading;
  const report: ImportReport = {
    origin: survey.origin,
    counts: preview.counts,
    made,
    profile: profileTaken(preview.profile, order.profileKey),
    remarks: remarks.list(),
  };
  buffer.put('import_reports', {
    id: order.importId,
    study_id: order.studyId,
    file_name: order.fileName,
    sha256: order.sha256,
    byte_length: order.byteLength,
    report,
    imported_by: by,
    imported_at: into.at,
  });
  await insertRows(trx, buffer.take());
  await recordAccountEvent(trx, order.person.id, {
    kind: 'study.imported',
    studyId: order.studyId,
    subjectId: order.studyId,
    after: { sha256: order.sha256, byteLength: order.byteLength, made },
  });
  return report;
}

// NVivo for Windows names somebody as the maker of a project whom its list of users does not have.
function userListed({ users }: Survey, guid: string | undefined): string | undefined {
  const wanted = normaliseGuid(guid ?? '');
  return users.some(({ attributes }) => normaliseGuid(attributes.guid ?? '') === wanted) ? guid : undefined;
}

function profileTaken(previewed: Preview['profile'], key: string): Preview['profile'] {
  const chosen = previewed.open.find((one) => one.key === key);
  const reason = 'Several ways of counting fit equally well; this one was chosen before the import.';
  return chosen ? { ...previewed, key, words: chosen.words, reason } : previewed;
}

async function takeSource(into: Into, given: Element, opened: ProjectFile, store: FileStore): Promise<void> {
  const unit = await withWordsOfAreas(opened, given, into.remarks);
  const texts = new Map<Element, SourceText>();
  for (const carrier of carriersOf(unit)) {
    const text = await readText(opened, carrier, into.remarks);
    if (text) texts.set(carrier, text);
  }
  const files = await store.keepFilesOf(opened, unit, into.remarks);
  putSource(into, { unit, texts, files });
}

/** Keeps a file with its note again. False where the note, or the file, is not there. */
async function takeFile(
  into: Into,
  unit: Element,
  noteId: string | undefined,
  { opened, store }: Pick<Means, 'opened' | 'store'>,
): Promise<boolean> {
  const name = findInternal(opened.archive, unit.attributes.path ?? '');
  const entry = name === undefined ? undefined : opened.archive?.files.get(name);
  if (noteId === undefined || !entry || entry.uncompressedSize === 0) return false;
  const pieces = opened.archive!.read(entry);
  putAttachment(into, unit, await store.keep(pieces, unit.attributes.name?.trim() || name!), noteId);
  return true;
}

const ASIDE: Record<string, string> = {
  Set: 'Sets have no place here; they are kept for the next export.',
  Graph: 'Graphs have no place here; they are kept for the next export.',
  Link: 'Links have no place here; they are kept for the next export. What they say of memos is followed.',
  Variable: 'Variables have no place here; they are kept for the next export.',
};
const IN_TABLES = new Set(['User', 'Code', 'Case', 'Description', 'NoteRef']);

function keepAside(into: Into, unit: Element): void {
  if (IN_TABLES.has(unit.name)) return;
  if (unit.name === 'Variable' && isOwnVariable(unit.attributes.guid ?? '')) return;
  const guid = normaliseGuid(unit.attributes.guid ?? '');
  into.remarks.add(
    'kept',
    ASIDE[unit.name] ?? `${unit.name} is not known here; it is kept aside.`,
    unit.attributes.name ?? guid,
  );
  const kept =
    guid === ''
      ? unit
      : element(unit.name, { ...unit.attributes, guid: into.uniqueGuid(guid) }, unit.children, unit.text);
  into.keep(ASIDE[unit.name] ? unit.name : 'Other', { element: kept }, { guid });
}

// A link says what a memo is about where no reference does: a source, a passage, a code.
function subjectByLink(into: Into, note: string, target: string | undefined): void {
  if (target === undefined || into.subjects.has(note)) return;
  const themeId = into.themes.get(target);
  if (themeId !== undefined) into.subjects.set(note, { theme_id: themeId });
  else {
    const noteId = into.noteOfElement.get(target);
    const subject = noteId === undefined ? into.subjectOfPassage.get(target) : { note_id: noteId };
    if (subject) into.subjects.set(note, subject);
  }
}

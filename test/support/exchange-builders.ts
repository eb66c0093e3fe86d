import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { sha256 } from './builders.ts';

/** What an import leaves in a study: its report, the element that a note came from, and the bytes of its text. */
export async function anImport(
  owner: Knex,
  studyId: string,
  given: { by: string; noteId: string },
): Promise<{ id: string }> {
  const id = newId();
  await owner('import_reports').insert({
    id,
    study_id: studyId,
    file_name: 'project.qdpx',
    sha256: sha256(id),
    byte_length: 10,
    report: JSON.stringify({
      origin: 'Another program',
      counts: { texts: 1 },
      made: { notes: 1 },
      profile: { key: '', words: 'every character counts as one', fits: 1, of: 1, reason: 'It fits.', open: [] },
      remarks: [{ kind: 'kept', sentence: 'Sets are kept.', where: ['A set'], count: 1 }],
    }),
    imported_by: given.by,
  });
  await owner('exchange_sources').insert({ note_id: given.noteId, study_id: studyId, raw: Buffer.from('\ufeffWords') });
  await owner('exchange_origins').insert({
    study_id: studyId,
    kind: 'Set',
    position: 0,
    guid: id,
    content: JSON.stringify({
      element: { name: 'Set', attributes: { guid: id, name: 'A set' }, children: [], text: '' },
    }),
  });
  return { id };
}

/** The record of an export of a whole study; there is no file of it unless the test makes one. */
export async function aProjectExport(
  owner: Knex,
  studyId: string,
  given: { by: string } & Partial<{ format: string; number: number }>,
): Promise<{ id: string }> {
  const id = newId();
  await owner('project_exports').insert({
    id,
    study_id: studyId,
    number: given.number ?? 1,
    format: given.format ?? 'qdpx',
    requested_by: given.by,
    state: 'failed',
    failure: 'It was interrupted.',
  });
  return { id };
}

/** A file that an administrator has sent and not yet imported. */
export async function aProjectImport(owner: Knex, given: { personId: string }): Promise<{ id: string }> {
  const id = newId();
  await owner('project_imports').insert({
    id,
    person_id: given.personId,
    file_name: 'project.qdpx',
    stored_name: `${id}.import`,
    byte_length: 10,
    sha256: sha256(id),
    state: 'failed',
    failure: 'It was interrupted.',
  });
  return { id };
}

/** The record that a study was restored from an archive of another installation. */
export async function aRestoring(owner: Knex, studyId: string): Promise<void> {
  await owner('restored_studies').insert({
    study_id: studyId,
    sha256: sha256(studyId),
    origin: JSON.stringify({ installation: 'https://elsewhere.example', before: [] }),
    links: 0,
    restored_by: newId(),
  });
}

import type { Knex } from 'knex';
import { newId } from '../../server/shared/ids.ts';
import { sha256 } from './builders.ts';

/** Documents that wait to become notes: one, with the file that is kept of it. */
export async function aNoteImport(
  owner: Knex,
  studyId: string,
  given: { by: string },
): Promise<{ id: string; documentId: string }> {
  const [id, documentId] = [newId(), newId()];
  await owner('note_imports').insert({ id, study_id: studyId, started_by: given.by, state: 'ready' });
  const of = { study_id: studyId, started_by: given.by, byte_length: 10, sha256: sha256(id) };
  await owner('note_import_documents').insert({
    ...of,
    id: documentId,
    import_id: id,
    position: 0,
    file_name: 'visit.txt',
    text_sha256: sha256(documentId),
    kind: 'text',
    title: 'visit',
    body: 'ON: Words.',
    paragraphs: 1,
    words: 2,
  });
  await owner('note_import_files').insert({
    ...of,
    id: newId(),
    document_id: documentId,
    position: 0,
    file_name: 'visit.txt',
    media_type: 'text/plain; charset=utf-8',
    stored_name: `${newId()}.txt`,
  });
  return { id, documentId };
}

/** A codebook of another program that waits to be compared: one new theme. */
export async function aCodebookImport(owner: Knex, studyId: string, given: { by: string }): Promise<{ id: string }> {
  const id = newId();
  const theme = {
    key: 'line 2',
    guid: null,
    parentKey: null,
    parentPath: null,
    name: `From elsewhere ${id.slice(-4)}`,
    definition: 'Words of another team',
    whenToUse: null,
    whenNotToUse: null,
    example: null,
    colour: null,
  };
  await owner('codebook_imports').insert({
    id,
    study_id: studyId,
    started_by: given.by,
    file_name: 'themes.csv',
    sha256: sha256(id),
    themes: JSON.stringify([theme]),
  });
  return { id };
}

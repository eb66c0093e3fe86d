import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aNote, sha256 } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { binaryPartsOf, zipped } from './archive-support.ts';
import { exportStudy, importFile } from './support.ts';

const t = useTestApp();

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const WAV = Buffer.concat([Buffer.from('RIFF'), Buffer.from([40, 0, 0, 0]), Buffer.from('WAVEfmt '), Buffer.alloc(32)]);

async function attach(studyId: string, noteId: string, by: string, given: [name: string, type: string, bytes: Buffer]) {
  const [name, type, bytes] = given;
  const storedName = `${newId()}.bin`;
  await writeFile(path.join(t.config.uploadsFolder, storedName), bytes);
  await t.owner('attachments').insert({
    id: newId(),
    study_id: studyId,
    note_id: noteId,
    file_name: name,
    media_type: type,
    byte_length: bytes.length,
    sha256: sha256(bytes),
    stored_name: storedName,
    uploaded_by: by,
    uploaded_at: new Date('1968-05-13T09:00:00Z'),
  });
}

const FILES: [string, string, Buffer][] = [
  ['plan of the café.jpeg.png', 'image/png', PNG],
  ['leaflet.pdf', 'application/pdf', PDF],
  ['talk.wav', 'audio/wav', WAV],
];

test('files are kept with their notes again · when a study comes back', async () => {
  const { study, visit, researcher, colleague } = await aFullStudy(t.owner);
  const by = researcher.membershipId;
  const first = await aNote(t.owner, study.id, { visitId: visit.id, by, title: 'First', body: 'ON: One.' });
  const second = await aNote(t.owner, study.id, { visitId: visit.id, by, title: 'Second', body: 'ON: Two.' });
  await attach(study.id, first.id, by, FILES[0]!);
  for (const file of FILES.slice(1)) await attach(study.id, second.id, colleague.membershipId, file);

  const exported = await exportStudy(t, study.id);
  const { studyId } = await importFile(t, exported.file);
  const found = await t
    .owner('attachments')
    .join('note_revisions', 'note_revisions.note_id', 'attachments.note_id')
    .join('memberships', 'memberships.id', 'attachments.uploaded_by')
    .where('attachments.study_id', studyId)
    .orderBy('file_name')
    .select('title', 'file_name', 'media_type', 'attachments.sha256', 'name', 'uploaded_at', 'stored_name');
  expect(found).toEqual(
    [FILES[1]!, FILES[0]!, FILES[2]!].map(([name, type, bytes]) => ({
      title: name.startsWith('plan') ? 'First' : 'Second',
      file_name: name,
      media_type: type,
      sha256: sha256(bytes),
      name: name.startsWith('plan') ? researcher.name : colleague.name,
      uploaded_at: new Date('1968-05-13T09:00:00Z'),
      stored_name: expect.any(String),
    })),
  );
  expect(await readFile(path.join(t.config.uploadsFolder, found[1]!.stored_name))).toEqual(PNG);
  expect(await t.owner('notes').where({ study_id: studyId }).pluck('id')).toHaveLength(2);
  expect((await exportStudy(t, studyId)).sha256).toBe(exported.sha256);
});

test('a file is a note of its own · when nothing says which note it is kept with, or two texts do', async () => {
  const { study, visit, researcher } = await aFullStudy(t.owner);
  const by = researcher.membershipId;
  const notes = [];
  for (const title of ['First', 'Second'])
    notes.push(await aNote(t.owner, study.id, { visitId: visit.id, by, title, body: 'ON: One.' }));
  await attach(study.id, notes[0]!.id, by, FILES[0]!);
  const { file } = await exportStudy(t, study.id);
  const parts = await binaryPartsOf(file);
  const project = parts['project.qde']!.toString('utf8');
  const link = /<Link [^>]*name="attachment"[^>]*\/>/.exec(project)![0];
  const again = link
    .replace(/guid="[^"]*"/, 'guid="00000000-0000-4000-8000-000000000001"')
    .replace(notes[0]!.id.toUpperCase(), notes[1]!.id.toUpperCase());
  for (const changed of [
    project.replace(/ *<Links>[\s\S]*<\/Links>\n/, ''),
    project.replace(link, `${link}${again}`),
  ]) {
    const made = path.join(t.config.uploadsFolder, `${newId()}.qdpx`);
    await writeFile(made, await zipped({ ...parts, 'project.qde': changed }));
    const { studyId } = await importFile(t, made);
    expect(await t.owner('notes').where({ study_id: studyId }).pluck('id')).toHaveLength(3);
    expect(await t.owner('attachments').where({ study_id: studyId }).pluck('file_name')).toEqual([FILES[0]![0]]);
  }
});

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { checkProject } from '../../server/exchange/export/check-service.ts';
import { createZip } from '../../server/exchange/export/zip-writing.ts';
import { failureSentence } from '../../server/exchange/failure-service.ts';
import { STANDARD } from '../../server/exchange/refi/profile.ts';
import { openArchive } from '../../server/exchange/refi/zip-reading.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, anAttachment, aNote, aParticipant, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { exportStudy, importFile, LIMIT } from './support.ts';

const t = useTestApp();

const BODY = 'ON: Worker 1 made tea 👋🏽.\nON: [Member 4] spoke of her brother.\nTN: Tea as a welcome.';

/** Every byte of text in the file: the project, and each source. */
async function textOf(file: string): Promise<string> {
  const archive = await openArchive(file, { total: LIMIT });
  try {
    const parts = [await archive.readWhole(archive.project, LIMIT)];
    for (const name of archive.files.keys()) parts.push(await archive.readWhole(archive.files.get(name)!, LIMIT));
    return parts.map((part) => part.toString('utf8')).join('\n');
  } finally {
    archive.close();
  }
}

async function aStudy() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Member 4' });
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'Tea', body: BODY });
  const theme = await aTheme(t.owner, cast.study.id, { by });
  const code = (words: string) => {
    const start = Array.from(BODY.slice(0, BODY.indexOf(words))).length;
    return aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, start, end: start + words.length });
  };
  await code('spoke of her brother');
  await code('a welcome');
  return { ...cast, by, person, note };
}

describe('a file of the whole study', () => {
  test('makes unreadable what is withheld, and says so · all else stands where it stood', async () => {
    const s = await aStudy();
    expect(await textOf((await exportStudy(t, s.study.id)).file)).toContain('spoke of her brother');
    await t.owner('participants').where({ id: s.person.id }).update({ consent: 'declined' });
    const { file, remarks } = await exportStudy(t, s.study.id);
    const text = await textOf(file);
    for (const words of ['brother', 'Member 4', 'spoke']) expect([words, text.includes(words)]).toEqual([words, false]);
    expect(text).toContain(`ON: Worker 1 made tea 👋🏽.\n${'░'.repeat(36)}\nTN: Tea as a welcome.`);
    const start = Array.from(BODY.slice(0, BODY.indexOf('a welcome'))).length;
    expect(text).toContain(`startPosition="${start}" endPosition="${start + 9}"`);
    expect(text.match(/<PlainTextSelection/g)).toHaveLength(1);
    expect(remarks.map(({ sentence }) => sentence).join()).toContain('declined or withdrew consent');
    expect(await checkProject(file, STANDARD, LIMIT)).toEqual([]);
  });

  test('leaves out what only author and lead may read, whoever makes it · and has the de-identified text afterwards', async () => {
    const s = await aStudy();
    const { storedName } = await anAttachment(t.owner, s.study.id, { noteId: s.note.id, by: s.by });
    writeFileSync(path.join(t.config.uploadsFolder, storedName), 'bytes');
    await t.owner('memos').insert({
      id: newId(),
      study_id: s.study.id,
      note_id: s.note.id,
      body: 'On the brother.',
      written_by: s.by,
    });
    await t.owner('studies').where({ id: s.study.id }).update({ raw_notes_read_by: 'author' });
    // The lead makes it, and reads everything.
    const kept = await exportStudy(t, s.study.id);
    const text = await textOf(kept.file);
    for (const words of ['brother', 'made tea', 'PictureSource', '<Coding'])
      expect([words, text.includes(words)]).toEqual([words, false]);
    expect(kept.remarks.map(({ sentence }) => sentence).join()).toContain('until they are de-identified');
    expect(await checkProject(kept.file, STANDARD, LIMIT)).toEqual([]);

    await t.owner('note_revisions').insert({
      id: newId(),
      study_id: s.study.id,
      note_id: s.note.id,
      number: 2,
      title: 'Tea',
      body: BODY.replace('her brother', '[a relative]'),
      saved_by: s.by,
      deidentifies: true,
    });
    await t.owner('notes').where({ id: s.note.id }).update({ latest_revision: 2 });
    const { file } = await exportStudy(t, s.study.id);
    const after = await textOf(file);
    expect([after.includes('[a relative]'), after.includes('her brother')]).toEqual([true, false]);
    expect(await checkProject(file, STANDARD, LIMIT)).toEqual([]);
  });

  test('is not handed over any more · when consent is withdrawn after it was made', async () => {
    const s = await aStudy();
    const session = await BrowserSession.as(t.app, s.researcher);
    const list = `${s.study.path}/project-exports`;
    const id = newId();
    await session.post(list, { id, format: 'qdpx' }, list);
    await until(async () => (await session.get(`${list}/${id}/file`)).status === 200);
    await t.owner('participants').where({ id: s.person.id }).update({ consent: 'declined' });
    expect((await session.get(`${list}/${id}/file`)).status).toBe(303);
    expect((await session.get(`${list}/${id}`)).text).toContain('Make it again');
    await session.post(`${list}/${id}/making`, {}, `${list}/${id}`);
    await until(async () => (await session.get(`${list}/${id}`)).text.includes('The study has changed'));
  });
});

const [CODE, SOURCE, SELECTION, CODING, LINK] = ['1', '2', '3', '4', '6'].map(
  (digit) => `00000000-0000-4000-8000-00000000000${digit}`,
);
const PROJECT = `<Project xmlns="urn:QDA-XML:project:1.0" name="Quiet corners" origin="QualCoder">
<CodeBook><Codes><Code guid="${CODE}" name="Welcome" isCodable="true"/></Codes></CodeBook>
<Sources><TextSource guid="${SOURCE}" name="Cafe" plainTextPath="internal://a.txt">
<PlainTextSelection guid="${SELECTION}" name="Sam held the door" startPosition="3" endPosition="20">
<Coding guid="${CODING}"><CodeRef targetGUID="${CODE}"/></Coding></PlainTextSelection>
</TextSource></Sources>
<Links><Link guid="${LINK}" direction="OneWay" originGUID="${SOURCE}" targetGUID="${CODE}"/></Links></Project>`;

async function anImportedStudy() {
  const zip = createZip();
  const files = { 'project.qde': PROJECT, 'sources/a.txt': '\ufeffSo Sam held the door.\r\nIt rained.' };
  for (const [name, text] of Object.entries(files)) zip.add(name, async () => Readable.from([Buffer.from(text)]));
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.output) pieces.push(piece as Buffer);
  const file = path.join(t.config.uploadsFolder, `${newId()}.qdpx`);
  writeFileSync(file, Buffer.concat(pieces));
  expect(readFileSync(file).length).toBeGreaterThan(0);
  return importFile(t, file);
}

describe('a source of another program', () => {
  test('goes out as a note of ours, without the words that came with it · once it is de-identified', async () => {
    const { studyId } = await anImportedStudy();
    expect(await textOf((await exportStudy(t, studyId)).file)).toContain('Sam held the door');
    const note = await t.owner('notes').where({ study_id: studyId }).first();
    const old = await t.owner('note_revisions').where({ note_id: note.id }).first();
    const id = newId();
    await t.owner('note_revisions').insert({
      id,
      study_id: studyId,
      note_id: note.id,
      number: 2,
      title: 'Cafe',
      body: (old.body as string).replace('Sam', '[M]'),
      saved_by: note.author_id,
      deidentifies: true,
    });
    await t.owner('notes').where({ id: note.id }).update({ latest_revision: 2 });
    await t.owner('codings').where({ study_id: studyId }).update({ revision_id: id, quote: '[M] held the door' });
    const { file, counts } = await exportStudy(t, studyId);
    const text = await textOf(file);
    expect([text.includes('[M] held the door'), text.includes('Sam')]).toEqual([true, false]);
    expect(counts).toMatchObject({ TextSource: 1, Coding: 1 });
    expect(await checkProject(file, STANDARD, LIMIT)).toEqual([]);
  });
});

test('an import with a coding on withheld words says what to do, and nothing of the database', () => {
  const error = Object.assign(new Error('insert into codings …: the passage is withheld'), { code: 'CP001' });
  expect(failureSentence(error, () => {})).toMatch(/declined or withdrew consent.+nothing was imported/);
});

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { makeBackup } from '../../server/backup/backup-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { allRows, anEmptyInstallation } from '../backup/an-installation.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, anAttachment, aNote, aParticipant } from '../support/builders.ts';
import { aKey, anIdentity } from '../support/identity-builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const empties: { drop(): Promise<void> }[] = [];
const folders: string[] = [];
afterAll(async () => {
  for (const empty of empties) await empty.drop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const HERS = ['wolfhound', 'Heron 31', 'Zephyrine', 'Oglethorpe'];

async function aBackedUpStudy() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Heron 31' });
  const identity = { participantId: person.id, by, fullName: 'Zephyrine Oglethorpe', otherNames: [] };
  await anIdentity(t.owner, cast.study.id, identity);
  const body = 'ON: [Heron 31] buried the wolfhound.\nON: Zephyrine wept.\nON: It rained.';
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body });
  const bytes = 'a picture of Zephyrine Oglethorpe';
  const attachment = await anAttachment(t.owner, cast.study.id, { noteId: note.id, by });
  await writeFile(path.join(t.config.uploadsFolder, attachment.storedName), bytes);
  const folder = t.config.backupFolder;
  const file = path.join(folder, `${newId()}.backup`);
  const source = { url: t.url, uploadsFolder: t.config.uploadsFolder, key: undefined, productVersion: '9.9.9' };
  return { ...cast, person, note, attachment, folder, file, backUp: () => makeBackup(source, file) };
}

async function erase(s: Awaited<ReturnType<typeof aBackedUpStudy>>): Promise<string> {
  const [asker, second] = [await BrowserSession.as(t.app, s.researcher), await BrowserSession.as(t.app, s.colleague)];
  const id = newId();
  const asked = { id, scope: 'erasure', withdrawnOn: '2011-12-01', attachments: s.attachment.id };
  expect((await asker.post(`${s.study.path}/participants/${s.person.id}/withdrawals`, asked)).status).toBe(303);
  const page = `${s.study.path}/withdrawals/${id}`;
  const digest = (await second.page(page))('input[name="digest"]').attr('value') ?? '';
  expect((await second.post(`${page}/confirmation`, { digest, pseudonym: 'Heron 31' })).status).toBe(303);
  return (await second.get(page)).text;
}

test('a backup from before an erasure brings none of it back · when it is restored with the command', async () => {
  const s = await aBackedUpStudy();
  await mkdir(s.folder, { recursive: true });
  await s.backUp();
  const page = await erase(s);
  expect(page).toContain('What could identify them is erased.');

  // A line without content, written at once.
  const beside = path.join(s.folder, 'erasures.jsonl');
  const lines = (await readFile(beside, 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ participant_id: s.person.id, requested_by: s.researcher.membershipId }),
  ]);
  for (const word of HERS) expect(lines.join('\n')).not.toContain(word);

  const empty = await anEmptyInstallation();
  empties.push(empty);
  const env = {
    DATABASE_URL: empty.url,
    UPLOADS_FOLDER: empty.uploadsFolder,
    IDENTITY_KEY: aKey('tests').toString('base64'),
  };
  const command = new Program({ env, script: 'server/restore-backup.ts', args: [s.file] });
  expect([await command.ended(), command.output]).toEqual([0, expect.stringContaining('1 person was erased again')]);
  const rows = await allRows(empty.url);
  const text = JSON.stringify(rows);
  expect(text).toContain('It rained.');
  for (const word of HERS) expect([word, text.includes(word)]).toEqual([word, false]);
  expect(rows.identities).toEqual([]);
  expect(rows.files_to_remove).toEqual([]);
  // The file came with the backup, and went.
  expect(existsSync(path.join(empty.uploadsFolder, s.attachment.storedName))).toBe(false);
  expect(readdirSync(empty.uploadsFolder).filter((name) => name.includes(s.attachment.storedName))).toEqual([]);
}, 120_000);

test('a restore stops, and says what to do · when the key of a name that has to be erased again is not there', async () => {
  const s = await aBackedUpStudy();
  await mkdir(s.folder, { recursive: true });
  await s.backUp();
  await erase(s);
  const empty = await anEmptyInstallation();
  empties.push(empty);
  const restore = async (key: string, ...more: string[]) => {
    const env = { DATABASE_URL: empty.url, UPLOADS_FOLDER: empty.uploadsFolder, IDENTITY_KEY: key };
    const command = new Program({ env, script: 'server/restore-backup.ts', args: [s.file, ...more] });
    const status = await command.ended();
    return [status, command.output, JSON.stringify((await allRows(empty.url)).note_revisions)] as const;
  };
  const other = aKey('another').toString('base64');

  const [refused, why] = await restore(other);
  expect([refused, why]).toEqual([
    1,
    expect.stringContaining('somebody whose real name it holds was erased on request'),
  ]);
  const start = new Program({ env: { DATABASE_URL: empty.url, UPLOADS_FOLDER: empty.uploadsFolder } });
  expect([await start.ended(), start.output]).toEqual([1, expect.stringContaining('that was not finished')]);

  const [without, said, left] = await restore(other, '--without-names');
  expect([without, said]).toEqual([0, expect.stringContaining('LOOK FOR THEM BY HAND: of one of them')]);
  expect([left.includes('wolfhound'), left.includes('Zephyrine')]).toEqual([false, true]);
}, 120_000);

test('an erasure is done all the same, and says what to do · when the folder of backups cannot be written', async () => {
  const s = await aBackedUpStudy();
  const { backupFolder } = t.config;
  await rm(backupFolder, { recursive: true, force: true });
  // A file where the folder should be.
  await writeFile(backupFolder, '');
  try {
    const page = await erase(s);
    expect(page).toContain('the folder for backups could not be written');
    expect((await t.owner('note_revisions').where({ note_id: s.note.id }).pluck('body')).join()).not.toContain('wolf');
  } finally {
    await rm(backupFolder);
  }
  // The next start of the program makes up for it.
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-backups-'));
  folders.push(folder);
  const program = new Program({
    env: {
      DATABASE_URL: t.url,
      UPLOADS_FOLDER: t.config.uploadsFolder,
      BACKUP_FOLDER: folder,
      IDENTITY_KEY: aKey('tests').toString('base64'),
      SESSION_SECRET: 's'.repeat(32),
    },
  });
  try {
    await program.address();
  } finally {
    await program.stop();
  }
  expect(await readFile(path.join(folder, 'erasures.jsonl'), 'utf8')).toContain(s.person.id);
}, 120_000);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { queryOnce } from '../support/query-once.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let at: string;
let noteId: string;
beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
  noteId = note.id;
  at = `${cast.study.path}/notes/${note.id}`;
});

describe('the disk is full', () => {
  let folder: string;
  let program: Program;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
    // A disk of 2 MB that nobody but this program sees, and that goes away with it.
    program = new Program({
      env: { DATABASE_URL: t.url, DATA_FOLDER: path.join(folder, 'data'), UPLOADS_FOLDER: path.join(folder, 'small') },
      smallDisk: { folder: path.join(folder, 'small'), megabytes: 2 },
    });
    await program.address();
  }, 60_000);
  afterAll(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('a file that does not fit is refused in a sentence and leaves nothing · and what fits is kept before and after', async () => {
    const session = await BrowserSession.as(await program.address(), cast.researcher);
    const token = await session.token();
    const upload = (bytes: number) =>
      session.agent
        .post(`${at}/attachments`)
        .set('Accept', 'application/json')
        .set('x-csrf-token', token)
        .field('_csrf', token)
        .field('id', newId())
        .attach('file', Buffer.alloc(bytes, 'A note. '), 'list.txt');
    expect((await upload(500_000)).status).toBe(201);
    const refused = await upload(3_000_000);
    expect(refused.status).toBe(507);
    expect(refused.body.error).toMatch(/^There is no room left on the server’s disk, so this was not kept/);
    // Nothing of it takes up the room that is left.
    expect((await upload(900_000)).status).toBe(201);
    expect(await t.owner('attachments').where({ note_id: noteId }).pluck('byte_length')).toEqual(['500000', '900000']);
    expect((await session.get(at)).status).toBe(200);
  }, 60_000);

  test('a backup that does not fit is said not to be made and leaves nothing · while the program goes on', async () => {
    const small = path.join(folder, 'backups');
    const env = { DATABASE_URL: t.url, UPLOADS_FOLDER: t.config.uploadsFolder, BACKUP_FOLDER: small };
    await aNote(t.owner, cast.study.id, {
      visitId: cast.visit.id,
      by: cast.researcher.membershipId,
      body: Array.from({ length: 200_000 }, (_, index) => `${Math.sin(index)}`).join(' '),
    });
    const backup = new Program({ env, script: 'server/make-backup.ts', smallDisk: { folder: small, megabytes: 1 } });
    expect(await backup.ended()).toBe(1);
    const [row] = await queryOnce(t.url, 'select failure, file_name from backups order by id desc limit 1');
    expect(row).toEqual({ failure: 'The disk is full.', file_name: null });
    expect((await fetch(`${await program.address()}/ready`)).status).toBe(200);
  }, 60_000);
});

describe('the database’s disk is full', () => {
  test('a save is refused in a sentence, changes nothing, and is kept when sent again once there is room', async () => {
    const session = await BrowserSession.as(t.app, cast.researcher);
    const token = await session.token();
    const id = newId();
    const save = () =>
      session.agent
        .post(`${at}/revisions`)
        .set('Accept', 'application/json')
        .set('x-csrf-token', token)
        .send({ id, title: 'Kept', body: 'Words that must not be lost', base: 1 });
    // What PostgreSQL says when it cannot make a file longer, said at the same place.
    await t.owner.raw(`
      create function no_room() returns trigger language plpgsql as $$
      begin raise exception using errcode = '53100', message = 'could not extend file: No space left on device'; end $$;
      create trigger no_room after insert on note_revisions for each row execute function no_room()`);
    const refused = await save();
    expect(refused.status).toBe(507);
    expect(refused.body.error).toMatch(/^There is no room left on the server’s disk/);
    const page = await session.post(`${at}/revisions`, { id, title: 'Kept', body: 'Words', base: '1' });
    expect([page.status, page.text]).toEqual([507, expect.stringContaining('The disk is full')]);
    expect(page.text).not.toContain('No space left');
    expect(await t.owner('note_revisions').where({ note_id: noteId })).toHaveLength(1);
    expect(await t.owner('events').where({ subject_id: id })).toEqual([]);
    await t.owner.raw('drop function no_room() cascade');
    expect((await save()).status).toBe(200);
    expect(await t.owner('note_revisions').where({ id }).pluck('body')).toEqual(['Words that must not be lost']);
  });
});

import { readdir } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, sha256 } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const t = useTestApp({ UPLOAD_LIMIT_MB: '1', LOG_LEVEL: 'error' });
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let other: Awaited<ReturnType<typeof aFullStudy>>;
let researcher: BrowserSession;
let note: { id: string };
let base: string;

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n');

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  other = await aFullStudy(t.owner);
  researcher = await BrowserSession.as(t.app, cast.researcher);
});
beforeEach(async () => {
  note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
  base = `${cast.study.path}/notes/${note.id}/attachments`;
});

async function upload(
  bytes: Buffer,
  fileName: string,
  { id = newId(), to = base, by = researcher, csrf = true, mediaType = 'application/octet-stream' } = {},
): Promise<Response> {
  const token = csrf ? await by.token('/account') : 'wrong';
  return by.agent
    .post(to)
    .set('Accept', 'text/html')
    .field('_csrf', token)
    .field('id', id)
    .attach('file', bytes, { filename: fileName, contentType: mediaType });
}
const rows = () => t.owner('attachments').where({ note_id: note.id });
const stored = async () => {
  const names = await readdir(t.config.uploadsFolder);
  const coming = await readdir(path.join(t.config.uploadsFolder, 'incoming')).catch(() => []);
  return { kept: names.filter((name) => name !== 'incoming'), coming };
};

describe('POST …/attachments', () => {
  test('keeps the file with its hash under a generated name, and lists it', async () => {
    const answer = await upload(PNG, 'whiteboard.png');
    expect([answer.status, answer.headers.location]).toEqual([303, base]);
    const [row] = await rows();
    expect(row).toMatchObject({
      file_name: 'whiteboard.png',
      media_type: 'image/png',
      byte_length: String(PNG.length),
      sha256: sha256(PNG),
    });
    expect(row.stored_name).toMatch(/^[0-9a-f-]{36}\.png$/);
    expect((await stored()).kept).toContain(row.stored_name);
    const $ = await researcher.page(base);
    expect($('.app-attachments__item img').attr('src')).toBe(`${base}/${row.id}`);
    const [event] = await t.owner('events').where({ subject_id: row.id });
    expect(event).toMatchObject({ kind: 'attachment.added', membership_id: cast.researcher.membershipId });
  });

  test('keeps one file · when the same form is sent twice at once', async () => {
    const id = newId();
    const answers = await Promise.all([upload(PNG, 'a.png', { id }), upload(PNG, 'a.png', { id })]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await rows()).toHaveLength(1);
    await until(async () => (await stored()).coming.length === 0);
  });

  test('answers 409 in words and keeps the first · when another file comes under its id', async () => {
    const id = newId();
    await upload(PNG, 'a.png', { id });
    const answer = await upload(PDF, 'b.pdf', { id });
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('Choose it again and add it')]);
    expect(await rows()).toMatchObject([{ file_name: 'a.png', sha256: sha256(PNG) }]);
    // The form that came back has an id of its own: adding the file again keeps both.
    const fresh = /name="id" value="([0-9a-f-]{36})"/.exec(answer.text)?.[1];
    expect((await upload(PDF, 'b.pdf', { id: fresh })).status).toBe(303);
    expect(await rows()).toHaveLength(2);
    await until(async () => (await stored()).coming.length === 0);
  });

  test.each([
    ['UTF-16', Buffer.from('\ufeffCafé', 'utf16le'), 'text/plain; charset=utf-16'],
    ['Windows-1252', Buffer.from('Caf\xe9 and more', 'latin1'), 'text/plain; charset=windows-1252'],
  ])('gives a text in %s back byte for byte', async (_encoding, bytes, mediaType) => {
    expect((await upload(bytes, 'Notes.txt')).status).toBe(303);
    const [row] = await rows();
    const answer = await researcher.agent
      .get(`${base}/${row.id}`)
      .buffer(true)
      .parse((response, done) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part)).on('end', () => done(null, Buffer.concat(parts)));
      });
    expect(answer.headers).toMatchObject({
      'content-type': mediaType,
      'content-disposition': expect.stringMatching(/^attachment; filename="?Notes\.txt"?$/),
    });
    expect(answer.body).toEqual(bytes);
  });

  test.each([
    ['calls itself a PDF and is an image', 'plan.pdf', PNG, 'plan.pdf.png', 'image/png'],
    ['has the path ../../x', '../../x', PDF, 'x.pdf', 'application/pdf'],
    [
      'has a name of Windows',
      'C:\\fakepath\\Notes.txt',
      Buffer.from('Café 👋🏽'),
      'Notes.txt',
      'text/plain; charset=utf-8',
    ],
    ['is called by a name with script', '<script>alert(1)</script>.pdf', PDF, 'script>.pdf', 'application/pdf'],
    ['is HTML', 'page.html', Buffer.from('<script>alert(1)</script>'), 'page.html.txt', 'text/plain; charset=utf-8'],
  ])('names and types the file by its content · when it %s', async (_what, name, bytes, listed, mediaType) => {
    expect((await upload(bytes, name, { mediaType: 'application/pdf' })).status).toBe(303);
    expect(await rows()).toMatchObject([{ file_name: listed, media_type: mediaType }]);
  });

  test.each([
    ['is empty', 'x.pdf', Buffer.alloc(0), 'The file is empty'],
    ['is a program', 'photo.jpg', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200, 1)]), 'of no kind that is kept'],
    ['is a ZIP archive', 'notes.docx', Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64'), 'of no kind'],
    ['is larger than the limit', 'x.txt', Buffer.alloc(1024 * 1024 + 1, 'a'), 'The file is larger than 1 MB'],
  ])('answers 422 in words and keeps nothing · when the file %s', async (_what, name, bytes, words) => {
    const answer = await upload(bytes, name);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(await rows()).toEqual([]);
    await until(async () => (await stored()).coming.length === 0);
  });

  test('answers 422 · when no file was chosen', async () => {
    const answer = await researcher.agent
      .post(base)
      .set('Accept', 'text/html')
      .field('_csrf', await researcher.token('/account'))
      .field('id', newId());
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('Choose a file.')]);
  });

  test('keeps a file of exactly the limit', async () => {
    expect((await upload(Buffer.alloc(1024 * 1024, 'a'), 'long.txt')).status).toBe(303);
  });

  test('keeps nothing, not even half a file · when the connection breaks off', async () => {
    const token = await researcher.token('/account');
    const server = createServer(t.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const cookie = researcher.cookies();
    const boundary = 'x-boundary';
    const part = (name: string, value: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const { port } = server.address() as AddressInfo;
    const outgoing = httpRequest({
      port,
      path: base,
      method: 'POST',
      headers: { cookie, 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': 500_000 },
    });
    outgoing.on('error', () => {});
    outgoing.write(
      `${part('_csrf', token)}${part('id', newId())}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="half.txt"\r\n\r\n${'a'.repeat(200_000)}`,
    );
    await until(async () => (await stored()).coming.length > 0);
    outgoing.destroy();
    await until(async () => (await stored()).coming.length === 0);
    expect(await rows()).toEqual([]);
    await new Promise((resolve) => server.close(resolve));
  });

  test('answers 400 in words · when the form is cut off or has no boundary', async () => {
    const part = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nhalf';
    for (const type of ['multipart/form-data; boundary=edge', 'multipart/form-data']) {
      const request = researcher.agent.post(base).set('Accept', 'text/html').set('Content-Type', type);
      const answer = await request.send(part);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('Choose the file again');
    }
  });

  test('answers 403 and keeps nothing · when the CSRF token is wrong', async () => {
    expect((await upload(PNG, 'a.png', { csrf: false })).status).toBe(403);
    expect(await rows()).toEqual([]);
    await until(async () => (await stored()).coming.length === 0);
  });

  test('answers 404 · when the note is another study’s, the id another file’s, or the sender agency staff', async () => {
    const theirs = await aNote(t.owner, other.study.id, { visitId: other.visit.id, by: other.researcher.membershipId });
    expect((await upload(PNG, 'a.png', { to: `${cast.study.path}/notes/${theirs.id}/attachments` })).status).toBe(404);
    const colleague = await BrowserSession.as(t.app, other.researcher);
    const id = newId();
    const there = `${other.study.path}/notes/${theirs.id}/attachments`;
    expect((await upload(PNG, 'a.png', { to: there, by: colleague, id })).status).toBe(303);
    expect((await upload(PNG, 'b.png', { id })).status).toBe(404);
    const staff = await BrowserSession.as(t.app, cast.staff);
    expect((await upload(PNG, 'a.png', { by: staff })).status).toBe(404);
    expect(await rows()).toEqual([]);
  });
});

describe('GET …/attachments/:attachment', () => {
  test('sends the bytes as a download under its listed name', async () => {
    await upload(PNG, 'Café board.png');
    const [row] = await rows();
    const answer = await researcher.get(`${base}/${row.id}`).buffer(true);
    expect(answer.status).toBe(200);
    expect(sha256(answer.body as Buffer)).toBe(sha256(PNG));
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="Caf? board.png"; filename*=UTF-8''Caf%C3%A9%20board.png`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  test('answers 404 · when it was taken off, until it is put back', async () => {
    await upload(PDF, 'a.pdf');
    const [row] = await rows();
    expect((await researcher.post(`${base}/${row.id}/removal`)).status).toBe(303);
    expect((await researcher.get(`${base}/${row.id}`)).status).toBe(404);
    const $ = await researcher.page(base);
    expect($(`form[action="${base}/${row.id}/restoration"]`).length).toBeGreaterThan(0);
    expect((await researcher.post(`${base}/${row.id}/restoration`)).status).toBe(303);
    expect((await researcher.get(`${base}/${row.id}`)).status).toBe(200);
    const kinds = await t.owner('events').where({ subject_id: row.id }).orderBy('id').pluck('kind');
    expect(kinds).toEqual(['attachment.added', 'attachment.removed', 'attachment.restored']);
  });

  test('answers 404 · to agency staff, to another study, and under another note', async () => {
    await upload(PDF, 'a.pdf');
    const [row] = await rows();
    const staff = await BrowserSession.as(t.app, cast.staff);
    const stranger = await BrowserSession.as(t.app, other.lead);
    const elsewhere = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
    expect((await staff.get(`${base}/${row.id}`)).status).toBe(404);
    expect((await stranger.get(`${base}/${row.id}`)).status).toBe(404);
    expect((await stranger.get(`${other.study.path}/notes/${note.id}/attachments/${row.id}`)).status).toBe(404);
    const wrongNote = `${cast.study.path}/notes/${elsewhere.id}/attachments/${row.id}`;
    expect((await researcher.get(wrongNote)).status).toBe(404);
    expect((await researcher.post(`${wrongNote}/removal`)).status).toBe(404);
    expect((await researcher.get(`${base}/not-an-id`)).status).toBe(404);
  });
});

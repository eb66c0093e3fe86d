import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aMember } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

// Its pool has six connections; the product's own has ten.
const t = useTestApp();
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer(t.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('pages and sign-in are answered · while ten people take files of every kind and read none of them', async () => {
  const cast = await aFullStudy(t.owner);
  const { note, themeId } = await anExtract(t.owner, cast, { quote: 'x' });
  // Far more than the sockets between the database and a reader hold.
  await t.owner.raw(
    `insert into codings (id, study_id, note_id, revision_id, theme_id, coder_id, start_position, end_position, quote, paragraph_label)
     select gen_random_uuid(), ?, ?, ?, ?, ?, n, n + 2000, repeat('wordswords', 200), 'ON' from generate_series(1, 8000) n`,
    [cast.study.id, note.id, note.revisionId, themeId, cast.researcher.membershipId],
  );
  const slow: IncomingMessage[] = [];
  const refused: string[] = [];
  for (let one = 0; one < 10; one += 1) {
    const session = await BrowserSession.as(t.app, await aMember(t.owner, cast.study.id, {}));
    const id = newId();
    expect((await session.post(`${cast.study.path}/exports`, { id })).status).toBe(303);
    const path = one % 2 === 0 ? `exports/${id}/file` : `queries/results/file?a=${themeId}`;
    const headers = { cookie: session.cookies() };
    const [answer] = (await once(httpGet({ port, path: `${cast.study.path}/${path}`, headers }), 'response')) as [
      IncomingMessage,
    ];
    if (answer.statusCode === 200) slow.push(answer.pause());
    else {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      refused.push(`${answer.statusCode} ${answer.headers['content-type']} ${answer.headers['content-disposition']}`);
      expect(text).toContain('Several files are being downloaded at this moment. Try again in a minute.');
    }
  }
  expect([slow.length, new Set(refused)]).toEqual([4, new Set(['503 text/html; charset=utf-8 undefined'])]);
  const worker = await BrowserSession.as(t.app, cast.researcher);
  for (const page of ['', '/notes', `/notes/${note.id}/coding`, '/extracts?words=nothing-like-it', '/exports'])
    expect([page, (await worker.get(`${cast.study.path}${page}`)).status]).toEqual([page, 200]);
  expect((await BrowserSession.as(t.app, cast.lead)).cookies()).toContain('fieldnotes');

  for (const answer of slow) answer.destroy();
  // Not one may keep its connection, or its turn.
  const pool = (t.database.db.client as { pool: { numUsed(): number } }).pool;
  await until(() => pool.numUsed() === 0);
  expect((await worker.get(`${cast.study.path}/queries/results/file?a=${themeId}`)).status).toBe(200);
}, 120_000);

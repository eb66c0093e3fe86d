import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Express } from 'express';
import { createApp } from '../../server/app.ts';
import { connect, type Database } from '../../server/database/connection.ts';
import { newId } from '../../server/shared/ids.ts';
import { buildAssets } from '../../server/web/assets.ts';
import { createLog, poolLog } from '../../server/web/log.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { EventListener } from '../support/event-listener.ts';
import { TEST_IDENTITY_KEYS } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { aBreakableConnection, type BreakableConnection } from './a-breakable-connection.ts';

const t = useTestApp();
let way: BreakableConnection;
let database: Database;
let app: Express;
const logged: string[] = [];

beforeAll(async () => {
  way = await aBreakableConnection(t.url);
  database = connect(way.url, {
    connections: 4,
    identityKeys: TEST_IDENTITY_KEYS,
    log: poolLog(createLog('info', { write: (line: string) => void logged.push(line) })),
  });
  app = createApp({ database, config: t.config, log: createLog('silent'), assets: await buildAssets() });
}, 60_000);
afterAll(async () => {
  await database.close();
  await way.close();
});

describe('the database is away and comes back', () => {
  test('pages and saves are refused in a sentence with 503, nothing is half done, and all goes on by itself', async () => {
    const cast = await aFullStudy(t.owner);
    const session = await BrowserSession.as(app, cast.researcher);
    const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
    const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId });
    const at = `${cast.study.path}/notes/${note.id}`;
    const token = await session.token();
    const save = (base: number) =>
      session.agent
        .post(`${at}/revisions`)
        .set('Accept', 'application/json')
        .set('x-csrf-token', token)
        .send({ id: newId(), title: 'Kept', body: `Said ${base}`, base });
    const code = (start: number) =>
      session.agent
        .post(`${at}/codings`)
        .set('Accept', 'application/json')
        .set('x-csrf-token', token)
        .send({ revision: 1, themes: [theme.id], ids: [newId()], start, end: start + 2 });
    expect((await code(0)).status).toBeLessThan(300);

    await way.cut();
    const page = await session.get(at);
    expect([page.status, page.headers['retry-after']]).toEqual([503, '5']);
    expect(page.text).toContain('The database cannot be reached at this moment.');
    expect(page.text).toContain('Try again in a moment');
    for (const answer of [await save(1), await code(3)]) {
      expect(answer.status).toBe(503);
      expect(answer.body.error).toMatch(/^The database cannot be reached at this moment/);
    }
    expect((await session.get('/ready')).status).toBe(503);
    expect((await session.get('/health')).status).toBe(200);
    expect((await session.get('/sign-in')).status).toBe(503);

    await way.mend();
    await until(async () => (await session.get('/ready')).status === 200);
    expect((await session.get(at)).status).toBe(200);
    expect((await save(1)).status).toBe(200);
    const revisions = await t.owner('note_revisions').where({ note_id: note.id }).orderBy('number').pluck('body');
    expect(revisions.slice(1)).toEqual(['Said 1']);
    expect(await t.owner('codings').where({ note_id: note.id })).toHaveLength(1);
  });

  test('what the pools say of it is lines of the log · and nothing is printed beside them', async () => {
    const printed = (['log', 'warn', 'error'] as const).map((how) => jest.spyOn(console, how).mockReturnValue());
    try {
      const ask = () => Promise.all([database.db.raw('select 1'), database.sessionPool.query('select 1')]);
      await ask();
      logged.length = 0;
      await way.cut();
      await until(() => logged.length > 0);
      await expect(ask()).rejects.toThrow();
      await way.mend();
      await until(async () => (await ask().catch(() => undefined)) !== undefined);
      expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
    } finally {
      for (const spy of printed) spy.mockRestore();
    }
    const lines = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatchObject({
        level: 40,
        msg: 'connections to the database',
        says: expect.stringMatching(/^[^\n]*connection[^\n]*$/i),
      });
  });

  test('an open page is told to read anew, and then of each change', async () => {
    const cast = await aFullStudy(t.owner);
    const session = await BrowserSession.as(app, cast.researcher);
    const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
    const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId });
    const token = await session.token();
    const server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const at = `${cast.study.path}/notes/${note.id}`;
    const page = await EventListener.at(`http://127.0.0.1:${port}${at}/live`, session.cookies());
    await page.hears('reread');

    await way.cut();
    await way.mend();
    await page.hears('reread', 2);
    await until(async () => (await session.get('/ready')).status === 200);
    const answer = await session.agent
      .post(`${at}/codings`)
      .set('Accept', 'application/json')
      .set('x-csrf-token', token)
      .send({ revision: 1, themes: [theme.id], ids: [newId()], start: 0, end: 2 });
    expect(answer.status).toBeLessThan(300);
    await page.hears('changed');
    expect(page.ended).toBe(false);
    page.close();
    await new Promise((resolve) => server.close(resolve));
  });
});

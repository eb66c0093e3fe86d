import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import { createApp } from '../../server/app.ts';
import { connect, type Database } from '../../server/database/connection.ts';
import { newId } from '../../server/shared/ids.ts';
import { buildAssets } from '../../server/web/assets.ts';
import { createLog } from '../../server/web/log.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aNote, aPerson } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { EventListener } from '../support/event-listener.ts';
import { TEST_IDENTITY_KEYS } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { aCodedStudy, selecting } from './coded-study.ts';

const t = useTestApp();
const listeners: EventListener[] = [];
let here: Served;
let there: Served & { database: Database };

type Served = { server: Server; origin: string; app: Express };

async function serve(app: Express): Promise<Served> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, app, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

// A second program on the same database, as behind a load balancer.
beforeAll(async () => {
  here = await serve(t.app);
  const database = connect(t.url, { connections: 3, identityKeys: TEST_IDENTITY_KEYS });
  const app = createApp({ database, config: t.config, log: createLog('silent'), assets: await buildAssets() });
  there = { ...(await serve(app)), database };
});

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});

afterAll(async () => {
  for (const served of [here, there]) {
    served?.server.closeAllConnections();
    await new Promise((resolve) => served?.server.close(resolve));
  }
  await there?.database.close();
});

async function listen(at: Served, path: string, session: BrowserSession): Promise<EventListener> {
  const listener = await EventListener.at(`${at.origin}${path}/live`, session.cookies());
  listeners.push(listener);
  // The first word comes once nothing can be missed any more.
  if (listener.answer.statusCode === 200) await listener.hears('reread');
  return listener;
}

/** Ends the connections on which the programs hear each other, as a restart of the database would. */
async function cutHearing(): Promise<number> {
  const { rows } = await t.owner.raw<{ rows: unknown[] }>(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query ~ 'announce_changes|listen fieldnotes'`,
  );
  return rows.length;
}

describe('the stream of a note', () => {
  test('a change through one program · is told to a page of the other, with the ids and who did it', async () => {
    const cast = await aCodedStudy(t);
    const colleague = await BrowserSession.as(there.app, cast.colleague);
    const page = await listen(there, cast.path, colleague);
    expect(page.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const sent = selecting('small courtesy', [cast.theme]);
    expect((await cast.session.json('post', `${cast.path}/codings`, sent)).status).toBe(200);
    const [first] = await page.hears('changed');
    expect(first?.data).toEqual({
      codings: sent.ids,
      themes: [],
      text: false,
    });
    await cast.session.post(`${cast.study.path}/codings/${sent.ids[0]}/removal`);
    const [, second] = await page.hears('changed', 2);
    expect(second?.data.codings).toEqual(sent.ids);
  });

  test('a theme and a new text · are told; another note, a draft, another study · are not', async () => {
    const cast = await aCodedStudy(t);
    const elsewhere = await aCodedStudy(t);
    const other = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
    const page = await listen(here, cast.path, await BrowserSession.as(t.app, cast.colleague));
    const sent = selecting('small courtesy', [elsewhere.theme]);
    expect((await elsewhere.session.json('post', `${elsewhere.path}/codings`, sent)).status).toBe(200);
    const path = `${cast.study.path}/notes/${other.id}`;
    const draft = { base: 1, version: 0, title: 'A title', body: 'Some words' };
    expect((await cast.session.json('put', `${path}/draft`, draft)).status).toBe(200);
    expect((await cast.session.json('put', `${cast.path}/draft`, draft)).status).toBe(200);
    await cast.session.post(`${cast.study.path}/themes/${cast.theme.id}/removal`);
    await page.hears('changed');
    const saved = await cast.session.post(`${cast.path}/revisions`, {
      id: newId(),
      base: '1',
      title: 'Title',
      body: 'New words',
    });
    expect(saved.status).toBe(303);
    await page.hears('changed', 2);
    expect(page.heard.slice(1).map(({ data }) => data)).toEqual([
      { codings: [], themes: [cast.theme.id], text: false },
      { codings: [], themes: [], text: true },
    ]);
  });

  test('sealed codings · are told to their coder alone', async () => {
    const cast = await aCodedStudy(t);
    const coders = [cast.researcher.membershipId, cast.colleague.membershipId];
    await aDoubleCoding(t.owner, cast.study.id, { noteId: cast.note.id, by: cast.lead.membershipId, coders });
    const own = await listen(here, cast.path, cast.session);
    const colleague = await listen(there, cast.path, await BrowserSession.as(there.app, cast.colleague));
    const lead = await listen(here, cast.path, await BrowserSession.as(t.app, cast.lead));
    const sent = selecting('small courtesy', [cast.theme]);
    expect((await cast.session.json('post', `${cast.path}/codings`, sent)).status).toBe(200);
    expect((await own.hears('changed'))[0]?.data.codings).toEqual(sent.ids);
    await cast.session.post(`${cast.study.path}/codings/${sent.ids[0]}/removal`);
    await own.hears('changed', 2);
    // Told after the sealed ones, so that whoever has heard this has heard of nothing before.
    await cast.session.post(`${cast.study.path}/themes/${cast.other.id}/removal`);
    for (const page of [colleague, lead]) {
      const heard = await page.hears('changed');
      expect(heard.map(({ data }) => data.themes)).toEqual([[cast.other.id]]);
    }
  });

  test('the connection to the database lost · pages read anew, and hear again what is told', async () => {
    const cast = await aCodedStudy(t);
    const page = await listen(there, cast.path, await BrowserSession.as(there.app, cast.colleague));
    expect(await cutHearing()).toBeGreaterThan(0);
    await page.hears('reread', 2);
    const sent = selecting('small courtesy', [cast.theme]);
    expect((await cast.session.json('post', `${cast.path}/codings`, sent)).status).toBe(200);
    // Told through the first program's own connection, which was cut too.
    expect((await page.hears('changed'))[0]?.data.codings).toEqual(sent.ids);
  });
});

describe('a stream ends', () => {
  test('when the person signs out', async () => {
    const cast = await aCodedStudy(t);
    const session = await BrowserSession.as(there.app, cast.colleague);
    const page = await listen(there, cast.path, session);
    await session.post('/sign-out');
    await until(() => page.ended);
  });

  test('when the person is disabled, through the other program', async () => {
    const cast = await aCodedStudy(t);
    const administrator = await aPerson(t.owner, { isAdministrator: true });
    const page = await listen(there, cast.path, await BrowserSession.as(there.app, cast.colleague));
    const session = await BrowserSession.as(t.app, administrator);
    expect((await session.post(`/people/${cast.colleague.id}/removal`)).status).toBe(303);
    await until(() => page.ended);
  });

  test('when the membership ends; the colleague’s goes on', async () => {
    const cast = await aCodedStudy(t);
    const lead = await BrowserSession.as(t.app, cast.lead);
    const page = await listen(there, cast.path, await BrowserSession.as(there.app, cast.colleague));
    const stays = await listen(there, cast.path, cast.session);
    const removal = `${cast.study.path}/members/${cast.colleague.membershipId}/removal`;
    expect((await lead.post(removal)).status).toBe(303);
    await until(() => page.ended);
    await cast.session.post(`${cast.study.path}/themes/${cast.other.id}/removal`);
    await stays.hears('changed');
    expect(stays.ended).toBe(false);
  });

  test('a thirteenth of one person · is refused with a sentence, and one closed makes room', async () => {
    const cast = await aCodedStudy(t);
    for (let count = 0; count < 12; count += 1) await listen(here, cast.path, cast.session);
    const refused = await listen(here, cast.path, cast.session);
    expect(refused.answer.statusCode).toBe(429);
    listeners[0]!.close();
    await until(async () => {
      const again = await listen(here, cast.path, cast.session);
      return again.answer.statusCode === 200;
    });
  });
});

import { expect, test } from '@jest/globals';
import { firstLinks } from '../../server/first-start.ts';
import { aPerson } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const ADDRESS = 'http://127.0.0.1:3000';

async function setUpPath(): Promise<string | undefined> {
  const lines = await firstLinks(t.database.db, false, ADDRESS);
  return /^ {2}http:\/\/127\.0\.0\.1:3000(\/set-up\/[A-Za-z0-9_-]{43})$/.exec(lines[1] ?? '')?.[1];
}

test('firstLinks · prints a fresh set-up link at every start, and none any more · once there is somebody', async () => {
  const [forgotten, fresh] = [await setUpPath(), await setUpPath()];
  expect((await new BrowserSession(t.app).get(forgotten!)).status).toBe(410);
  expect((await new BrowserSession(t.app).get(fresh!)).status).toBe(200);
  await aPerson(t.owner);
  expect(await firstLinks(t.database.db, false, ADDRESS)).toEqual([]);
});

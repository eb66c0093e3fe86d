import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const A_DAY_MS = 24 * 60 * 60 * 1000;

describe('the clock is set back', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('ids go on rising, so that what comes later is listed later', () => {
    jest.useFakeTimers({ now: new Date('2011-11-14T20:00:00Z') });
    const before = Array.from({ length: 50 }, newId);
    jest.setSystemTime(new Date('2011-11-14T18:00:00Z'));
    const after = Array.from({ length: 50 }, newId);
    const all = [...before, ...after];
    expect(all.toSorted()).toEqual(all);
    expect(new Set(all).size).toBe(100);
  });

  test('people stay signed in, and nobody is shut out until the clock is there again · after a day ahead', async () => {
    const { researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const stranger = new BrowserSession(t.app);
    const sign = (password: string) =>
      stranger.post('/sign-in', { email: researcher.email, password }, '/sign-in').then(({ status }) => status);
    for (let tries = 0; tries < 11; tries += 1) await sign('wrong password');
    expect(await sign(researcher.password)).toBe(429);
    // What a clock a day ahead would have left behind.
    await t.owner('sign_in_limits').update({ expire: t.owner.raw('expire + ?', [A_DAY_MS]) });
    await t.owner.raw(`update sessions set expire = expire + interval '1 day'`);
    expect(await sign(researcher.password)).toBe(303);
    expect((await session.get('/account')).status).toBe(200);
  });

  test('counting goes on as before · when it is right', async () => {
    const { lead } = await aFullStudy(t.owner);
    const stranger = new BrowserSession(t.app);
    const statuses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1)
      statuses.push((await stranger.post('/sign-in', { email: lead.email, password: 'wrong' }, '/sign-in')).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aPerson } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp({ SESSION_IDLE_MINUTES: '60', SESSION_HOURS: '12' });

const expireOf = async (personId: string): Promise<number> => {
  const { rows } = await t.owner.raw<{ rows: { seconds: string }[] }>(
    `select extract(epoch from expire - now()) as seconds from sessions where sess -> 'passport' ->> 'user' = ?`,
    [personId],
  );
  return Number(rows[0]!.seconds);
};

describe('sessions', () => {
  test('GET /account/sessions · lists where one is signed in, and ends another at once', async () => {
    const person = await aPerson(t.owner);
    const [here, there] = [await BrowserSession.as(t.app, person), await BrowserSession.as(t.app, person)];
    const $ = await here.page('/account/sessions');
    expect($('.app-people__row')).toHaveLength(2);
    expect($('.app-people__row').first().text()).toContain('This one');
    const other = $('.app-people__row').last().find('form').attr('action')!;
    expect((await here.post(other)).status).toBe(303);
    expect((await there.get('/account')).headers.location).toBe('/sign-in');
    expect((await here.get('/account')).status).toBe(200);
    expect((await here.get('/account/sessions')).text).not.toContain('End all but this one');
  });

  test("POST /account/sessions/:session/removal · ends nothing · of somebody else's", async () => {
    const [one, other] = [await aPerson(t.owner), await aPerson(t.owner)];
    const [mine, theirs] = [await BrowserSession.as(t.app, one), await BrowserSession.as(t.app, other)];
    const $ = await theirs.page('/account/sessions');
    await mine.post($('.app-people__row form').attr('action')!);
    expect((await theirs.get('/account')).status).toBe(200);
  });

  test('a session · lasts an hour from its last use and twelve from its beginning, whatever its cookie says', async () => {
    const person = await aPerson(t.owner);
    const session = await BrowserSession.as(t.app, person);
    expect(Math.round((await expireOf(person.id)) / 60)).toBe(60);
    await t.owner.raw(
      `update sessions set sess = jsonb_set(sess::jsonb, '{began}', to_jsonb((extract(epoch from now()) * 1000)::bigint - 42000000))
        where sess -> 'passport' ->> 'user' = ?`,
      [person.id],
    );
    // Eleven hours and forty minutes ago: twenty minutes are left, however busy its person is.
    await session.post('/account/name', { name: 'Another name' });
    await session.get('/account');
    expect(Math.round((await expireOf(person.id)) / 60)).toBe(20);
  });

  test('a request that a page makes by its own clock · keeps no session alive', async () => {
    const person = await aPerson(t.owner);
    const session = await BrowserSession.as(t.app, person);
    await t.owner.raw(
      `update sessions set expire = now() + interval '5 minutes' where sess -> 'passport' ->> 'user' = ?`,
      [person.id],
    );
    const ends = await session.agent
      .get('/account/sessions/ends')
      .set('X-Background', '1')
      .set('Accept', 'application/json');
    expect(ends.body.seconds).toBeGreaterThan(200);
    expect(ends.body.seconds).toBeLessThanOrEqual(300);
    expect(await expireOf(person.id)).toBeLessThanOrEqual(300);
    expect((await session.json('post', '/account/sessions/use', {}, '/account')).status).toBe(204);
  });

  test('what is sent after the session has ended · is shown again after signing in, to the same person', async () => {
    const { study, lead } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, lead);
    const $ = await session.page(`${study.path}/agencies/new`);
    const fields = Object.fromEntries(
      $('main form')
        .first()
        .find('input[type="hidden"]')
        .toArray()
        .map((element) => [$(element).attr('name')!, $(element).attr('value') ?? '']),
    );
    await t.owner.raw(`delete from sessions where sess -> 'passport' ->> 'user' = ?`, [lead.id]);
    const body = { ...fields, name: 'Harbour House', code: 'HH', sector: 'third sector' };
    const send = (site: string) =>
      session.agent
        .post(`${study.path}/agencies`)
        .set('Sec-Fetch-Site', site)
        .set('Accept', 'text/html')
        .type('form')
        .send(body);
    // What another site sends is not kept.
    expect((await send('cross-site')).status).toBe(403);
    expect((await send('same-origin')).headers.location).toBe('/sign-in');
    const answer = await session.post('/sign-in', { email: lead.email, password: lead.password }, '/sign-in');
    expect(answer.headers.location).toBe('/unsent');
    const again = await session.page('/unsent');
    expect(again('.app-unsent').text()).toContain('Harbour House');
    expect(await t.owner('agencies').where({ study_id: study.id, name: 'Harbour House' })).toEqual([]);
    const kept = Object.fromEntries(
      again('main form')
        .first()
        .find('input')
        .toArray()
        .map((element) => [again(element).attr('name')!, again(element).attr('value') ?? '']),
    );
    delete kept._csrf;
    expect((await session.post(again('main form').first().attr('action')!, kept)).status).toBe(303);
    expect(await t.owner('agencies').where({ study_id: study.id, name: 'Harbour House' })).toHaveLength(1);
    expect((await session.get('/unsent')).headers.location).toBe('/');
  });

  test('what is sent by a page older than the session · is shown again · when its owner signed in again in another tab', async () => {
    const { study, lead, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, lead);
    const old = await session.token(`${study.path}/agencies/new`);
    await t.owner.raw(`delete from sessions where sess -> 'passport' ->> 'user' = ?`, [lead.id]);
    await session.post('/sign-in', { email: lead.email, password: lead.password }, '/sign-in');
    const send = (by: string, site: string) =>
      session.agent
        .post(`${study.path}/agencies`)
        .set('Sec-Fetch-Site', site)
        .set('Accept', 'text/html')
        .type('form')
        .send({ _csrf: old, _by: by, id: crypto.randomUUID(), name: 'Mill Lane', code: 'ML', sector: 'third sector' });
    // Neither what another site sends nor what somebody else typed at this browser.
    expect((await send(lead.id, 'cross-site')).status).toBe(403);
    expect((await send(researcher.id, 'same-origin')).status).toBe(403);
    expect((await send(lead.id, 'same-origin')).headers.location).toBe('/unsent');
    expect(await t.owner('agencies').where({ study_id: study.id, name: 'Mill Lane' })).toEqual([]);
    expect((await session.page('/unsent'))('.app-unsent').text()).toContain('Mill Lane');
  });
});

import { describe, expect, test } from '@jest/globals';
import { createSignInLink } from '../../server/accounts/sign-in-link-service.ts';
import { aFullStudy, aPerson, aStudy } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useMailServer } from '../support/mail-server.ts';
import { useTestApp } from '../support/test-app.ts';

const env: Record<string, string> = {};
const mail = useMailServer(env);
const t = useTestApp(env);
const NEW_PASSWORD = 'seven herons over water';

async function signedIn() {
  const person = await aPerson(t.owner);
  return { person, session: await BrowserSession.as(t.app, person) };
}
const kindsOf = (personId: string) =>
  t
    .owner('events')
    .where({ person_id: personId })
    .whereNotIn('kind', ['person.signed-in', 'access.refused'])
    .pluck('kind');

describe('the page', () => {
  test('GET /account · lists the present studies with the role, names as text · and no administration', async () => {
    const { study, researcher } = await aFullStudy(t.owner, { name: '<img src=x onerror=alert(1)>' });
    const left = await aStudy(t.owner, { name: 'A study that was left' });
    await t.owner('memberships').insert({
      id: crypto.randomUUID(),
      study_id: left.id,
      person_id: researcher.id,
      name: 'x',
      role: 'researcher',
      ended_at: new Date(),
    });
    const $ = await (await BrowserSession.as(t.app, researcher)).page('/account');
    const links = $('main .app-own-studies a').toArray();
    expect(links.map((link) => [$(link).attr('href'), $(link).text()])).toEqual([
      [study.path, '<img src=x onerror=alert(1)>'],
    ]);
    expect($('main').text()).toContain('Researcher');
    expect($('main a[href="/people"]')).toHaveLength(0);
  });

  test('GET /account · sends to the sign-in page · without a session', async () => {
    expect((await new BrowserSession(t.app).get('/account')).headers.location).toBe('/sign-in');
  });
});

describe('name and address', () => {
  test('POST /account/name · changes the name everywhere · whatever id or administrator field the form adds', async () => {
    const { study, researcher, colleague } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const smuggled = { id: colleague.id, is_administrator: 'true', isAdministrator: 'true' };
    expect((await session.post('/account/name', { name: '  Ada   Okafor ', ...smuggled })).status).toBe(303);
    expect(await t.owner('people').where({ id: researcher.id }).first('name', 'is_administrator')).toEqual({
      name: 'Ada Okafor',
      is_administrator: false,
    });
    const names = t.owner('memberships').where({ study_id: study.id, name: 'Ada Okafor' });
    expect(await names.pluck('person_id')).toEqual([researcher.id]);
    expect(await kindsOf(researcher.id)).toEqual(['person.renamed']);
  });

  test('POST /account/name · answers 422 and keeps the name · when it is empty', async () => {
    const { person, session } = await signedIn();
    expect((await session.post('/account/name', { name: ' ' })).status).toBe(422);
    expect(await t.owner('people').where({ id: person.id }).pluck('name')).toEqual([person.name]);
  });

  test('POST /account/email · changes the address, tells the old one, and ends links on their way to it', async () => {
    const { person, session } = await signedIn();
    const link = await createSignInLink(t.database.db, '', person.email);
    const fields = { email: 'moved@example.org', 'email-password': person.password };
    expect((await session.post('/account/email', fields)).status).toBe(303);
    await BrowserSession.as(t.app, { email: 'moved@example.org', password: person.password });
    expect((await mail.messageTo(person.email)).subject).toBe('Your e-mail address was changed');
    expect((await new BrowserSession(t.app).get(link)).status).toBe(410);
    expect(JSON.stringify(await t.owner('events').where({ person_id: person.id }))).not.toContain('moved@');
  });

  test('POST /account/email · answers 422 and keeps the address · for a wrong password and for an address that is taken', async () => {
    const { person, session } = await signedIn();
    const other = await aPerson(t.owner);
    for (const [fields, field] of [
      [{ email: 'thief@example.org', 'email-password': 'wrong' }, 'email-password'],
      [{ email: 'thief@example.org' }, 'email-password'],
      [{ email: other.email.toUpperCase(), 'email-password': person.password }, 'email'],
      [{ email: 'no address', 'email-password': person.password }, 'email'],
    ] as const) {
      const answer = await session.post('/account/email', fields as Record<string, string>);
      expect([answer.status, answer.text.includes(`href="#${field}"`)]).toEqual([422, true]);
    }
    expect(await t.owner('people').where({ id: person.id }).pluck('email')).toEqual([person.email]);
  });
});

describe('password', () => {
  test('POST /account/password · sets it, keeps this browser signed in under a new session, and ends the others', async () => {
    const { person, session } = await signedIn();
    const elsewhere = await BrowserSession.as(t.app, person);
    const before: string[] = await t.owner('sessions').pluck('sid');
    const fields = { current: person.password, password: NEW_PASSWORD };
    expect((await session.post('/account/password', fields)).status).toBe(303);
    expect((await session.get('/account')).status).toBe(200);
    expect((await elsewhere.get('/account')).status).toBe(303);
    const mine = t.owner('sessions').whereRaw(`sess -> 'passport' ->> 'user' = ?`, [person.id]);
    const sids: string[] = await mine.pluck('sid');
    expect(sids).toHaveLength(1);
    expect(before).not.toContain(sids[0]);
    await BrowserSession.as(t.app, { email: person.email, password: NEW_PASSWORD });
    expect(await kindsOf(person.id)).toEqual(['password.changed']);
  });

  test('POST /account/password · leaves no way back in · for an old session that a request still running puts back', async () => {
    const { person, session } = await signedIn();
    const elsewhere = await BrowserSession.as(t.app, person);
    const rows = await t.owner('sessions').whereRaw(`sess -> 'passport' ->> 'user' = ?`, [person.id]);
    await session.post('/account/password', { current: person.password, password: NEW_PASSWORD });
    await t.owner('sessions').insert(rows);
    expect((await elsewhere.get('/account')).status).toBe(303);
    expect((await session.get('/account')).status).toBe(200);
  });

  test('POST /account/password · answers 422 and changes nothing · for a wrong present password or a weak new one', async () => {
    const { person, session } = await signedIn();
    for (const [fields, field] of [
      [{ current: 'wrong', password: NEW_PASSWORD }, 'current'],
      [{ current: person.password, password: 'short' }, 'password'],
      [{ current: person.password, password: 'Sunshine 2024!' }, 'password'],
      [{ current: person.password, password: person.email }, 'password'],
    ] as const) {
      const answer = await session.post('/account/password', fields);
      expect([answer.status, answer.text.includes(`href="#${field}"`)]).toEqual([422, true]);
      expect(answer.text).not.toContain(person.password);
    }
    await BrowserSession.as(t.app, person);
  });

  test('POST /account/password · asks to wait · after ten wrong present passwords', async () => {
    const { person, session } = await signedIn();
    for (let time = 0; time < 10; time += 1)
      await session.post('/account/password', { current: `wrong ${time}`, password: NEW_PASSWORD });
    const answer = await session.post('/account/password', { current: person.password, password: NEW_PASSWORD });
    expect([answer.status, answer.text.includes('too many tries')]).toEqual([422, true]);
    await BrowserSession.as(t.app, person);
  });

  test('POST /account/password · gives a first password · to somebody who came by a link', async () => {
    const person = await aPerson(t.owner);
    await t.owner('people').where({ id: person.id }).update({ password_hash: null });
    const link = await createSignInLink(t.database.db, '', person.email);
    const session = new BrowserSession(t.app);
    await session.post(link, {}, link);
    expect((await session.post('/account/password', { password: NEW_PASSWORD })).status).toBe(303);
    await BrowserSession.as(t.app, { email: person.email, password: NEW_PASSWORD });
  });
});

describe('signing out everywhere', () => {
  test('POST /account/sessions/removal · ends every session of this person and of nobody else', async () => {
    const { person, session } = await signedIn();
    const elsewhere = await BrowserSession.as(t.app, person);
    const other = await signedIn();
    expect((await session.post('/account/sessions/removal')).headers.location).toBe('/sign-in');
    expect((await session.get('/account')).status).toBe(303);
    expect((await elsewhere.get('/account')).status).toBe(303);
    expect((await other.session.get('/account')).status).toBe(200);
  });
});

describe('without the CSRF token', () => {
  test.each(['/account/name', '/account/email', '/account/password', '/account/sessions/removal', '/sign-out'])(
    'POST %s · answers 403 and does nothing',
    async (path) => {
      const { person, session } = await signedIn();
      const fields = { name: 'x', email: 'x@example.org', current: person.password, password: NEW_PASSWORD };
      expect((await session.agent.post(path).type('form').send(fields)).status).toBe(403);
      expect((await session.get('/account')).status).toBe(200);
      expect(await kindsOf(person.id)).toEqual([]);
    },
  );
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { newId } from '../../server/shared/ids.ts';
import { postAtOnce } from '../support/at-once.ts';
import { aFullStudy, aMember, aPerson, aStudy, type BuiltMember } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useMailServer } from '../support/mail-server.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const env: Record<string, string> = { PUBLIC_URL: 'http://notes.example.org' };
const mail = useMailServer(env);
const t = useTestApp(env);
const NEW_PASSWORD = 'seven herons over water';

beforeEach(async () => {
  await t.owner('sign_in_limits').delete();
});

function pathIn(message: ParsedMail): string {
  return /http:\/\/notes\.example\.org(\/password-resets\/[A-Za-z0-9_-]{43})\s/.exec(message.text ?? '')![1]!;
}

async function aMailedLink(given: { email?: string } = {}) {
  const person = await aPerson(t.owner, given);
  const visitor = new BrowserSession(t.app);
  await visitor.post('/password-resets', { email: person.email.toUpperCase() }, '/password-resets/new');
  return { person, path: pathIn(await mail.messageTo(person.email)) };
}

describe('asking for a new password', () => {
  test('POST /password-resets · answers alike and mails only one of them · for somebody who has an account and somebody who has none', async () => {
    const person = await aPerson(t.owner);
    const answers = [];
    for (const email of ['nobody@example.org', person.email]) {
      const visitor = new BrowserSession(t.app);
      const answer = await visitor.post('/password-resets', { email }, '/password-resets/new');
      answers.push([answer.status, answer.headers.location, answer.text.replaceAll(/\d/g, '')]);
    }
    expect(answers[0]).toEqual(answers[1]);
    const message = await mail.messageTo(person.email);
    expect(message.subject).toBe('Set a new password');
    expect(mail.messages.map(({ headers }) => JSON.stringify(headers.get('to'))).join()).not.toContain('nobody@');
  });

  test('POST /password-resets · takes the address of the link from the configuration · whatever Host the request names', async () => {
    const person = await aPerson(t.owner);
    const visitor = new BrowserSession(t.app);
    const _csrf = await visitor.token('/password-resets/new');
    await visitor.agent
      .post('/password-resets')
      .set('Host', 'evil.example')
      .type('form')
      .send({ _csrf, email: person.email });
    const { text } = await mail.messageTo(person.email);
    expect(text).toContain('http://notes.example.org/password-resets/');
    expect(text).not.toContain('evil.example');
  });

  test('POST /password-resets · mails three links in an hour and no more · however often it is asked', async () => {
    const person = await aPerson(t.owner);
    const visitor = new BrowserSession(t.app);
    for (let time = 0; time < 5; time += 1)
      await visitor.post('/password-resets', { email: person.email }, '/password-resets/new');
    // The work comes after the answer: all five counted, and what was let through sent.
    await until(async () => (await t.owner('sign_in_limits').where({ points: 5 })).length === 2);
    await until(() => mail.messages.filter(({ text }) => text?.includes(`Hello ${person.name},`)).length === 3);
    expect(await t.owner('account_links').where({ person_id: person.id })).toHaveLength(3);
  });

  test('POST /password-resets · answers 422 and keeps what was typed · when it is no address', async () => {
    const visitor = new BrowserSession(t.app);
    const answer = await visitor.post('/password-resets', { email: 'not an <address>' }, '/password-resets/new');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('value="not an &lt;address&gt;"');
  });
});

describe('using a reset link', () => {
  test('POST /password-resets/:token · sets the password, signs in here and ends every other session and link', async () => {
    const { person, path } = await aMailedLink();
    const elsewhere = await BrowserSession.as(t.app, person);
    await new BrowserSession(t.app).post('/password-resets', { email: person.email }, '/password-resets/new');
    const visitor = new BrowserSession(t.app);
    expect((await visitor.get(path)).status).toBe(200);
    expect((await visitor.post(path, { password: NEW_PASSWORD }, path)).status).toBe(303);
    expect(await t.owner('sessions').whereRaw(`sess -> 'passport' ->> 'user' = ?`, [person.id])).toHaveLength(1);
    expect((await visitor.get('/account')).status).toBe(200);
    expect((await elsewhere.get('/account')).status).toBe(303);
    await BrowserSession.as(t.app, { email: person.email, password: NEW_PASSWORD });
    await expect(BrowserSession.as(t.app, person)).rejects.toThrow('answered 422');
    expect(await t.owner('events').where({ kind: 'password.reset', person_id: person.id })).toHaveLength(1);
  });

  test('POST /password-resets/:token · tells the person that their password was changed', async () => {
    const { person, path } = await aMailedLink();
    await new BrowserSession(t.app).post(path, { password: NEW_PASSWORD }, path);
    await expect(waitForSubject(person.email, 'Your password was changed')).resolves.toBeUndefined();
  });

  test('POST /password-resets/:token · works for one of two · sent at once', async () => {
    const { path } = await aMailedLink();
    const visitors = [new BrowserSession(t.app), new BrowserSession(t.app)];
    const answers = await postAtOnce(visitors, path, (index) => ({ password: `${NEW_PASSWORD} ${index}` }));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410]);
  });

  test('POST /password-resets/:token · answers 422 and leaves the link · when the password is the e-mail address or too short', async () => {
    const { person, path } = await aMailedLink({ email: 'grace.nakamura@example.org' });
    const visitor = new BrowserSession(t.app);
    for (const password of [person.email, 'short', 'x'.repeat(201), '']) {
      const answer = await visitor.post(path, { password }, path);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('href="#password"');
    }
    expect((await visitor.post(path, { password: NEW_PASSWORD }, path)).status).toBe(303);
  });

  test('POST /password-resets/:token · answers 422 and leaves the link · when the password is one of the first to be guessed or the name of a study', async () => {
    const { person, path } = await aMailedLink();
    const study = await aStudy(t.owner, { name: 'Towards Recovery' });
    await t.owner('memberships').insert({
      id: newId(),
      study_id: study.id,
      person_id: person.id,
      name: person.name,
      role: 'researcher',
    });
    const visitor = new BrowserSession(t.app);
    for (const password of ['Sunshine 2024!', 'towards recovery']) {
      const answer = await visitor.post(path, { password }, path);
      expect([answer.status, answer.text.includes('href="#password"')]).toEqual([422, true]);
      expect(answer.text).not.toContain(password);
    }
    expect((await visitor.post(path, { password: NEW_PASSWORD }, path)).status).toBe(303);
  });

  test('GET and POST /password-resets/:token · answer 410 · two hours after it was asked for', async () => {
    const { person, path } = await aMailedLink();
    const rows = await t.owner('account_links').where({ person_id: person.id });
    expect(rows[0].expires_at - rows[0].created_at).toBe(2 * 60 * 60 * 1000);
    const visitor = new BrowserSession(t.app);
    const _csrf = await visitor.token(path);
    await t
      .owner('account_links')
      .where({ person_id: person.id })
      .update({ expires_at: new Date(0) });
    expect((await visitor.get(path)).status).toBe(410);
    expect((await visitor.agent.post(path).type('form').send({ _csrf, password: NEW_PASSWORD })).status).toBe(410);
    await BrowserSession.as(t.app, person);
  });
});

describe('making a link for somebody', () => {
  async function make(session: BrowserSession, path: string) {
    const $ = await session.page(path);
    const token = $('main input[name="token"]').attr('value') ?? '';
    const answer = await session.post(path, { token }, path);
    return {
      answer,
      token,
      link: /http:\/\/notes\.example\.org(\/password-resets\/[A-Za-z0-9_-]{43})/.exec(answer.text)?.[1],
    };
  }
  const resetPath = (study: { path: string }, member: BuiltMember) =>
    `${study.path}/members/${member.membershipId}/password-reset`;

  test('POST members/:member/password-reset · shows the lead a link that works, once however often it is sent · for a researcher', async () => {
    const { study, lead, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, lead);
    const path = resetPath(study, researcher);
    const { answer, token, link } = await make(session, path);
    expect(answer.status).toBe(201);
    await session.post(path, { token }, path);
    expect(await t.owner('account_links').where({ person_id: researcher.id })).toHaveLength(1);
    const visitor = new BrowserSession(t.app);
    expect((await visitor.post(link!, { password: NEW_PASSWORD }, link)).status).toBe(303);
    expect((await visitor.page('/account'))('main').text()).toContain(researcher.email);
    const events = await t.owner('events').where({ study_id: study.id, kind: 'password-reset.made' });
    expect(events).toMatchObject([{ person_id: lead.id, subject_id: researcher.membershipId }]);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  test('POST members/:member/password-reset · answers 403 and makes none · for a member of a study that the lead does not lead, and for an administrator', async () => {
    const { study, lead, researcher, colleague } = await aFullStudy(t.owner);
    const elsewhere = await aStudy(t.owner);
    await alsoMember(elsewhere.id, researcher);
    await t.owner('people').where({ id: colleague.id }).update({ is_administrator: true });
    const session = await BrowserSession.as(t.app, lead);
    for (const member of [researcher, colleague]) {
      expect((await session.get(resetPath(study, member))).status).toBe(403);
      const answer = await session.post(resetPath(study, member), { token: 'A'.repeat(43) });
      expect(answer.status).toBe(403);
      expect(await t.owner('account_links').where({ person_id: member.id })).toEqual([]);
    }
  });

  test('POST members/:member/password-reset · answers 404 · to a researcher, to agency staff and for a member of another study', async () => {
    const { study, lead, researcher, staff } = await aFullStudy(t.owner);
    const foreign = await aMember(t.owner, (await aStudy(t.owner)).id);
    for (const person of [researcher, staff]) {
      const session = await BrowserSession.as(t.app, person);
      expect((await session.post(resetPath(study, lead), { token: 'A'.repeat(43) })).status).toBe(404);
    }
    const session = await BrowserSession.as(t.app, lead);
    expect((await session.post(resetPath(study, foreign), { token: 'A'.repeat(43) })).status).toBe(404);
  });

  test('POST /people/:person/password-reset · shows an administrator a link · and answers 404 to anybody else', async () => {
    const administrator = await aPerson(t.owner, { isAdministrator: true });
    const person = await aPerson(t.owner);
    const path = `/people/${person.id}/password-reset`;
    const { answer, link } = await make(await BrowserSession.as(t.app, administrator), path);
    expect(answer.status).toBe(201);
    expect((await new BrowserSession(t.app).get(link!)).status).toBe(200);
    const other = await BrowserSession.as(t.app, await aPerson(t.owner));
    expect((await other.post(path, { token: 'A'.repeat(43) })).status).toBe(404);
  });
});

describe('without an SMTP server', () => {
  const bare = useTestApp();

  test('GET /password-resets/new · says whom to ask instead of showing a form', async () => {
    const visitor = new BrowserSession(bare.app);
    const $ = await visitor.page('/password-resets/new');
    expect($('main').text()).toContain('Ask the lead of your study');
    expect($('main form')).toHaveLength(0);
    const answer = await visitor.post('/password-resets', { email: 'a@example.org' }, '/sign-in');
    expect([answer.status, answer.headers.location]).toEqual([303, '/password-resets/new']);
  });
});

async function alsoMember(studyId: string, person: { id: string; name: string }): Promise<void> {
  const id = crypto.randomUUID();
  await t
    .owner('memberships')
    .insert({ id, study_id: studyId, person_id: person.id, name: person.name, role: 'researcher' });
}

async function waitForSubject(address: string, subject: string): Promise<void> {
  await until(async () => (await mail.messageTo(address)).subject === subject);
}

import { describe, expect, test } from '@jest/globals';
import { newToken } from '../../server/accounts/link-token.ts';
import { newId } from '../../server/shared/ids.ts';
import { postAtOnce } from '../support/at-once.ts';
import { aFullStudy, aPerson, type BuiltPerson, sha256 } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useMailServer } from '../support/mail-server.ts';
import { useTestApp } from '../support/test-app.ts';

const env: Record<string, string> = { PUBLIC_URL: 'http://notes.example.org' };
const mail = useMailServer(env);
const t = useTestApp(env);

type Fields = { id: string; token: string; name: string; email: string; role: string; agency: string };
let serial = 0;
const fieldsOf = (given: Partial<Fields> = {}): Fields => ({
  id: newId(),
  token: newToken(),
  name: 'Grace Nakamura',
  email: `grace${(serial += 1)}@example.org`,
  role: 'researcher',
  agency: '',
  ...given,
});

async function anInvitation(given: Partial<Fields> = {}) {
  const cast = await aFullStudy(t.owner);
  const leadSession = await BrowserSession.as(t.app, cast.lead);
  const fields = fieldsOf(given);
  const made = await leadSession.post(`${cast.study.path}/invitations`, fields);
  expect(made.status).toBe(201);
  return { ...cast, leadSession, fields, made, path: `/invitations/${fields.token}` };
}

const ANSWER = { name: 'Grace Nakamura', password: 'seven herons over water' };
const invitationsOf = (studyId: string) => t.owner('invitations').where({ study_id: studyId });
const placesOf = (studyId: string, email: string) =>
  t
    .owner('memberships')
    .join('people', 'people.id', 'memberships.person_id')
    .where({ study_id: studyId, email })
    .select('memberships.id', 'memberships.role', 'memberships.name', 'agency_id', 'ended_at');

describe('inviting', () => {
  test('POST /studies/:study/invitations · invites once, shows the link and mails it · when the form is sent twice', async () => {
    const { study, leadSession, fields, made } = await anInvitation();
    const again = await leadSession.post(`${study.path}/invitations`, fields);
    for (const answer of [made, again])
      expect(answer.text).toContain(`http://notes.example.org/invitations/${fields.token}`);
    const message = await mail.messageTo(fields.email);
    expect(message.text).toContain(`http://notes.example.org/invitations/${fields.token}`);
    expect(mail.messages.filter(({ text }) => text?.includes(fields.token))).toHaveLength(1);
    const rows = await invitationsOf(study.id);
    expect(rows).toMatchObject([{ token_digest: sha256(fields.token), role: 'researcher', agency_id: null }]);
    expect(rows[0].expires_at - rows[0].created_at).toBe(14 * 24 * 60 * 60 * 1000);
    const events = await t.owner('events').where({ study_id: study.id, kind: 'invitation.made' });
    expect(events).toHaveLength(1);
    expect(JSON.stringify([rows, events])).not.toContain(fields.token);
  });

  test('POST /studies/:study/invitations · answers 422 and keeps what was typed · for agency staff without an agency, or no role', async () => {
    const { study, leadSession } = await anInvitation();
    for (const [role, field] of [
      ['agency', 'agency'],
      ['administrator', 'role'],
      ['', 'role'],
    ] as const) {
      const fields = fieldsOf({ role, name: '<script>alert(1)</script>' });
      const answer = await leadSession.post(`${study.path}/invitations`, fields);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(`href="#${field}"`);
      expect(answer.text).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
      expect(answer.text).toContain(`value="${fields.token}"`);
    }
  });

  test('POST /studies/:study/invitations · answers 422 and invites nobody · with the agency of another study', async () => {
    const { study, leadSession } = await anInvitation();
    const other = await aFullStudy(t.owner);
    const fields = fieldsOf({ role: 'agency', agency: other.agency.id });
    const answer = await leadSession.post(`${study.path}/invitations`, fields);
    expect([answer.status, answer.text.includes('href="#agency"')]).toEqual([422, true]);
    expect(await t.owner('invitations').where({ id: fields.id })).toEqual([]);
  });

  test('POST /studies/:study/invitations · answers 422 · for somebody who is a member already', async () => {
    const { study, leadSession, researcher } = await anInvitation();
    const answer = await leadSession.post(
      `${study.path}/invitations`,
      fieldsOf({ email: researcher.email.toUpperCase() }),
    );
    expect([answer.status, answer.text.includes('href="#email"')]).toEqual([422, true]);
  });

  test('POST /studies/:study/invitations · invites into the study of the page · whatever study_id, invited_by or expires_at the form adds', async () => {
    const other = await aFullStudy(t.owner);
    const smuggled = { study_id: other.study.id, studyId: other.study.id, invited_by: other.lead.membershipId };
    const { study, lead } = await anInvitation({ ...smuggled, expires_at: '2999-01-01' } as Partial<Fields>);
    expect(await invitationsOf(other.study.id)).toEqual([]);
    expect(await invitationsOf(study.id)).toMatchObject([{ invited_by: lead.membershipId }]);
  });

  test('POST /studies/:study/invitations · answers 404 · to a researcher, to agency staff and for the id of another study', async () => {
    const { fields, study, researcher, staff } = await anInvitation();
    for (const person of [researcher, staff]) {
      const session = await BrowserSession.as(t.app, person);
      expect((await session.post(`${study.path}/invitations`, fieldsOf())).status).toBe(404);
    }
    const other = await aFullStudy(t.owner);
    const stranger = await BrowserSession.as(t.app, other.lead);
    expect((await stranger.post(`${other.study.path}/invitations`, fieldsOf({ id: fields.id }))).status).toBe(404);
    expect((await stranger.post(`${other.study.path}/invitations/${fields.id}/removal`)).status).toBe(404);
    expect(await t.owner('invitations').where({ id: fields.id }).pluck('revoked_at')).toEqual([null]);
  });

  test('POST /studies/:study/invitations · answers 403 · without the CSRF token', async () => {
    const { study, leadSession } = await anInvitation();
    const fields = fieldsOf();
    expect((await leadSession.agent.post(`${study.path}/invitations`).type('form').send(fields)).status).toBe(403);
    expect(await t.owner('invitations').where({ id: fields.id })).toEqual([]);
  });

  test('POST /studies/:study/invitations · ends the older invitation to the same address', async () => {
    const { study, leadSession, fields, path } = await anInvitation();
    await leadSession.post(`${study.path}/invitations`, fieldsOf({ email: fields.email.toUpperCase() }));
    const page = await new BrowserSession(t.app).get(path);
    expect([page.status, page.text.includes('This invitation was withdrawn')]).toEqual([410, true]);
  });

  test('POST invitations/:invitation/removal · ends the link, and restoration opens it again', async () => {
    const { study, leadSession, fields, path } = await anInvitation();
    const base = `${study.path}/invitations/${fields.id}`;
    const list = async () => (await leadSession.page(`${study.path}/members`))('main').text();
    expect(await list()).toContain(fields.email);
    await leadSession.post(`${base}/removal`);
    expect(await list()).not.toContain(fields.email);
    expect((await new BrowserSession(t.app).get(path)).status).toBe(410);
    await leadSession.post(`${base}/restoration`);
    expect((await new BrowserSession(t.app).get(path)).status).toBe(200);
    const kinds = await t.owner('events').where({ subject_id: fields.id }).orderBy('at').pluck('kind');
    expect(kinds).toEqual(['invitation.made', 'invitation.withdrawn', 'invitation.restored']);
  });
});

describe('accepting as somebody new', () => {
  test('POST /invitations/:token · makes an account with the invited address and the corrected name, and signs in', async () => {
    const { study, fields, path } = await anInvitation();
    const visitor = new BrowserSession(t.app);
    const answer = await visitor.post(path, { ...ANSWER, name: 'Dr <b>Grace</b> Nakamura' }, path);
    expect([answer.status, answer.headers.location]).toEqual([303, study.path]);
    const $ = await visitor.page('/account');
    expect($('.app-header__who').text()).toBe('Dr <b>Grace</b> Nakamura');
    expect(await placesOf(study.id, fields.email)).toMatchObject([
      { role: 'researcher', name: 'Dr <b>Grace</b> Nakamura', agency_id: null, ended_at: null },
    ]);
    await BrowserSession.as(t.app, { email: fields.email, password: ANSWER.password });
  });

  test('POST /invitations/:token · gives the place that was offered · whatever role, agency, study or address the form adds', async () => {
    const other = await aFullStudy(t.owner);
    const { study, fields, path } = await anInvitation();
    const smuggled = { role: 'lead', agency: other.agency.id, studyId: other.study.id, email: 'else@example.org' };
    await new BrowserSession(t.app).post(path, { ...ANSWER, ...smuggled, isAdministrator: 'true' }, path);
    expect(await placesOf(study.id, fields.email)).toMatchObject([{ role: 'researcher', agency_id: null }]);
    expect(await placesOf(other.study.id, fields.email)).toEqual([]);
    expect(await t.owner('people').where({ email: fields.email }).pluck('is_administrator')).toEqual([false]);
  });

  test('POST /invitations/:token · gives agency staff their agency and nothing but its summaries', async () => {
    const { study, agency, leadSession } = await anInvitation();
    const fields = fieldsOf({ role: 'agency', agency: agency.id });
    await leadSession.post(`${study.path}/invitations`, fields);
    const visitor = new BrowserSession(t.app);
    const path = `/invitations/${fields.token}`;
    await visitor.post(path, ANSWER, path);
    expect(await placesOf(study.id, fields.email)).toMatchObject([{ role: 'agency', agency_id: agency.id }]);
    expect((await visitor.get(`${study.path}/members`)).status).toBe(404);
  });

  test('POST /invitations/:token · makes one account and one place · when two are sent at once', async () => {
    const { study, fields, path } = await anInvitation();
    const visitors = [new BrowserSession(t.app), new BrowserSession(t.app)];
    const answers = await postAtOnce(visitors, path, () => ANSWER);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410]);
    expect(await placesOf(study.id, fields.email)).toHaveLength(1);
  });

  test('GET and POST /invitations/:token · say plainly that it was accepted · the second time', async () => {
    const { path } = await anInvitation();
    const visitor = new BrowserSession(t.app);
    await visitor.post(path, ANSWER, path);
    const own = await visitor.get(path);
    expect([own.status, own.text.includes('You have accepted this invitation')]).toEqual([410, true]);
    const other = new BrowserSession(t.app);
    for (const answer of [await other.get(path), await other.post(path, ANSWER, '/sign-in')])
      expect([answer.status, answer.text.includes('This invitation has been accepted')]).toEqual([410, true]);
  });

  test('GET and POST /invitations/:token · say plainly that it has expired', async () => {
    const { study, fields, path } = await anInvitation();
    await t
      .owner('invitations')
      .where({ id: fields.id })
      .update({ expires_at: new Date(0) });
    const visitor = new BrowserSession(t.app);
    for (const answer of [await visitor.get(path), await visitor.post(path, ANSWER, '/sign-in')])
      expect([answer.status, answer.text.includes('This invitation has expired')]).toEqual([410, true]);
    expect(await placesOf(study.id, fields.email)).toEqual([]);
  });

  test('POST /invitations/:token · answers 422, keeps the name and leaves the invitation open · when the password is the address', async () => {
    const { fields, path } = await anInvitation();
    const visitor = new BrowserSession(t.app);
    const answer = await visitor.post(path, { name: 'Typed with care', password: fields.email }, path);
    expect([answer.status, answer.text.includes('Typed with care')]).toEqual([422, true]);
    expect((await visitor.get(path)).status).toBe(200);
  });
});

describe('accepting with an account', () => {
  async function invited(person: BuiltPerson, given: Partial<Fields> = {}) {
    return anInvitation({ email: person.email, name: person.name, ...given });
  }

  test('POST /invitations/:token · asks to sign in, comes back, and gives the place · to somebody who has an account', async () => {
    const person = await aPerson(t.owner);
    const { study, path } = await invited(person);
    const visitor = new BrowserSession(t.app);
    expect((await visitor.post(path, { name: 'Somebody', password: 'a password of mine' }, path)).status).toBe(200);
    expect(await placesOf(study.id, person.email)).toEqual([]);
    const credentials = { email: person.email, password: person.password, returnTo: path };
    const signedIn = await visitor.post('/sign-in', credentials, path);
    expect(signedIn.headers.location).toBe(path);
    expect((await visitor.post(path, {}, path)).headers.location).toBe(study.path);
    expect(await placesOf(study.id, person.email)).toMatchObject([{ role: 'researcher' }]);
    expect(JSON.stringify(await t.owner('sessions'))).not.toContain(path);
  });

  test('POST /invitations/:token · accepts once and leads to the study each time · when two are sent at once', async () => {
    const person = await aPerson(t.owner);
    const { study, fields, path } = await invited(person);
    const sessions = [await BrowserSession.as(t.app, person), await BrowserSession.as(t.app, person)];
    const answers = await postAtOnce(sessions, path, () => ({}));
    expect(answers.map(({ headers }) => headers.location)).toEqual([study.path, study.path]);
    expect(await t.owner('events').where({ kind: 'invitation.accepted', subject_id: fields.id })).toHaveLength(1);
    expect(await placesOf(study.id, person.email)).toHaveLength(1);
  });

  test('POST /invitations/:token · accepts nothing and says whom it is for · when somebody else is signed in', async () => {
    const [person, other] = [await aPerson(t.owner), await aPerson(t.owner)];
    const { study, path } = await invited(person);
    const session = await BrowserSession.as(t.app, other);
    const page = await session.get(path);
    expect(page.text).toContain(`this invitation is for ${person.email}`);
    expect((await session.post(path, ANSWER)).status).toBe(200);
    expect(await placesOf(study.id, other.email)).toEqual([]);
    expect(await t.owner('invitations').where({ study_id: study.id }).pluck('accepted_at')).toEqual([null]);
  });

  test('POST /invitations/:token · makes no second account for a signed-in person · when it is for an address without one', async () => {
    const other = await aPerson(t.owner);
    const { study, fields, path } = await anInvitation();
    const session = await BrowserSession.as(t.app, other);
    await session.post(path, ANSWER);
    expect(await t.owner('people').where({ email: fields.email })).toEqual([]);
    expect(await invitationsOf(study.id)).toMatchObject([{ accepted_at: null }]);
  });

  test('POST /invitations/:token · brings a past member back with the new role · under the same membership', async () => {
    const { study, leadSession, researcher, agency } = await anInvitation();
    await leadSession.post(`${study.path}/members/${researcher.membershipId}/removal`);
    const fields = fieldsOf({ email: researcher.email, role: 'agency', agency: agency.id });
    await leadSession.post(`${study.path}/invitations`, fields);
    const session = await BrowserSession.as(t.app, researcher);
    expect((await session.post(`/invitations/${fields.token}`)).status).toBe(303);
    expect(await placesOf(study.id, researcher.email)).toMatchObject([
      { id: researcher.membershipId, role: 'agency', agency_id: agency.id, ended_at: null },
    ]);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'membership.resumed' })).toHaveLength(1);
  });

  test('GET /invitations/:token · says that the account is disabled · when it is', async () => {
    const person = await aPerson(t.owner);
    const { path } = await invited(person);
    await t.owner('people').where({ id: person.id }).update({ disabled_at: new Date() });
    const page = await new BrowserSession(t.app).get(path);
    expect(page.text).toContain('The account with this address is disabled');
    expect((await new BrowserSession(t.app).post(path, ANSWER, '/sign-in')).status).toBe(200);
    expect(await t.owner('people').where({ email: person.email })).toHaveLength(1);
  });
});

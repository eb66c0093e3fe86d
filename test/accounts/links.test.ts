import { describe, expect, test } from '@jest/globals';
import { createSetUpLink } from '../../server/accounts/set-up-service.ts';
import { createSignInLink } from '../../server/accounts/sign-in-link-service.ts';
import { postAtOnce } from '../support/at-once.ts';
import { aPerson, sha256 } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

const BASE = 'https://notes.example.org';
const pathOf = (link: string): string => link.slice(BASE.length);
const tokenOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

// Before any test makes a person: these need a database without people.
describe('setting up', () => {
  const t = useTestApp();
  const FIELDS = {
    name: 'Dr Ada Okafor',
    email: 'ada@example.org',
    password: 'seven herons over water',
    study: 'Connecting <b>People</b>',
  };
  const aSetUpPath = async (): Promise<string> => pathOf(await createSetUpLink(t.database.db, BASE));

  test('createSetUpLink · ends the link before it · when called again', async () => {
    const first = await aSetUpPath();
    await aSetUpPath();
    expect((await new BrowserSession(t.app).get(first)).status).toBe(410);
  });

  test('POST /set-up/:token · answers 422, keeps what was typed but the password, and leaves the link · when the password is the e-mail address', async () => {
    const path = await aSetUpPath();
    const visitor = new BrowserSession(t.app);
    const answer = await visitor.post(path, { ...FIELDS, password: FIELDS.email }, path);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Dr Ada Okafor');
    expect(answer.text).toContain('href="#password"');
    expect(answer.text).not.toContain(`value="${FIELDS.email}" autocomplete="new-password"`);
    expect((await visitor.get(path)).status).toBe(200);
  });

  test('POST /set-up/:token · makes one administrator, the study and its lead, and signs in · when two are sent at once', async () => {
    const path = await aSetUpPath();
    const visitors = [new BrowserSession(t.app), new BrowserSession(t.app)];
    const answers = await postAtOnce(visitors, path, (index) => ({
      ...FIELDS,
      secondStep: 'on',
      email: `ada${index}@example.org`,
    }));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410]);
    const winner = visitors[answers.findIndex(({ status }) => status === 303)]!;
    expect((await winner.page('/account'))('main').text()).toContain('Dr Ada Okafor');
    expect(await t.owner('people').select('is_administrator')).toEqual([{ is_administrator: true }]);
    expect(await t.owner('studies').select('name', 'requires_second_step', 'raw_notes_read_by')).toEqual([
      { name: 'Connecting <b>People</b>', requires_second_step: true, raw_notes_read_by: 'author' },
    ]);
    // They set theirs up before the study shows them anything.
    const [study] = await t.owner('studies').pluck('id');
    expect((await winner.get(`/studies/${study}`)).headers.location).toBe('/account/second-step?required');
    expect(await t.owner('memberships').select('role', 'name')).toEqual([{ role: 'lead', name: 'Dr Ada Okafor' }]);
  });

  test('POST /set-up/:token · makes nobody · when there are people already', async () => {
    const path = await aSetUpPath();
    const visitor = new BrowserSession(t.app);
    expect((await visitor.post(path, { ...FIELDS, email: 'second@example.org' }, path)).status).toBe(410);
    expect(await t.owner('people').where({ email: 'second@example.org' })).toEqual([]);
  });
});

describe('sign-in links', () => {
  const t = useTestApp();

  async function aLink() {
    const person = await aPerson(t.owner);
    const link = await createSignInLink(t.database.db, BASE, person.email.toUpperCase());
    return { person, path: pathOf(link), token: tokenOf(link) };
  }

  test('createSignInLink · stores only the digest of a token of 32 bytes', async () => {
    const { person, token } = await aLink();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const rows: unknown[] = await t.owner('account_links').where({ person_id: person.id });
    expect(rows).toMatchObject([{ token_digest: sha256(token), used_at: null }]);
    expect(JSON.stringify([rows, await t.owner('events')])).not.toContain(token);
  });

  test('GET /sign-in-links/:token · uses nothing up · however often it is opened', async () => {
    const { person, path } = await aLink();
    for (let time = 0; time < 3; time += 1) expect((await new BrowserSession(t.app).get(path)).status).toBe(200);
    expect(await t.owner('account_links').where({ person_id: person.id }).pluck('used_at')).toEqual([null]);
  });

  test('POST /sign-in-links/:token · signs in once, with a new session id · when two are sent at once', async () => {
    const { person, path } = await aLink();
    const visitors = [new BrowserSession(t.app), new BrowserSession(t.app)];
    const before = await Promise.all(visitors.map((visitor) => visitor.get(path)));
    const answers = await postAtOnce(visitors, path, () => ({}));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410]);
    const index = answers.findIndex(({ status }) => status === 303);
    expect((await visitors[index]!.page('/account'))('main').text()).toContain(person.email);
    expect((await visitors[1 - index]!.get('/account')).status).toBe(303);
    expect(sessionCookie(answers[index]!)).not.toBe(sessionCookie(before[index]!));
    expect(await t.owner('events').where({ person_id: person.id, kind: 'person.signed-in' })).toHaveLength(1);
  });

  test('POST /sign-in-links/:token · answers 403 and uses nothing up · without the CSRF token', async () => {
    const { person, path } = await aLink();
    const visitor = new BrowserSession(t.app);
    await visitor.get(path);
    expect((await visitor.agent.post(path).set('Accept', 'text/html')).status).toBe(403);
    expect(await t.owner('account_links').where({ person_id: person.id }).pluck('used_at')).toEqual([null]);
  });

  test('GET and POST /sign-in-links/:token · answer 410 · once the link has expired', async () => {
    const { person, path } = await aLink();
    const visitor = new BrowserSession(t.app);
    const token = await visitor.token(path);
    await t
      .owner('account_links')
      .where({ person_id: person.id })
      .update({ expires_at: new Date(0) });
    const page = await visitor.get(path);
    expect([page.status, page.text.includes('This link has expired')]).toEqual([410, true]);
    expect((await visitor.agent.post(path).type('form').send({ _csrf: token })).status).toBe(410);
  });

  test('POST /sign-in-links/:token · signs nobody in · when the person has been disabled', async () => {
    const { person, path } = await aLink();
    const visitor = new BrowserSession(t.app);
    const token = await visitor.token(path);
    await t.owner('people').where({ id: person.id }).update({ disabled_at: new Date() });
    expect((await visitor.agent.post(path).type('form').send({ _csrf: token })).status).toBe(410);
    expect((await visitor.get('/account')).status).toBe(303);
    expect(await t.owner('account_links').where({ person_id: person.id }).pluck('used_at')).toEqual([null]);
  });

  test('GET /sign-in-links/:token · answers 404 in plain words · for a link that is cut short or of another kind', async () => {
    const { path } = await aLink();
    const visitor = new BrowserSession(t.app);
    const cut = await visitor.get(path.slice(0, -5));
    expect([cut.status, cut.text.includes('Check that you copied the whole of it')]).toEqual([404, true]);
    expect((await visitor.get(path.replace('sign-in-links', 'set-up'))).status).toBe(404);
  });
});

function sessionCookie(answer: { headers: Record<string, unknown> }): string | undefined {
  const cookies = answer.headers['set-cookie'] as string[] | undefined;
  return cookies?.find((cookie) => cookie.startsWith('fieldnotes-0='))?.split(';')[0];
}

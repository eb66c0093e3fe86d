import { describe, expect, test } from '@jest/globals';
import { aFullStudy, aPerson } from '../support/builders.ts';
import { raceFor } from '../support/at-once.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function anAdministrator() {
  const person = await aPerson(t.owner, { isAdministrator: true });
  return { person, session: await BrowserSession.as(t.app, person) };
}
const isDisabled = async (id: string): Promise<boolean> =>
  (await t.owner('people').where({ id }).first('disabled_at')).disabled_at !== null;

test('GET /people · lists everybody, names as text · for an administrator', async () => {
  const { person, session } = await anAdministrator();
  await aPerson(t.owner, { name: '<script>alert(1)</script>' });
  const $ = await session.page('/people');
  expect($('main script')).toHaveLength(0);
  expect($('main').text()).toContain('<script>alert(1)</script>');
  expect($('main').text()).toContain(person.email);
});

test('GET /people · pages by key and leaves nobody out · when there are more than a page of people', async () => {
  const { session } = await anAdministrator();
  const rows = Array.from({ length: 230 }, (_, index) => ({
    id: crypto.randomUUID(),
    email: `many${index}@example.org`,
    name: `Namesake ${index % 7}`,
  }));
  await t.owner('people').insert(rows);
  const seen: string[] = [];
  let path: string | undefined = '/people';
  while (path !== undefined) {
    const $ = await session.page(path);
    seen.push(
      ...$('main .app-people__address')
        .toArray()
        .map((cell) => $(cell).text()),
    );
    path = $('main a[rel="next"]').attr('href');
  }
  const everybody: string[] = await t.owner('people').pluck('email');
  expect(seen.toSorted()).toEqual(everybody.toSorted());
});

test('POST /people/:person/removal · ends the sessions at once and refuses the password, and restoration undoes it', async () => {
  const { person: administrator, session } = await anAdministrator();
  const { study, lead } = await aFullStudy(t.owner);
  const theirs = await BrowserSession.as(t.app, lead);
  expect((await theirs.get(`${study.path}/members`)).status).toBe(200);
  expect((await session.post(`/people/${lead.id}/removal`)).status).toBe(303);
  expect(await t.owner('sessions').whereRaw(`sess -> 'passport' ->> 'user' = ?`, [lead.id])).toEqual([]);
  expect((await theirs.get(`${study.path}/members`)).headers.location).toBe('/sign-in');
  await expect(BrowserSession.as(t.app, lead)).rejects.toThrow('answered 422');
  await session.post(`/people/${lead.id}/restoration`);
  await BrowserSession.as(t.app, lead);
  const events = await t.owner('events').where({ subject_id: lead.id }).orderBy('at');
  expect(events).toMatchObject([
    { kind: 'person.disabled', person_id: administrator.id },
    { kind: 'person.enabled', person_id: administrator.id },
  ]);
});

test('POST /people/:person/removal · answers 409 · for the administrator’s own account', async () => {
  const { person, session } = await anAdministrator();
  expect((await session.post(`/people/${person.id}/removal`)).status).toBe(409);
  expect(await isDisabled(person.id)).toBe(false);
});

test('POST /people/:person/removal · leaves one administrator · when two disable each other at once', async () => {
  const [one, two] = [await anAdministrator(), await anAdministrator()];
  const [first, second] = [await one.session.token('/people'), await two.session.token('/people')];
  const answers = await raceFor(
    t.owner,
    (trx) => trx('people').whereIn('id', [one.person.id, two.person.id]).forUpdate(),
    () => [
      one.session.agent.post(`/people/${two.person.id}/removal`).type('form').send({ _csrf: first }),
      two.session.agent.post(`/people/${one.person.id}/removal`).type('form').send({ _csrf: second }),
    ],
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 404]);
  expect([await isDisabled(one.person.id), await isDisabled(two.person.id)].filter(Boolean)).toHaveLength(1);
});

test('/people and what is under it · answer 404 · to a lead, and for a person that there is not', async () => {
  const { lead, researcher } = await aFullStudy(t.owner);
  const session = await BrowserSession.as(t.app, lead);
  expect((await session.get('/people')).status).toBe(404);
  for (const action of ['removal', 'restoration'])
    expect((await session.post(`/people/${researcher.id}/${action}`)).status).toBe(404);
  expect(await isDisabled(researcher.id)).toBe(false);
  const administrator = await anAdministrator();
  for (const id of ['1', crypto.randomUUID()])
    expect((await administrator.session.post(`/people/${id}/removal`)).status).toBe(404);
});

describe('without the CSRF token', () => {
  test('POST /people/:person/removal · answers 403 and disables nobody', async () => {
    const { session } = await anAdministrator();
    const person = await aPerson(t.owner);
    expect((await session.agent.post(`/people/${person.id}/removal`)).status).toBe(403);
    expect(await isDisabled(person.id)).toBe(false);
  });
});

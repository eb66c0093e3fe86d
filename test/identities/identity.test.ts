import { beforeAll, describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { identityKeysFrom } from '../../server/database/identity-keys.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, anAgency, aParticipant } from '../support/builders.ts';
import { aKey, anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let lead: BrowserSession;
let researcher: BrowserSession;
let colleague: BrowserSession;
let staff: BrowserSession;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  // What makes the researcher know the agency: a note about a visit there. The colleague has none.
  await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: cast.researcher.membershipId });
  lead = await BrowserSession.as(t.app, cast.lead);
  researcher = await BrowserSession.as(t.app, cast.researcher);
  colleague = await BrowserSession.as(t.app, cast.colleague);
  staff = await BrowserSession.as(t.app, cast.staff);
});

const NAME = 'Philippa Quillfeather';
const FIELDS = {
  version: '0',
  fullName: NAME,
  otherNames: 'Pip\n\n  Quilly ',
  born: '3 May 1961',
  contact: 'pip@quillfeather.example',
  remark: 'Rings in the evening',
};

async function aPersonAt(agencyId = cast.agency.id): Promise<{ id: string; path: string; pseudonym: string }> {
  const participant = await aParticipant(t.owner, cast.study.id, agencyId);
  return { ...participant, path: `${cast.study.path}/participants/${participant.id}/identity` };
}

const eventsOf = (id: string): Promise<{ kind: string; membership_id: string; before: object; after: object }[]> =>
  t.owner('events').where({ subject_id: id }).orderBy('at').select('kind', 'membership_id', 'before', 'after');

describe('keeping who somebody is', () => {
  test('stores no word of it outside the ciphertext · in any table', async () => {
    const { id, path } = await aPersonAt();
    const saved = await researcher.post(path, FIELDS);
    expect(saved.status).toBe(303);
    expect(saved.headers.location).toBe(path);
    const shown = await researcher.post(`${path}/look`, { reason: 'contact' });
    expect(shown.text).toContain(NAME);

    const { rows } = await t.owner.raw<{ rows: { name: string }[] }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
    );
    for (const { name } of rows) {
      const { rows: dumped } = await t.owner.raw<{ rows: { row: string }[] }>(
        `select to_jsonb(held)::text as row from ?? as held`,
        [name],
      );
      // Bytes are dumped as hexadecimal digits.
      const text = dumped
        .map(({ row }) => `${row} ${Buffer.from(row.replaceAll(/[^0-9a-f]/g, '0'), 'hex').toString('latin1')}`)
        .join('\n')
        .toLowerCase();
      for (const word of [
        'quillfeather',
        'philippa',
        'quilly',
        '3 may 1961',
        Buffer.from('quillfeather').toString('hex'),
        Buffer.from('Quillfeather').toString('hex'),
      ])
        expect([name, word, text.includes(word.toLowerCase())]).toEqual([name, word, false]);
    }
    expect(await eventsOf(id)).toEqual([
      { kind: 'identity.saved', membership_id: cast.researcher.membershipId, before: null, after: { version: 1 } },
      {
        kind: 'identity.viewed',
        membership_id: cast.researcher.membershipId,
        before: null,
        after: { reason: 'contact' },
      },
    ]);
  });

  test('asks for a name · when none is given, and keeps the rest in the form', async () => {
    const { path } = await aPersonAt();
    const answer = await lead.post(path, { ...FIELDS, fullName: ' ' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Enter the full name');
    expect(load(answer.text)('#contact').val()).toBe(FIELDS.contact);
    expect(load(answer.text)('form[data-keep]').length).toBe(0);
  });

  test('saves over nobody · when somebody saved in between; sending twice saves once', async () => {
    const { id, path } = await aPersonAt();
    expect((await lead.post(path, FIELDS)).status).toBe(303);
    expect((await lead.post(path, FIELDS)).status).toBe(303);
    const stale = await researcher.post(path, { ...FIELDS, fullName: 'Somebody Else' });
    expect(stale.status).toBe(409);
    expect(load(stale.text)('#fullName').val()).toBe('Somebody Else');
    expect(stale.text).not.toContain('Quillfeather');
    expect((await researcher.post(path, { ...FIELDS, version: '1', fullName: 'Somebody Else' })).status).toBe(303);
    expect((await eventsOf(id)).map(({ kind }) => kind)).toEqual(['identity.saved', 'identity.saved']);
  });
});

describe('looking at an identity', () => {
  test('shows nothing until a reason is given · and then this one alone, kept by no cache', async () => {
    const { id, path } = await aPersonAt();
    await anIdentity(t.owner, cast.study.id, { participantId: id, by: cast.lead.membershipId, fullName: NAME });
    const page = await lead.get(path);
    expect(page.text).not.toContain('Quillfeather');
    const asked = await lead.post(`${path}/look`, {});
    expect(asked.status).toBe(422);
    expect(asked.text).toContain('Choose why you look');
    expect(asked.text).not.toContain('Quillfeather');
    expect(await eventsOf(id)).toEqual([]);
    const shown = await lead.post(`${path}/look`, { reason: 'safeguarding' });
    expect(shown.status).toBe(200);
    expect(shown.text).toContain(NAME);
    expect(shown.headers['cache-control']).toBe('no-store');
    expect((await eventsOf(id)).map(({ kind, after }) => [kind, after])).toEqual([
      ['identity.viewed', { reason: 'safeguarding' }],
    ]);
  });

  test('is for the lead and for whoever watched or wrote there · and a page that does not exist for anybody else', async () => {
    const [here, elsewhere] = [await aPersonAt(), await aPersonAt((await anAgency(t.owner, cast.study.id)).id)];
    const by = cast.lead.membershipId;
    for (const { id } of [here, elsewhere]) await anIdentity(t.owner, cast.study.id, { participantId: id, by });
    const statuses = async (session: BrowserSession, { path }: { path: string }) => [
      (await session.get(path)).status,
      (await session.post(`${path}/look`, { reason: 'contact' })).status,
      (await session.post(path, { ...FIELDS, version: '9' })).status,
    ];
    expect(await statuses(lead, here)).toEqual([200, 200, 409]);
    expect(await statuses(researcher, here)).toEqual([200, 200, 409]);
    expect(await statuses(researcher, elsewhere)).toEqual([404, 404, 404]);
    expect(await statuses(colleague, here)).toEqual([404, 404, 404]);
    expect(await statuses(staff, here)).toEqual([404, 404, 404]);
    expect((await eventsOf(elsewhere.id)).length).toBe(0);
  });

  test('needs the token of the form · without it nothing is shown', async () => {
    const { id, path } = await aPersonAt();
    await anIdentity(t.owner, cast.study.id, { participantId: id, by: cast.lead.membershipId, fullName: NAME });
    const answer = await lead.agent.post(`${path}/look`).type('form').send({ reason: 'contact' });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('Quillfeather');
  });

  test('says in a sentence which key is missing · and goes on without it', async () => {
    const { id, path } = await aPersonAt();
    const keys = identityKeysFrom(aKey('lost'));
    await anIdentity(t.owner, cast.study.id, { participantId: id, by: cast.lead.membershipId, keys });
    const answer = await lead.post(`${path}/look`, { reason: 'contact' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('encrypted with another key');
    expect((await lead.get(cast.study.path)).status).toBe(200);
  });
});

describe('the agency’s page', () => {
  test('leads to identities those who may see them', async () => {
    const { path } = await aPersonAt();
    const page = `${cast.study.path}/agencies/${cast.agency.id}`;
    const links = async (session: BrowserSession) => load((await session.get(page)).text)(`a[href="${path}"]`).length;
    expect([await links(lead), await links(researcher), await links(colleague)]).toEqual([1, 1, 0]);
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import { createApp } from '../../server/app.ts';
import { buildAssets } from '../../server/web/assets.ts';
import { createLog } from '../../server/web/log.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aMember, aParticipant, aPerson } from '../support/builders.ts';
import { oneOfEach } from '../support/one-of-each.ts';
import type { Who } from '../support/route-table.ts';
import { useTestApp } from '../support/test-app.ts';
import { walk } from '../support/walker.ts';

// What is typed anywhere, and what anybody is called, is in no event of the trail and in no line of the log.

const SECRET = 'Zyxgretel';
const t = useTestApp();
let logged = '';
let app: Express;
let walked: { route: string; status: number }[] = [];
const names: string[] = [];

beforeAll(async () => {
  const out = { write: (line: string) => void (logged += line) };
  app = createApp({
    database: t.database,
    config: t.config,
    log: createLog('trace', out),
    assets: await buildAssets(),
  });
  const cast = await aFullStudy(t.owner, { name: `${SECRET} study` });
  const named = { name: `${SECRET} Person\n{"level":30,"msg":"forged"}` };
  const people: Partial<Record<Who, { email: string; password: string }>> = {
    lead: await aMember(t.owner, cast.study.id, { ...named, role: 'lead', email: `${SECRET}-lead@example.org` }),
    researcher: await aMember(t.owner, cast.study.id, { ...named, email: `${SECRET}-researcher@example.org` }),
    staff: await aMember(t.owner, cast.study.id, { ...named, role: 'agency', agencyId: cast.agency.id }),
    administrator: await aPerson(t.owner, { ...named, isAdministrator: true }),
    stranger: await aPerson(t.owner, named),
  };
  names.push(
    (await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: `${SECRET} Pseudonym` })).pseudonym,
  );
  for (const [who, person] of Object.entries(people)) {
    const ids = await oneOfEach(t, cast);
    await t.owner('note_revisions').insert({
      id: newId(),
      study_id: cast.study.id,
      note_id: ids.note,
      number: 2,
      title: `${SECRET} title`,
      body: `ON: ${SECRET} said so.`,
      saved_by: cast.researcher.membershipId,
    });
    await t.owner('notes').where({ id: ids.note }).update({ latest_revision: 2 });
    const session = await BrowserSession.as(app, person);
    walked = [...walked, ...(await walk(session, who as Who, ids, `${SECRET} typed`))];
    // Addresses with words in them, and forms that are refused.
    await session.get(`/studies/${cast.study.id}/search?q=${SECRET}`);
    await session.get(`/studies/${cast.study.id}/notes/${SECRET}%0A%0D{}`);
    await session.post('/account/email', { email: `${SECRET} is none`, password: SECRET });
  }
  const visitor = new BrowserSession(app);
  await visitor.post('/sign-in', { email: `${SECRET}@example.org`, password: `${SECRET} password` }, '/sign-in');
  for (const kind of ['sign-in-links', 'invitations', 'password-resets', 'set-up'])
    await visitor.get(`/${kind}/${SECRET}-token`);
}, 240_000);

describe('after every page has been opened and every form sent', () => {
  test('most of what was sent was taken, or this would prove nothing', () => {
    const posts = walked.filter(({ route }) => !route.startsWith('GET'));
    expect(posts.length).toBeGreaterThan(80);
    expect(posts.filter(({ status }) => status < 400).length).toBeGreaterThan(40);
    expect(walked.filter(({ status }) => status >= 500)).toEqual([]);
  });

  test('no event holds a word that was typed, or a name', async () => {
    const events = await t.owner('events').select('kind', 'before', 'after', 'request_id');
    expect(new Set(events.map(({ kind }) => kind)).size).toBeGreaterThan(40);
    expect(events.filter((event) => JSON.stringify(event).toLowerCase().includes(SECRET.toLowerCase()))).toEqual([]);
    // Nor any other free text: what is longer than a word is an id, a moment, a hash, a route, or a list of those.
    const kept: string[] = [];
    const gather = (value: unknown): void => {
      if (typeof value === 'string') kept.push(value);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(gather);
    };
    for (const { before, after } of events) gather([before, after]);
    const plain = /^(?:[0-9a-f-]{36}|[0-9a-f]{64}|[\w./:+-]{0,60}|third sector|\/[\w/:.-]*)$/;
    expect([...new Set(kept)].filter((text) => !plain.test(text))).toEqual([]);
  });

  test('no line of the log holds one either, nor a token, a password or a cookie', () => {
    expect(logged.split('\n').length).toBeGreaterThan(200);
    const lines = logged.split('\n').filter((line) => line.toLowerCase().includes(SECRET.toLowerCase()));
    // A word that somebody puts into the path of an address is there: no address of ours holds one.
    expect(lines.filter((line) => !line.includes(`/notes/${SECRET}`))).toEqual([]);
    expect(logged).not.toMatch(/fieldnotes-\d+=|x-csrf-token|lantern-crosses/);
  });

  test('every line of the log is one line, with the id of its request', () => {
    const lines = logged.split('\n').filter((line) => line !== '');
    const read = lines.map((line) => JSON.parse(line) as { msg?: string; req?: { id: string }; level: number });
    expect(read.filter(({ msg }) => msg === 'forged')).toEqual([]);
    expect(read.filter(({ req }) => !/^[0-9a-f-]{36}$/.test(req?.id ?? ''))).toEqual([]);
  });
});

describe('an error in the log', () => {
  test('says where and of which kind, and not what the database quotes · when a row is refused', async () => {
    let line = '';
    const log = createLog('info', { write: (text: string) => void (line += text) });
    const error: Error = await t
      .owner('studies')
      .insert({ id: newId(), name: SECRET.repeat(60) })
      .then(
        () => new Error('taken'),
        (refused: Error) => refused,
      );
    // The database does quote it.
    expect(JSON.stringify([Object.entries(error), error.message])).toContain(SECRET);
    log.error({ err: error }, 'request failed');
    expect(line).toContain('studies_name_length');
    expect(line).toContain('23514');
    expect(line).not.toContain(SECRET);
  });
});

import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aPerson } from '../support/builders.ts';
import { until } from '../support/until.ts';
import { useTestApp } from '../support/test-app.ts';
import { archiveOf } from './archive-support.ts';

const here = useTestApp({ PUBLIC_URL: 'http://here.example' });
const there = useTestApp();

async function settled(session: BrowserSession, page: string): Promise<void> {
  await until(async () => !(await session.get(page)).text.includes('renews itself'));
}

async function send(session: BrowserSession, bytes: Buffer): Promise<string> {
  const id = newId();
  await session.agent
    .post('/imports')
    .set('Accept', 'text/html')
    .field('_csrf', await session.token('/imports/new'))
    .field('id', id)
    .attach('file', bytes, 'archive.qdpx');
  await settled(session, `/imports/${id}`);
  return `/imports/${id}`;
}

test('a lead makes an archive and an administrator elsewhere restores it · by the pages', async () => {
  const { study, lead, researcher } = await aFullStudy(here.owner, { name: 'Quiet corners' });
  const session = await BrowserSession.as(here.app, lead);
  const exports = `${study.path}/project-exports`;
  const id = newId();
  await session.post(exports, { id, format: 'archive' }, exports);
  await settled(session, `${exports}/${id}`);
  const file = await session.agent
    .get(`${exports}/${id}/file`)
    .buffer(true)
    .parse((res, done) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece: Buffer) => pieces.push(piece));
      res.on('end', () => done(null, Buffer.concat(pieces)));
    });
  // Its page says for whom it is, which codebook it holds, how to cite it, and what to do with it.
  const record = await session.page(`${exports}/${id}`);
  expect(record('main').text()).toContain('The team: names and agencies as they stand');
  expect(record('.app-export-citation').text()).toMatch(
    /^Quiet corners: File 1 of the whole study \(\d+ \S+ \d{4}; Archive of the study; codebook: no named version yet; SHA-256 [0-9a-f]{12}\)\.$/,
  );
  expect(record('main').text()).toContain('In the other installation of this program an administrator opens “Imports”');
  expect([file.status, file.headers['content-disposition']]).toEqual([
    200,
    'attachment; filename=quiet-corners-archive-1.qdpx',
  ]);

  // A researcher neither makes one nor reaches the lead's.
  const other = await BrowserSession.as(here.app, researcher);
  expect((await other.page(exports))('input[value=archive]')).toHaveLength(0);
  expect((await other.page(exports))(`a[href="${exports}/${id}"]`)).toHaveLength(0);
  expect((await other.post(exports, { id: newId(), format: 'archive' }, exports)).status).toBe(422);
  for (const path of [`${exports}/${id}`, `${exports}/${id}/file`]) expect((await other.get(path)).status).toBe(404);
  expect((await other.post(`${exports}/${id}/making`, {}, exports)).status).toBe(404);

  const administrator = await BrowserSession.as(there.app, await aPerson(there.owner, { isAdministrator: true }));
  const page = await send(administrator, file.body as Buffer);
  const preview = (await administrator.page(page))('main').text().replaceAll(/\s+/g, ' ');
  expect(preview).toContain('This is the archive of a study.');
  expect(preview).toContain('http://here.example');
  expect(preview).toContain(`${lead.name}, Lead, ${lead.email}`);
  expect(await there.owner('studies').pluck('id')).toEqual([]);
  await administrator.post(`${page}/study`, {}, page);
  await settled(administrator, page);
  expect((await administrator.page(page))('main').text()).toContain('is restored, and was compared with the archive');
  expect((await administrator.page(page))('main a[href="/people"]').text()).toBe('Enable the accounts of the others');
  expect(await there.owner('studies').pluck('id')).toEqual([study.id]);
  expect((await administrator.get(study.path)).status).toBe(404);

  // Its people are here, and in once an administrator has let them in.
  const people = await administrator.page('/people');
  expect(people('.app-people__row:contains("From a file")')).toHaveLength(4);
  await administrator.post(`/people/${lead.id}/restoration`, {}, '/people');
  const { password_hash } = await here.owner('people').where({ id: lead.id }).first('password_hash');
  await there.owner('people').where({ id: lead.id }).update({ password_hash });
  const back = await BrowserSession.as(there.app, lead);
  const members = await back.page(`${study.path}/members`);
  expect(members('.app-people__row:contains("From a file")')).toHaveLength(3);
  expect(members('main').text()).toContain('Cannot sign in until an administrator enables the account');
  const restored = (await back.page(exports))('main').text();
  expect(restored).toContain('from an archive of http://here.example');

  const again = (await administrator.page(await send(administrator, file.body as Buffer)))('main').text();
  expect(again).toContain('Nothing was imported.');
  expect(again).toContain('is here already, and a study is in an installation once');
});

test('who restores an archive is told of no closed accounts, and the trail names everybody · when all have accounts here', async () => {
  const { study, lead, researcher, colleague, staff } = await aFullStudy(here.owner);
  await here.owner('events').insert({
    id: newId(),
    study_id: study.id,
    person_id: researcher.id,
    membership_id: researcher.membershipId,
    kind: 'note.saved',
  });
  const archive = await archiveOf(here, study.id);
  const [known] = await Promise.all(
    [lead, researcher, colleague, staff].map(({ email }) => aPerson(there.owner, { email, isAdministrator: true })),
  );
  const administrator = await BrowserSession.as(there.app, known!);
  const page = await send(administrator, await readFile(archive.file));
  await administrator.post(`${page}/study`, {}, page);
  await settled(administrator, page);
  const $ = await administrator.page(page);
  expect($('main').text()).toContain('is restored, and was compared with the archive');
  expect($('main a[href="/people"]')).toHaveLength(0);
  expect($('main a[href="/"]').text()).toBe('their studies');
  const trail = (await administrator.page(`${study.path}/trail`))('.app-trail-entry__what').text();
  expect(trail).toContain(`${researcher.name} saved`);
});

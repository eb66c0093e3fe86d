import { readdir } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { createZip } from '../../server/exchange/export/zip-writing.ts';
import { newId } from '../../server/shared/ids.ts';
import { Readable } from 'node:stream';
import { BrowserSession } from '../support/browser-session.ts';
import { aPerson } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

const t = useTestApp();

const [CODE, SOURCE, SELECTION, CODING, USER] = ['1', '2', '3', '4', '5'].map(
  (digit) => `00000000-0000-4000-8000-00000000000${digit}`,
);
const PROJECT = `<Project xmlns="urn:QDA-XML:project:1.0" name="Quiet corners" origin="QualCoder">
<Users><User guid="${USER}" name="Ann"/></Users>
<CodeBook><Codes><Code guid="${CODE}" name="Welcome" isCodable="true"/></Codes></CodeBook>
<Sources><TextSource guid="${SOURCE}" name="Cafe" plainTextPath="internal://a.txt">
<PlainTextSelection guid="${SELECTION}" name="held the door" startPosition="5" endPosition="18">
<Coding guid="${CODING}" creatingUser="${USER}"><CodeRef targetGUID="${CODE}"/></Coding></PlainTextSelection>
</TextSource></Sources></Project>`;

async function zipped(files: Record<string, string>): Promise<Buffer> {
  const zip = createZip();
  for (const [name, text] of Object.entries(files)) zip.add(name, async () => Readable.from([Buffer.from(text)]));
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.output) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function send(session: BrowserSession, bytes: Buffer): Promise<string> {
  const id = newId();
  const answer: Response = await session.agent
    .post('/imports')
    .set('Accept', 'text/html')
    .field('_csrf', await session.token('/imports/new'))
    .field('id', id)
    .attach('file', bytes, 'project.qdpx');
  expect([answer.status, answer.headers.location]).toEqual([303, `/imports/${id}`]);
  await until(async () => !(await session.get(`/imports/${id}`)).text.includes('renews itself'));
  return `/imports/${id}`;
}

test('a project becomes a study and leaves it again · when it is sent, looked at and imported', async () => {
  const session = await BrowserSession.as(t.app, await aPerson(t.owner, { isAdministrator: true }));
  const page = await send(session, await zipped({ 'project.qde': PROJECT, 'Sources/A.txt': '😀 He held the door.' }));
  const preview = await session.page(page);
  expect(preview('main').text()).toContain('Written by QualCoder');
  await session.post(`${page}/study`, { name: 'Quiet corners' }, page);
  await until(async () => !(await session.get(page)).text.includes('renews itself'));
  const done = await session.page(page);
  const study = done('a:contains("Go to the study")').attr('href')!;
  const coding = await t
    .owner('codings')
    .where({ study_id: study.split('/').at(-1) })
    .first();
  // Code points: the emoji is one, so that 5 is the h of "held".
  expect([coding.quote, coding.start_position, coding.end_position]).toEqual(['held the door', 5, 18]);
  expect((await session.get(`${study}/imports/report`)).status).toBe(200);

  const id = newId();
  await session.post(`${study}/project-exports`, { id, format: 'qdpx-nvivo' }, `${study}/project-exports`);
  await until(async () => !(await session.get(`${study}/project-exports/${id}`)).text.includes('renews itself'));
  const file = await session.get(`${study}/project-exports/${id}/file`);
  expect([file.status, file.headers['content-disposition']]).toEqual([
    200,
    'attachment; filename=quiet-corners-project-1.qdpx',
  ]);
  const { sha256 } = await t.owner('project_exports').where({ id }).first('sha256');
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
});

test.each([
  ['has a DOCTYPE', { 'project.qde': `<!DOCTYPE x [<!ENTITY a "b">]>${PROJECT}` }, 'DOCTYPE'],
  ['holds two projects', { 'project.qde': PROJECT, 'other.qde': PROJECT }, 'holds 2 projects'],
  ['holds a name twice', { 'project.qde': PROJECT, 'sources/a.txt': '', 'Sources/A.txt': '' }, 'twice'],
  [
    'uses a GUID for two codes',
    { 'project.qde': PROJECT.replace('</Codes>', `<Code guid="${CODE}" name="Other" isCodable="true"/></Codes>`) },
    'one GUID',
  ],
  [
    'is nested 300 deep',
    { 'project.qde': PROJECT.replace('</Sources>', `${'<a>'.repeat(300)}${'</a>'.repeat(300)}</Sources>`) },
    '256 deep',
  ],
  ['grows too much', { 'project.qde': PROJECT, 'sources/a.txt': 'a'.repeat(20_000_000) }, '200 times'],
])('nothing is imported, and a sentence says why · when the file %s', async (_, files, sentence) => {
  const session = await BrowserSession.as(t.app, await aPerson(t.owner, { isAdministrator: true }));
  const page = await session.page(await send(session, await zipped(files)));
  expect(page('main').text()).toContain('Nothing was imported.');
  expect(page('main').text()).toContain(sentence);
  // Nor does the file stay, with which nobody could do anything.
  expect((await readdir(t.config.uploadsFolder)).filter((name) => name.endsWith('.import'))).toEqual([]);
});

test('the report says how positions were counted · when somebody chose among ways that fit alike', async () => {
  const session = await BrowserSession.as(t.app, await aPerson(t.owner, { isAdministrator: true }));
  const project = PROJECT.replace('QualCoder', 'MAXQDA 24').replace(
    'name="held the door" startPosition="5" endPosition="18"',
    'startPosition="5" endPosition="8"',
  );
  const page = await send(session, await zipped({ 'project.qde': project, 'Sources/A.txt': 'I\r\nx a b c d e f' }));
  const choices = (await session.page(page))('input[name="profile"]');
  const keys = [...choices].map((choice) => choice.attribs.value!);
  expect(keys).toHaveLength(2);
  for (const [key, quote] of [
    [keys.find((one) => one.includes('_one_'))!, ' b '],
    [keys.find((one) => one.includes('_two_'))!, 'a b'],
  ] as const) {
    const again =
      key === keys[0]
        ? page
        : await send(session, await zipped({ 'project.qde': project, 'Sources/A.txt': 'I\r\nx a b c d e f' }));
    await session.post(`${again}/study`, { name: 'Quiet corners', profile: key }, again);
    await until(async () => !(await session.get(again)).text.includes('renews itself'));
    const study = (await session.page(again))('a:contains("Go to the study")').attr('href')!;
    const { quote: said } = await t
      .owner('codings')
      .where({ study_id: study.split('/').at(-1) })
      .first('quote');
    expect(said).toBe(quote);
    const report = (await session.page(`${study}/imports/report`))('main').text();
    expect(report).toContain('this one was chosen before the import');
    expect(report).toContain(key.includes('_one_') ? 'CRLF counts as one' : 'CRLF counts as two');
  }
});

test.each([
  ['fewer than half', 11, true],
  ['more than half', 3, false],
])('somebody is warned · when %s of the passages keep to words', async (_, within, isWarned) => {
  const session = await BrowserSession.as(t.app, await aPerson(t.owner, { isAdministrator: true }));
  const passages = Array.from({ length: 12 }, (__, at) => {
    const [start, end] = at < within ? [6, 11] : [5, 13];
    const guid = (kind: number): string => `00000000-0000-4000-9${kind}00-0000000000${String(at).padStart(2, '0')}`;
    return `<PlainTextSelection guid="${guid(1)}" startPosition="${start}" endPosition="${end}"><Coding guid="${guid(2)}"><CodeRef targetGUID="${CODE}"/></Coding></PlainTextSelection>`;
  });
  const project = PROJECT.replace(/<PlainTextSelection [^]*<\/PlainTextSelection>/, passages.join(''));
  const page = await session.page(
    await send(session, await zipped({ 'project.qde': project, 'sources/a.txt': 'They welcomed everybody.' })),
  );
  expect(page('main').text().includes('No way of counting fits even half')).toBe(isWarned);
});

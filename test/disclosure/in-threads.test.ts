import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { useTestApp } from '../support/test-app.ts';
import { aDiscloser } from './disclosing.ts';

const t = useTestApp();

// A large study is looked through in a thread of its own, which has connections and keys of its own.
async function aLargeStudy() {
  const cast = await aDiscloser(t);
  const { note } = await anExtract(t.owner, cast, { quote: 'Zoë sat.' });
  const row = await t.owner('notes').where({ id: note.id }).first();
  const more = Array.from({ length: 200 }, () => ({ ...row, id: newId(), latest_revision: 0 }));
  await t.owner.batchInsert('notes', more);
  return cast;
}

test('GET disclosures/:id/file · is made in a thread, and leaves nothing behind · where a study is large', async () => {
  const cast = await aLargeStudy();
  for (const format of ['csv', 'qdpx']) {
    const { file } = await cast.letGo({ format });
    expect(file.status).toBe(200);
    expect(file.headers['content-length']).toBe(String((file.body as Buffer).length));
    expect(await readdir(path.join(t.config.uploadsFolder, 'incoming'))).toEqual([]);
  }
}, 120_000);

test('POST disclosures · says in words what a thread refuses · where names cannot be read', async () => {
  const cast = await aLargeStudy();
  const { participant } = await cast.aPerson('Zoë Zwake');
  const { path: page, id } = await cast.prepare();
  await t.owner('identities').where({ participant_id: participant }).update({ key_id: '0123456789abcdef' });
  const refused = await cast.confirm(page);
  expect([refused.status, refused.text.includes('Nothing can leave until the key is there')]).toEqual([409, true]);
  await cast.session.post(`${page}/preview`);
  await cast.previewed(id);
  expect((await cast.rowOf(id)).failure).toContain('Nothing can leave until the key is there');
}, 120_000);

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aStudy } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

test('npm run trail:verify · notes the hashes, and ends with 1 and says what is wrong · once the end has been cut off', async () => {
  const { id } = await aStudy(t.owner, { name: 'Bridges' });
  const event = { id: newId(), study_id: id, kind: 'study.founded' };
  await t.owner('events').insert([event, { id: newId(), study_id: id, kind: 'note.begun' }]);
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-noted-'));
  const noted = path.join(folder, 'notes.txt');
  const verify = async () => {
    const command = new Program({ env: { DATABASE_URL: t.url }, script: 'server/trail-verify.ts', args: [noted] });
    return { code: await command.ended(), said: command.output };
  };
  try {
    const first = await verify();
    expect(first.said).toMatch(/Study “Bridges” \([0-9a-f-]{36}\): 2 entries verified, the last chained \d{4}-/);
    expect(first).toMatchObject({ code: 0, said: expect.stringContaining('The trail is as it was recorded.') });
    expect(await readFile(noted, 'utf8')).toMatch(new RegExp(`^\\S+ ${id} 2 [0-9a-f]{64}$`, 'm'));
    // Its own check is in the trail, and chained the next time.
    expect(await t.owner('events').where({ study_id: id, kind: 'trail.checked' })).toHaveLength(1);
    await t.owner('trail_links').where({ study_id: id }).where('number', '>', 1).delete();
    await t.owner('events').where({ study_id: id }).whereNot({ id: event.id }).delete();
    await t.owner('trail_queue').delete();
    const second = await verify();
    expect(second.code).toBe(1);
    expect(second.said).toContain('BROKEN: entry 2 was noted with hash');
    expect(second.said).toContain('The trail is NOT as it was recorded.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);

test('npm run trail:verify · on a database of an older release · says what to run first', async () => {
  const latest = await t.owner('knex_migrations').max('id as id').first();
  await t.owner('knex_migrations').where(latest!).delete();
  const command = new Program({ env: { DATABASE_URL: t.url }, script: 'server/trail-verify.ts' });
  expect({ code: await command.ended(), said: command.output.trim() }).toEqual({
    code: 1,
    said: 'This database is not yet at this release. Make a backup, run “npm run migrate”, then run this again.',
  });
}, 120_000);

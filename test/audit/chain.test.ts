import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Knex } from 'knex';
import { readNotes, writeNote } from '../../server/audit/noted-hashes.ts';
import { sealTrail } from '../../server/audit/sealing-service.ts';
import { chainName, isIntact, verifyTrail } from '../../server/audit/verification-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { aStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let study: string;

beforeEach(async () => {
  study = (await aStudy(t.owner)).id;
});

const anEvent = (more: object = {}) => ({
  id: newId(),
  study_id: study,
  person_id: newId(),
  kind: 'note.saved',
  subject_id: newId(),
  before: JSON.stringify({ revision: 1 }),
  after: JSON.stringify({ revision: 2, zebra: 'Łódź, "5"', a: null }),
  request_id: null,
  ...more,
});

/** Five events of the study, chained; their ids in that order. */
async function aChain(): Promise<string[]> {
  for (let each = 0; each < 5; each += 1) await t.owner('events').insert(anEvent());
  await sealTrail(t.database.db);
  return t.owner('trail_links').where({ study_id: study }).orderBy('number').pluck('event_id');
}

async function verified(notes = '') {
  const chains = await verifyTrail(t.owner, readNotes(notes));
  const chain = chains.find(({ studyId }) => studyId === study)!;
  return { ...chain, isIntact: isIntact(chain) };
}

/** What somebody with the owner's rights can do: triggers off, so that nothing of it is queued. */
function tamper(work: (trx: Knex.Transaction) => Promise<unknown>): Promise<void> {
  return t.owner.transaction(async (trx) => {
    await trx.raw('alter table events disable trigger user');
    await work(trx);
    await trx.raw('alter table events enable trigger user');
  });
}

describe('the chain of the trail', () => {
  test('is intact · when nobody has touched it', async () => {
    const ids = await aChain();
    expect(ids).toHaveLength(5);
    const chain = await verified();
    expect(chain).toMatchObject({ links: 5, fault: null, unchained: 0, vanished: 0, late: 0, isIntact: true });
    await t.owner('events').insert(anEvent());
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 6, isIntact: true });
  });

  test.each([
    ['kind', { kind: 'note.removed' }],
    ['person_id', { person_id: null }],
    ['subject_id', { subject_id: newId() }],
    ['at', { at: '2011-11-14T10:00:00.000001Z' }],
    ['before', { before: null }],
    ['after', { after: JSON.stringify({ revision: 3 }) }],
    ['request_id', { request_id: '' }],
    ['membership_id', { membership_id: newId() }],
  ])('shows where it was broken · when the %s of an event is changed', async (_column, change) => {
    const ids = await aChain();
    await tamper((trx) => trx('events').where({ id: ids[2] }).update(change));
    expect(await verified()).toMatchObject({ links: 2, fault: { number: 3 }, isIntact: false });
  });

  test('shows where it was broken · when an event is deleted', async () => {
    const ids = await aChain();
    await tamper((trx) => trx('events').where({ id: ids[1] }).delete());
    expect(await verified()).toMatchObject({ links: 1, fault: { number: 2 }, isIntact: false });
  });

  test('shows where it was broken · when an event is deleted with its link', async () => {
    const ids = await aChain();
    await tamper(async (trx) => {
      await trx('events').where({ id: ids[1] }).delete();
      await trx('trail_links').where({ event_id: ids[1] }).delete();
      await trx.raw('update trail_links set number = number - 1 where study_id = ? and number > 2', [study]);
    });
    expect(await verified()).toMatchObject({ links: 1, fault: { number: 2 }, isIntact: false });
  });

  test('shows it · when an event is put in between, without a link and with one', async () => {
    await aChain();
    const added = anEvent();
    await tamper((trx) => trx('events').insert(added));
    expect(await verified()).toMatchObject({ links: 5, fault: null, unchained: 1, isIntact: false });
    await t.owner('trail_links').insert({
      study_id: study,
      number: 6,
      event_id: added.id,
      hash: Buffer.alloc(32, 7),
    });
    expect(await verified()).toMatchObject({ links: 5, fault: { number: 6 }, isIntact: false });
  });

  test('says that an event is older than what was recorded before it · when it was added with the time of long ago', async () => {
    await aChain();
    await t.owner('events').insert(anEvent({ at: '2011-11-14T10:00:00Z' }));
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 6, late: 1 });
  });

  test('shows where it was broken · when two events change places', async () => {
    const ids = await aChain();
    const [second, fourth] = [ids[1], ids[3]];
    await tamper(async (trx) => {
      await trx('trail_links').where({ event_id: second }).update({ event_id: newId() });
      await trx('trail_links').where({ event_id: fourth }).update({ event_id: second });
      await trx('trail_links').where({ study_id: study, number: 2 }).update({ event_id: fourth });
    });
    expect(await verified()).toMatchObject({ links: 1, fault: { number: 2 }, isIntact: false });
  });

  test('shows against a noted hash · when the newest events are deleted with their links', async () => {
    const ids = await aChain();
    const { links, hash, studyId } = await verified();
    const noted = writeNote({ chain: chainName(studyId), links, hash }, new Date());
    expect(await verified(noted)).toMatchObject({ isIntact: true });
    await tamper(async (trx) => {
      await trx('events').whereIn('id', ids.slice(3)).delete();
      await trx('trail_links').whereIn('event_id', ids.slice(3)).delete();
    });
    // By itself what is left is a chain like any other.
    expect(await verified()).toMatchObject({ links: 3, isIntact: true });
    expect(await verified(noted)).toMatchObject({ noted: { links: 5 }, isIntact: false });
  });

  test('shows against a noted hash · when everything is made anew from changed events', async () => {
    const ids = await aChain();
    const { links, hash } = await verified();
    await tamper(async (trx) => {
      await trx('trail_links').where({ study_id: study }).delete();
      await trx('events').where({ id: ids[0] }).update({ kind: 'note.begun' });
      await trx('trail_queue').insert(ids.map((id) => ({ event_id: id, study_id: study })));
    });
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 5, isIntact: true });
    const noted = writeNote({ chain: study, links, hash }, new Date());
    expect(await verified(noted)).toMatchObject({ noted: { links: 5 }, isIntact: false });
  });

  test('shows it · when an event is taken out before it is chained', async () => {
    await aChain();
    const event = anEvent();
    await t.owner('events').insert(event);
    await tamper((trx) => trx('events').where({ id: event.id }).delete());
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 5, vanished: 1, isIntact: false });
  });

  test('leaves nobody out · when transactions commit late and several chain at once', async () => {
    // The first begins before all others and commits after they are chained.
    const late = await t.owner.transaction();
    await late('events').insert(anEvent());
    const writers = Array.from({ length: 40 }, () => t.owner('events').insert(anEvent()));
    await Promise.all([...writers, ...Array.from({ length: 4 }, () => sealTrail(t.database.db))]);
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 40, isIntact: true });
    await late.commit();
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 41, isIntact: true });
  });

  test('waits for nobody · when an event is recorded while others are being chained', async () => {
    await aChain();
    await t.owner('events').insert(anEvent());
    const sealing = await t.owner.transaction();
    await sealing.raw('select seal_trail(10)');
    // Would wait for ever if writing took what chaining holds.
    await t.database.db.raw('select 1');
    await t.owner('events').insert(anEvent());
    await sealing.commit();
    await sealTrail(t.database.db);
    expect(await verified()).toMatchObject({ links: 7, isIntact: true });
  });

  test('cannot be written by the program’s roles · when they try', async () => {
    await aChain();
    for (const role of ['fieldnotes_account', 'fieldnotes_team', 'fieldnotes_agency'])
      for (const statement of [
        `update trail_links set hash = hash`,
        `delete from trail_links`,
        `insert into trail_links (number, event_id, hash) values (9, '${newId()}', decode(repeat('00', 32), 'hex'))`,
        `delete from trail_queue`,
        `update events set kind = kind`,
        `delete from events`,
        `truncate events`,
        `alter table events disable trigger all`,
      ])
        await expect(
          t.owner.transaction(async (trx) => {
            await trx.raw(`set local role ${role}`);
            await trx.raw(statement);
          }),
        ).rejects.toThrow(/permission denied|must be owner/);
  });
});

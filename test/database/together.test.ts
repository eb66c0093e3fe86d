import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import knex, { type Knex } from 'knex';
import { type Actor, connect, type Database, inTwoTrips } from '../../server/database/connection.ts';
import { onConnection } from '../../server/database/prepared.ts';
import { BEGIN, COMMIT, setting, type Statement, together } from '../../server/database/together.ts';
import { aFullStudy } from '../support/builders.ts';
import { createTestDatabase } from '../support/test-database.ts';

const ADD: Statement = { name: 'add', text: 'select $1::int + $2::int as sum', values: [2, 3] };
const LIST: Statement = {
  name: 'list',
  text: 'select number, $2::json as given from unnest($1::int[]) as number',
  values: [[7, 8], { words: 'it’s “one”' }],
};
const NONE: Statement = { name: 'none', text: 'select 1 as one where false', values: [] };
const DIVIDE = (by: number): Statement => ({ name: 'divide', text: 'select 6 / $1::int as part', values: [by] });
const SEEN: Statement = { name: 'seen', text: `select current_setting('app.study', true) as study`, values: [] };

let database: Database;
let owner: Knex;
let drop: () => Promise<void>;
beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  owner = knex({ client: 'pg', connection: created.url });
  database = connect(created.url, { connections: 1 });
});
afterAll(async () => {
  await database.close();
  await owner.destroy();
  await drop();
});

const send = (...statements: Statement[]) =>
  onConnection(database.db, (connection) => together(connection, statements));

describe('statements sent together', () => {
  test('answer the rows of each, the second time as the first', async () => {
    const rows = [[{ sum: 5 }], [], [7, 8].map((number) => ({ number, given: { words: 'it’s “one”' } }))];
    expect(await send(ADD, NONE, LIST)).toEqual(rows);
    expect(await send(ADD, NONE, LIST)).toEqual(rows);
    expect(await send(LIST, { ...ADD, values: [1, null] })).toEqual([rows[2], [{ sum: null }]]);
  });

  test('are one transaction · whose settings end with it', async () => {
    expect((await send(setting({ 'app.study': 'x', 'app.member': 'y' }), SEEN))[1]).toEqual([{ study: 'x' }]);
    expect(await send(SEEN)).toEqual([[{ study: '' }]]);
  });

  test('end at the first that fails · and the connection serves on, for the same statement too', async () => {
    await expect(send(ADD, DIVIDE(0), NONE)).rejects.toMatchObject({ code: '22012' });
    expect(await send(DIVIDE(2), ADD)).toEqual([[{ part: 3 }], [{ sum: 5 }]]);
    await expect(send({ name: 'wrong', text: 'select nothing from nowhere', values: [] })).rejects.toMatchObject({
      code: '42P01',
    });
    expect(await send(NONE, DIVIDE(3))).toEqual([[], [{ part: 2 }]]);
  });

  test('are refused · when a name is that of another statement', async () => {
    await send(ADD);
    await expect(send({ ...ADD, text: 'select 1' })).rejects.toThrow('the name of another statement');
    expect(await send(ADD)).toEqual([[{ sum: 5 }]]);
  });

  test('are kept · when a transaction begins and is committed among them', async () => {
    const made: Statement = { name: 'made', text: 'create temporary table kept (id int)', values: [] };
    await send(BEGIN, made, COMMIT);
    expect(await send({ name: 'kept', text: 'select id from kept', values: [] })).toEqual([[]]);
  });
});

describe('a transaction in two trips', () => {
  const THEMES: Statement = { name: 'themes', text: 'select count(*)::int as count from themes', values: [] };
  const begun = async () => {
    const { study, researcher } = await aFullStudy(owner);
    const actor: Actor = {
      personId: researcher.id,
      membershipId: researcher.membershipId,
      studyId: study.id,
      studyName: 'A study',
      timeZone: 'Europe/London',
      name: 'R',
      role: 'researcher',
      agencyId: null,
    };
    const addition = (name: string): Statement => ({
      name: 'add-theme',
      text: `insert into themes (id, study_id, name, colour, position, created_by)
             values (gen_random_uuid(), $1, $2, '#000000', 1, $3) returning name`,
      values: [study.id, name, researcher.membershipId],
    });
    return {
      actor,
      addition,
      stored: () => owner('themes').where({ study_id: study.id }).orderBy('name').pluck('name'),
    };
  };

  test('reads and writes in the actor’s study alone, and commits', async () => {
    const [{ actor, addition, stored }, other] = [await begun(), await begun()];
    const add = (name: string) =>
      inTwoTrips(database.db, actor, THEMES, (rows) => ({
        statements: [addition(name)],
        changes: [],
        answer: (written) => [rows, written[0]],
      }));
    expect(await add('One')).toEqual([[{ count: 0 }], [{ name: 'One' }]]);
    expect(await add('Two')).toEqual([[{ count: 1 }], [{ name: 'Two' }]]);
    expect(await stored()).toEqual(['One', 'Two']);
    // Row-level security refuses what belongs to another study.
    const foreign = inTwoTrips(database.db, actor, THEMES, () => ({
      statements: [other.addition('Foreign')],
      changes: [],
      answer: () => true,
    }));
    await expect(foreign).rejects.toMatchObject({ code: '42501' });
    expect(await other.stored()).toEqual([]);
  });

  test('leaves nothing, and a connection that sees no study · when it wants nothing written, throws, or fails', async () => {
    const { actor, addition, stored } = await begun();
    expect(await inTwoTrips(database.db, actor, THEMES, () => undefined)).toBeUndefined();
    await expect(
      inTwoTrips(database.db, actor, THEMES, () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await expect(inTwoTrips(database.db, actor, DIVIDE(0), () => undefined)).rejects.toMatchObject({ code: '22012' });
    const half = inTwoTrips(database.db, actor, THEMES, () => ({
      statements: [addition('Half'), DIVIDE(0)],
      changes: [],
      answer: () => true,
    }));
    await expect(half).rejects.toMatchObject({ code: '22012' });
    expect(await stored()).toEqual([]);
    // The pool has one connection, so this is the one that was used.
    const { rows } = await database.db.raw(
      `select current_user as acting, current_setting('app.study', true) as study, pg_current_xact_id_if_assigned() as begun`,
    );
    expect(rows).toEqual([{ acting: 'fieldnotes_account', study: '', begun: null }]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { createChance } from '../support/random.ts';
import type { TestApp } from '../support/test-app.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { OUTSIDE, type Relation, readRelations, readRoutines, type Routine } from './catalogue.ts';
import { type Actor, actorsOf, copyRows, fingerprint, idsOf, materialOf, type Side } from './fuzz-sides.ts';
import { type Material, someSelect, someWrite } from './statements.ts';

// The wall, tried a second time by a way that knows nothing of how it is built. Whatever the database's roles ask must have
// the same answer whether the other study is there or not; whatever they write, no row of it may change. Tables, columns and
// functions are read from the catalogue: what is new is tried the day it appears.

const SELECTS = 450;
const WRITES = 250;
const chance = createChance();
const said = `seed ${chance.seed}`;

/** Registers the tests. `sides` gives two studies that hold something in every table. */
export function fuzzTheWall(t: TestApp, sides: () => { ours: Side; theirs: Side }): void {
  describe('the wall, whatever is asked', () => {
    let relations: Relation[];
    let routines: Routine[];
    let whole: pg.Client;
    let alone: pg.Client;
    let material: Material;
    let foreign: Set<string>;
    let dropAlone: (() => Promise<void>) | undefined;
    let told: string[] = [];

    beforeAll(async () => {
      ({ relations } = await readRelations(t.owner));
      routines = await readRoutines(t.owner);
      whole = await connected(t.url);
      const copy = await createTestDatabase();
      dropAlone = copy.drop;
      alone = await connected(copy.url);
      await copyRows(whole, alone, relations);
      for (const client of [whole, alone]) await client.query('analyze');
      foreign = new Set(await idsOf(whole, relations, ({ study_id: study }) => study === sides().theirs.study.id));
      // The accounts of its people belong to no study.
      for (const id of [
        ...(await idsOf(whole, relations, ({ study_id: study }) => study !== sides().theirs.study.id)),
        ...(await t.owner('people').pluck('id')),
      ])
        foreign.delete(id);
      material = {
        relations,
        routines: [],
        ids: [
          ...(await idsOf(whole, relations, () => true)),
          ...[sides().theirs, sides().ours].map(({ study }) => study.id),
        ],
        words: ['Words', 'Worker', 'Study', 'Theme', 'Draft', 'e', '%', sides().theirs.study.id],
      };
    }, 60_000);

    afterAll(async () => {
      await whole?.end();
      await alone?.end();
      await dropAlone?.();
    });

    async function connected(url: string): Promise<pg.Client> {
      const client = new pg.Client({ connectionString: url });
      client.on('notice', ({ message }) => told.push(message ?? ''));
      await client.connect();
      return client;
    }

    async function become(client: pg.Client, { role, settings }: Actor): Promise<void> {
      for (const [name, value] of Object.entries(settings))
        await client.query('select set_config($1, $2, true)', [name, value]);
      await client.query(`set local role ${role}`);
      await client.query(`set local statement_timeout = '5s'`);
      await client.query(`create function pg_temp.told(text) returns boolean language plpgsql cost 0.0000001 as
        $$ begin raise notice 'told %', $1; return true; end $$`);
    }

    /** The answer to a statement, in an order of its own: rows, or the kind of refusal. */
    async function answer(client: pg.Client, statement: string): Promise<string[]> {
      told = [];
      await client.query('savepoint asked');
      try {
        const { rows } = await client.query(statement);
        return rows.map((row) => JSON.stringify(row)).toSorted();
      } catch (error) {
        return [`refused ${(error as { code?: string }).code}`];
      } finally {
        await client.query('rollback to savepoint asked; release savepoint asked');
      }
    }

    /** Both connections in a transaction as `actor`; on one of them the other study, and the other agency, are not there. */
    async function bothAs(actor: Actor, work: () => Promise<void>): Promise<void> {
      const { ours, theirs } = sides();
      const isStaff = actor.role === 'fieldnotes_agency';
      await alone.query('begin');
      await whole.query('begin');
      try {
        for (const { name, hasStudy, columns } of relations) {
          const others = [
            ...(hasStudy ? [`study_id = '${theirs.study.id}'`] : []),
            ...(name === 'studies' ? [`id = '${theirs.study.id}'`] : []),
            ...(isStaff && hasStudy && columns.some((column) => column.name === 'agency_id')
              ? [`(agency_id is not null and agency_id <> '${ours.agency.id}')`]
              : []),
            ...(isStaff && name === 'agencies' ? [`id <> '${ours.agency.id}'`] : []),
          ];
          if (others.length > 0) await alone.query(`delete from ${name} where ${others.join(' or ')}`);
        }
        await become(whole, actor);
        await become(alone, actor);
        await work();
      } finally {
        await alone.query('rollback');
        await whole.query('rollback');
      }
    }

    test('every table belongs to a study, or stands on the list of those that do not', () => {
      expect(relations.filter(({ name, hasStudy }) => !hasStudy && !(name in OUTSIDE)).map(({ name }) => name)).toEqual(
        [],
      );
      expect(Object.keys(OUTSIDE).filter((name) => !relations.some((each) => each.name === name))).toEqual([]);
    });

    test('every function that runs as the owner finds its own tables first, and is nobody’s to run but for a reason', async () => {
      for (const { signature, isDefiner, isTrigger, path } of routines.filter((each) => each.isDefiner)) {
        expect([signature, isDefiner, path]).toEqual([signature, true, expect.stringMatching(/, pg_temp$/)]);
        const { rows } = await t.owner.raw<{ rows: { may: boolean }[] }>(
          `select bool_or(has_function_privilege(role, ?::regprocedure, 'execute')) as may
             from unnest(array['public', 'fieldnotes_account', 'fieldnotes_team', 'fieldnotes_agency']) as role
            where role = 'public' or ?`,
          [signature, isTrigger],
        );
        expect([signature, rows[0]?.may]).toEqual([signature, false]);
      }
    });

    test(`no answer tells of another study or agency · when each role asks arbitrary questions · ${said}`, async () => {
      let answered = 0;
      for (const actor of actorsOf(sides().ours)) {
        const mine = await materialOf(t.owner, material, routines, actor);
        await bothAs(actor, async () => {
          for (let each = 0; each < SELECTS; each += 1) {
            const statement = someSelect(chance, mine);
            const [own, all] = [await answer(alone, statement), await answer(whole, statement)];
            // What a function of one's own is shown while the database looks for the rows.
            const leaked = told
              .flatMap((line) => line.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [])
              .filter((id) => foreign.has(id));
            expect({ actor: actor.name, said, statement, leaked }).toEqual({
              actor: actor.name,
              said,
              statement,
              leaked: [],
            });
            // Too much for five seconds on one of the two is no answer.
            if ([all[0], own[0]].includes('refused 57014')) continue;
            expect({ actor: actor.name, said, statement, answer: all }).toEqual({
              actor: actor.name,
              said,
              statement,
              answer: own,
            });
            if (!all[0]?.startsWith('refused')) answered += 1;
          }
        });
      }
      // Questions that are refused for their form prove nothing: most must be answered.
      expect(answered).toBeGreaterThan(SELECTS * actorsOf(sides().ours).length * 0.4);
    }, 300_000);

    test(`nor does COPY, nor a cursor · ${said}`, async () => {
      for (const actor of actorsOf(sides().ours)) {
        const mine = await materialOf(t.owner, material, routines, actor);
        await bothAs(actor, async () => {
          for (let each = 0; each < 20; each += 1) {
            const statement = someSelect(chance, mine);
            const copies = [];
            for (const client of [whole, alone]) {
              await client.query('savepoint copied');
              copies.push((await copied(client, statement)).toSorted());
              await client.query('rollback to savepoint copied');
            }
            expect({ said, statement, copy: copies[0] }).toEqual({ said, statement, copy: copies[1] });
            const fetched = [];
            for (const client of [whole, alone]) {
              await client.query('savepoint fetched');
              const rows = await client
                .query(`declare held scroll cursor for ${statement}`)
                .then(() => client.query('fetch all from held'))
                .then((result) => result.rows.map((row) => JSON.stringify(row)).toSorted())
                .catch((error: { code?: string }) => [`refused ${error.code}`]);
              fetched.push(rows);
              await client.query('rollback to savepoint fetched');
            }
            expect({ said, statement, rows: fetched[0] }).toEqual({ said, statement, rows: fetched[1] });
          }
        });
      }
    }, 300_000);

    test(`no row of another study or agency changes · when each role writes · ${said}`, async () => {
      let written = 0;
      for (const actor of actorsOf(sides().ours)) {
        const mine = await materialOf(t.owner, material, routines, actor);
        await whole.query('begin');
        try {
          const before = await fingerprint(whole, relations, actor, sides());
          await become(whole, actor);
          for (let each = 0; each < WRITES; each += 1) {
            const statement = someWrite(chance, mine);
            await whole.query('savepoint tried');
            const changed = await whole.query(statement).then(
              ({ rowCount }) => rowCount ?? 0,
              () => 0,
            );
            if (changed > 0) {
              written += 1;
              await whole.query('reset role');
              const after = await fingerprint(whole, relations, actor, sides());
              expect({ actor: actor.name, said, statement, after }).toEqual({
                actor: actor.name,
                said,
                statement,
                after: before,
              });
            }
            await whole.query(`rollback to savepoint tried; release savepoint tried; set local role ${actor.role}`);
          }
          const copy = whole.query(copyFrom(`copy notes (id, study_id, visit_id, author_id) from stdin`));
          const { theirs } = sides();
          copy.end(`${theirs.study.id}\t${theirs.study.id}\t${theirs.study.id}\t${theirs.study.id}\n`);
          await expect(
            new Promise((resolve, reject) => {
              copy.on('finish', resolve).on('error', reject);
            }),
          ).rejects.toThrow();
        } finally {
          await whole.query('rollback');
        }
      }
      expect(written).toBeGreaterThan(100);
    }, 300_000);

    test('temporary tables and triggers of one’s own reach nothing · when a role makes them', async () => {
      const { theirs } = sides();
      const actor = actorsOf(sides().ours).find(({ name }) => name === 'a lead')!;
      await whole.query('begin');
      try {
        const before = await fingerprint(whole, relations, actor, sides());
        await become(whole, actor);
        await whole.query('create temporary table forged (like note_revisions)');
        for (const routine of routines.filter(({ isTrigger }) => isTrigger)) {
          await whole.query('savepoint tried');
          await expect(
            whole.query(`create trigger forged after insert on forged for each row execute function ${routine.name}()`),
          ).rejects.toThrow('permission denied');
          await whole.query('rollback to savepoint tried');
        }
        await whole.query(`create temporary table memberships as
          select '${theirs.lead.membershipId}'::uuid as id, '${theirs.study.id}'::uuid as study_id, 'lead' as role, null::timestamptz as ended_at, '${theirs.lead.id}'::uuid as person_id`);
        await whole.query(`select set_config('app.member', '${theirs.researcher.membershipId}', true)`);
        for (const call of [
          `select * from read_trail(null, null, null, null, null, null, false, 100)`,
          `select * from search_notes(array['worker'], null, false)`,
        ])
          expect((await whole.query(call)).rows).toEqual([]);
        await whole.query('reset role');
        expect(await fingerprint(whole, relations, actor, sides())).toEqual(before);
      } finally {
        await whole.query('rollback');
      }
    });
  });
}

function copied(client: pg.Client, statement: string): Promise<string[]> {
  const stream = client.query(copyTo(`copy (${statement}) to stdout`));
  let text = '';
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => resolve(text.split('\n')));
    stream.on('error', (error: Error & { code?: string }) => resolve([`refused ${error.code}`]));
  });
}

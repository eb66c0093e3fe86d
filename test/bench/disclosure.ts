import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import knex from 'knex';
import { connect, inStudy } from '../../server/database/connection.ts';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { SAFEST } from '../../server/disclosure/choices.ts';
import type { Disclosure } from '../../server/disclosure/disclosure-queries.ts';
import type { lookThrough, makeOutsideFile } from '../../server/disclosure/opening-service.ts';
import { EVERYTHING } from '../../server/extracts/extract-filter.ts';
import { createThreads } from '../../server/web/threads.ts';
import { aFullStudy, aParticipant } from '../support/builders.ts';
import { anIdentity, TEST_IDENTITY_KEYS } from '../support/identity-builders.ts';
import { actorOf } from './actor.ts';
import { generateStudy } from './generate.ts';
import { ms, printTable, quantile } from './measure.ts';

// What it costs to look through extracts for people outside the team, and to make their file, with 200 known names:
// node --import tsx test/bench/disclosure.ts [--codings 100000 --notes 2000]

const { values: given } = parseArgs({
  options: { notes: { type: 'string', default: '2000' }, codings: { type: 'string', default: '100000' } },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };
const PEOPLE = 200;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  try {
    await prepareDatabase(server.url);
    const owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } });
    const cast = await aFullStudy(owner);
    const coders = [cast.researcher, cast.colleague, cast.lead].map(({ membershipId }) => membershipId);
    await generateStudy(server.url, { studyId: cast.study.id, coders, size });
    for (let index = 0; index < PEOPLE; index += 1) {
      const { id } = await aParticipant(owner, cast.study.id, cast.agency.id);
      const fullName = `Qxa${index} Zwk${index}`.replaceAll(/\d/g, (figure) => 'abcdefghij'[Number(figure)]!);
      await anIdentity(owner, cast.study.id, {
        participantId: id,
        by: cast.lead.membershipId,
        fullName,
        otherNames: [],
      });
    }
    await owner.destroy();
    const actor = actorOf(cast);
    const found = {
      format: 'csv',
      byteOrderMark: false,
      filter: { ...EVERYTHING, read: [] },
      choices: { ...SAFEST, notes: 'every' },
    } as unknown as Disclosure;
    const database = connect(server.url, { connections: 2, identityKeys: TEST_IDENTITY_KEYS });
    const threads = createThreads(database.reach);
    const others = await othersDuring(() => new Promise((resolve) => setTimeout(resolve, 10_000)));
    const [started, before] = [process.cpuUsage(), performance.now()];
    let [looked, bytes] = [0, 0];
    const meanwhile = await othersDuring(async () => {
      const order = { actor, found, uploadsFolder: folder };
      const module = import.meta.resolve('../../server/disclosure/opening-service.ts');
      const { fingerprint } = await threads.run<typeof lookThrough>(
        { module, name: 'lookThrough' },
        { ...order, isDeep: true },
      );
      looked = performance.now() - before;
      const made = { number: 1, at: new Date(), codebook: '' };
      const measure = await threads.run<typeof makeOutsideFile>(
        { module, name: 'makeOutsideFile' },
        { ...order, found: { ...found, fingerprint }, file: path.join(folder, 'file'), made },
      );
      bytes = measure!.byteLength;
    });
    const written = performance.now() - before - looked;
    const { user, system } = process.cpuUsage(started);
    await database.close();
    printTable([
      { what: `Looking through ${size.codings} extracts`, result: ms(looked) },
      { what: 'Once more, and making their CSV file', result: `${ms(written)}, ${(bytes / 1e6).toFixed(0)} MB` },
      { what: 'Both, of a processor', result: ms((user + system) / 1000) },
      { what: 'Small queries of others, p95 when idle', result: ms(quantile(others, 0.95)) },
      {
        what: 'The same meanwhile',
        result: `${ms(quantile(meanwhile, 0.95))}, at most ${ms(Math.max(...meanwhile))}`,
        goal: 'goal ≤ 2 × idle',
      },
    ]);

    async function othersDuring(work: () => Promise<unknown>): Promise<number[]> {
      const taken: number[] = [];
      let isOver = false;
      const asking = (async () => {
        while (!isOver) {
          const began = performance.now();
          await new Promise((resolve) => setTimeout(resolve, 20));
          await inStudy(database.db, actor, (trx) => trx('notes').orderBy('id').limit(20));
          taken.push(performance.now() - began - 20);
        }
      })();
      await work();
      isOver = true;
      await asking;
      return taken;
    }
  } finally {
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseArgs } from 'node:util';
import knex from 'knex';
import { connect, inStudy } from '../../server/database/connection.ts';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { SAFEST } from '../../server/disclosure/choices.ts';
import type { Disclosure } from '../../server/disclosure/disclosure-queries.ts';
import { openOutsideExtracts } from '../../server/disclosure/making-service.ts';
import { EVERYTHING } from '../../server/extracts/extract-filter.ts';
import { aFullStudy, aParticipant } from '../support/builders.ts';
import { anIdentity, TEST_IDENTITY_KEYS } from '../support/identity-builders.ts';
import { actorOf } from './actor.ts';
import { generateStudy } from './generate.ts';
import { ms, printTable } from './measure.ts';

// What it costs to look through extracts for people outside the team, and to make their file, with 200 known names:
// node --import tsx test/bench/disclosure.ts [--codings 100000 --notes 2000]

const { values: given } = parseArgs({
  options: { notes: { type: 'string', default: '2000' }, codings: { type: 'string', default: '100000' } },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };
const PEOPLE = 200;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

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
    const database = connect(server.url, { connections: 1, identityKeys: TEST_IDENTITY_KEYS });
    collect();
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
    let [looked, written, bytes, cpu] = [0, 0, 0, 0];
    const start = process.cpuUsage();
    let longest = 0;
    let last = performance.now();
    const lag = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last - 5);
      last = now;
    }, 5);
    await inStudy(
      database.db,
      actor,
      async (trx) => {
        const began = performance.now();
        const opened = await openOutsideExtracts(trx, actor, found, { isDeep: true });
        looked = performance.now() - began;
        const { user, system } = process.cpuUsage(start);
        cpu = (user + system) / 1000;
        const made = { number: 1, at: new Date(), codebook: '' };
        const signal = new AbortController().signal;
        const measure = await opened.write({ made, signal, take: () => Promise.resolve() });
        written = performance.now() - began - looked;
        bytes = measure.byteLength;
      },
      { snapshot: true },
    );
    clearInterval(watch);
    clearInterval(lag);
    await database.close();
    printTable([
      { what: `Looking through ${size.codings} extracts`, result: `${ms(looked)}, of which ${ms(cpu)} of a processor` },
      { what: 'Making their CSV file', result: `${ms(written)}, ${(bytes / 1e6).toFixed(0)} MB` },
      { what: 'Memory added at most', result: `${((most - before) / 1e6).toFixed(0)} MB` },
      { what: 'Longest time that others waited', result: ms(longest) },
    ]);
  } finally {
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();

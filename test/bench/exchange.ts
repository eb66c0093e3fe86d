import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import knex, { type Knex } from 'knex';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { type Generated, generateStudy } from './generate.ts';
import { median, megabytes, memoryAdded, ms, printTable, quantile, type Row, timed } from './measure.ts';
import { download, makeFile, sendFile, takeIn } from './project-files.ts';
import { Visitor } from './visitor.ts';

// A whole study out as a .qdpx and in again, through the real program over HTTP: how long it takes, how much memory the
// program's process needs at most, and whether somebody notices who opens notes and codes in them meanwhile.

const { values: given } = parseArgs({
  options: {
    notes: { type: 'string', default: '20000' },
    codings: { type: 'string', default: '200000' },
    rounds: { type: 'string' },
  },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };
const IDLE_MS = 15_000;

type Bench = { owner: Knex; origin: string; pid: number; made: Generated; study: string; folder: string };

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  let program: Program | undefined;
  try {
    await prepareDatabase(server.url);
    const owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } });
    const cast = await aFullStudy(owner);
    await owner('people').where({ id: cast.lead.id }).update({ is_administrator: true });
    const coders = [cast.researcher.membershipId, cast.colleague.membershipId, cast.lead.membershipId];
    console.log(
      `Generating ${size.notes.toLocaleString('en-GB')} notes and ${size.codings.toLocaleString('en-GB')} codings …`,
    );
    const made = await generateStudy(server.url, { studyId: cast.study.id, coders, size });
    program = new Program({ env: { DATABASE_URL: server.url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    const origin = await program.address();
    const bench: Bench = { owner, origin, pid: program.child.pid!, made, study: cast.study.path, folder };
    const [visitor, other] = [new Visitor(origin), new Visitor(origin)];
    await visitor.signIn(cast.lead);
    await other.signIn(cast.colleague);
    const others = createOthers(bench, other);
    await others.during(async () => new Promise((resolve) => setTimeout(resolve, IDLE_MS / 5)));
    const idle = await others.during(async () => new Promise((resolve) => setTimeout(resolve, IDLE_MS)));
    const calm = quantile(idle, 0.95);
    const rows: Row[] = [
      { what: `Other requests, p95 when idle (${idle.length})`, result: `${ms(calm)} (median ${ms(median(idle))})` },
    ];
    const file = await measureOut({ ...bench, visitor, others, calm, rows });
    await measureIn({ ...bench, visitor, others, calm, rows }, file);
    console.log('');
    printTable(rows);
    visitor.close();
    other.close();
    await owner.destroy();
  } finally {
    await program?.stop();
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

type Measuring = Bench & { visitor: Visitor; others: ReturnType<typeof createOthers>; calm: number; rows: Row[] };

async function measureOut(bench: Measuring): Promise<string> {
  const { visitor, study, owner, folder, rows } = bench;
  let address = '';
  await aloneAndInCompany(bench, { what: 'out', goal: 20 }, async () => {
    address = await makeFile(owner, visitor, study, 'qdpx');
  });
  const file = path.join(folder, 'bench.qdpx');
  await download(bench.origin, visitor, address, file);
  rows.push({ what: 'Its file', result: megabytes((await stat(file)).size) });
  return file;
}

async function measureIn(bench: Measuring, file: string): Promise<void> {
  const { visitor, owner, rows } = bench;
  let id = '';
  let reading = 0;
  await aloneAndInCompany(bench, { what: 'in', goal: 60 }, async () => {
    reading = await timed(async () => {
      id = await sendFile(owner, bench.origin, visitor, file);
    });
    await takeIn(owner, visitor, id);
  });
  const { rows: counted } = await owner.raw<{ rows: { notes: string; codings: string }[] }>(
    `select (select count(*) from notes where study_id = :id) as notes, (select count(*) from codings where study_id = :id) as codings`,
    { id },
  );
  rows.push({
    what: 'Of that in company, sending and looking at it before anything is imported',
    result: `${ms(reading)}; then ${Number(counted[0]!.notes).toLocaleString('en-GB')} notes and ${Number(counted[0]!.codings).toLocaleString('en-GB')} codings were there`,
  });
}

/** Does `work` twice: with nobody else there, and while somebody works. Adds the rows about both. `goal` in seconds. */
async function aloneAndInCompany(
  { others, calm, rows, pid }: Measuring,
  { what, goal }: { what: string; goal: number },
  work: () => Promise<void>,
): Promise<void> {
  let alone = 0;
  const added = await memoryAdded(pid, async () => {
    alone = await timed(work);
  });
  let inCompany = 0;
  const asked = await others.during(async () => {
    inCompany = await timed(work);
  });
  const p95 = quantile(asked, 0.95);
  rows.push(
    { what: `A study ${what} as .qdpx`, result: ms(alone), goal: `goal ≤ ${goal} s` },
    { what: 'Memory added, at most', result: megabytes(added), goal: 'goal ≤ 512 MB' },
    { what: 'The same while somebody works', result: ms(inCompany) },
    { what: `Their requests meanwhile, p95 (${asked.length})`, result: `${ms(p95)} (median ${ms(median(asked))})` },
    { what: 'p95 meanwhile ÷ idle', result: (p95 / calm).toFixed(2), goal: 'goal ≤ 2' },
  );
}

/** Somebody who opens notes and codes in them, one request after the other. */
function createOthers({ made, study }: Bench, visitor: Visitor) {
  let index = 0;
  const noteOf = (): string => made.noteIds[(index * 7919) % made.noteIds.length]!;
  async function ask(): Promise<void> {
    index += 1;
    if (index % 2 === 0) return void (await visitor.get(`${study}/notes/${noteOf()}/coding`));
    const start = index % 3000;
    const { status, text } = await visitor.json(`${study}/notes/${noteOf()}/codings`, {
      revision: 1,
      start,
      end: start + 33 + Math.floor(index / 3000),
      themes: [made.themeIds[index % made.themeIds.length]],
      ids: [newId()],
    });
    if (status >= 300) throw new Error(`adding a coding answered ${status}: ${text}`);
  }
  return {
    /** What each request took while `work` went on, in milliseconds. */
    async during(work: () => Promise<unknown>): Promise<number[]> {
      const taken: number[] = [];
      let isOver = false;
      const over = work().finally(() => (isOver = true));
      // Looked at below; until then its failure is nobody’s, and must not end the run before it has tidied up.
      over.catch(() => {});
      while (!isOver) {
        taken.push(await timed(ask));
        // People pause; without this the measuring itself would take a processor.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await over;
      return taken;
    },
  };
}

await main();

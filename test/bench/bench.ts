import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import knex from 'knex';
import { connect, inStudy, type Actor } from '../../server/database/connection.ts';
import { copyCsv } from '../../server/database/copy-out.ts';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { exportSelect } from '../../server/extracts/export-queries.ts';
import { EVERYTHING } from '../../server/extracts/extract-filter.ts';
import { listChoices } from '../../server/extracts/extract-queries.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, type BuiltMember } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { actorOf } from './actor.ts';
import { type Generated, generateStudy } from './generate.ts';
import { median, megabytes, memoryAdded, ms, printTable, quantile, type Row, sample, timed } from './measure.ts';
import { Visitor } from './visitor.ts';

// The product as its users meet it: the real program in a process of its own, on a database of its own, over HTTP.
// Every figure is a median of several runs; figures that are compared come from the same run, one after the other.

const { values: given } = parseArgs({
  options: {
    notes: { type: 'string', default: '20000' },
    codings: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
  },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };
const rounds = Number(given.rounds);
const SAMPLES = 60;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  let program: Program | undefined;
  try {
    await prepareDatabase(server.url);
    const owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } });
    const cast = await aFullStudy(owner);
    await owner.destroy();
    const coders = [cast.researcher.membershipId, cast.colleague.membershipId, cast.lead.membershipId];
    console.log(
      `Generating ${size.notes.toLocaleString('en-GB')} notes and ${size.codings.toLocaleString('en-GB')} codings …`,
    );
    let made!: Generated;
    const took = await timed(async () => {
      made = await generateStudy(server.url, { studyId: cast.study.id, coders, size });
    });
    console.log(`… done in ${ms(took)}. Measuring.`);
    program = new Program({ env: { DATABASE_URL: server.url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    const origin = await program.address();
    const visitor = new Visitor(origin);
    await visitor.signIn(cast.lead);
    const actor = actorOf(cast);
    const { study, colleague } = cast;
    const pid = program.child.pid!;
    const run: Run = { visitor, made, study: study.path, pid, url: server.url, actor, origin, colleague };
    const rows = [...(await measurePages(run)), ...(await measureExport(run)), ...(await measureOthers(run))];
    console.log('');
    printTable(rows);
    visitor.close();
  } finally {
    await program?.stop();
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = {
  visitor: Visitor;
  made: Generated;
  study: string;
  /** Of the program. */
  pid: number;
  /** Of the database. */
  url: string;
  origin: string;
  actor: Actor;
  colleague: BuiltMember;
};

const noteOf = ({ made }: Run, index: number): string => made.noteIds[(index * 7919) % made.noteIds.length]!;
const medianAndTail = (taken: number[]): string => `${ms(median(taken))} (p95 ${ms(quantile(taken, 0.95))})`;

async function measurePages(run: Run): Promise<Row[]> {
  const { visitor, study, made } = run;
  const extracts = `${study}/extracts`;
  const pages: [string, string][] = [
    ['Extracts, all of them', extracts],
    ['Extracts of one theme', `${extracts}?theme=${made.themeIds[3]}`],
    [
      'Extracts of one theme with sub-themes, one agency',
      `${extracts}?theme=${made.topThemeIds[2]}&agency=${made.agencyIds[1]}`,
    ],
    ['Extracts of one quarter', `${extracts}?from=2011-01-01&to=2011-03-31`],
    ['Extracts with some words', `${extracts}?words=choir+trust`],
  ];
  const rows: Row[] = [
    {
      what: 'Opening a note to code it',
      result: medianAndTail(
        await sample(SAMPLES, (index) => visitor.get(`${study}/notes/${noteOf(run, index)}/coding`)),
      ),
    },
    { what: 'Adding a coding', result: medianAndTail(await sample(SAMPLES, (index) => addCoding(run, index))) },
  ];
  for (const [what, page] of pages)
    rows.push({ what, result: medianAndTail(await sample(5, () => visitor.get(page), 1)) });
  return rows;
}

async function addCoding({ visitor, study, made }: Run, index: number): Promise<void> {
  const noteId = made.noteIds[(index * 104_729) % made.noteIds.length]!;
  const { status, text } = await visitor.json(`${study}/notes/${noteId}/codings`, {
    revision: 1,
    start: index % 3000,
    end: (index % 3000) + 33 + Math.floor(index / 3000),
    themes: [made.themeIds[index % made.themeIds.length]],
    ids: [newId()],
  });
  if (status >= 300) throw new Error(`adding a coding answered ${status}: ${text}`);
}

/** The bare COPY: the same query under the same role, its rows read and thrown away. Milliseconds. */
async function bareCopy({ url, actor }: Run): Promise<number> {
  const database = connect(url, { connections: 1 });
  const taken = await inStudy(
    database.db,
    actor,
    async (trx) => {
      const wanted = { filter: EVERYTHING, choices: await listChoices(trx), timeZone: actor.timeZone };
      const select = exportSelect(trx, wanted);
      return timed(() => copyCsv(trx, select, () => {}));
    },
    { snapshot: true },
  );
  await database.close();
  return taken;
}

async function measureExport(run: Run): Promise<Row[]> {
  const { visitor, study, pid } = run;
  const [bare, whole, again, growth]: number[][] = [[], [], [], []];
  let bytes = 0;
  // The first round only warms up, but for the memory: that grows most the first time.
  for (let round = -1; round < rounds; round += 1) {
    const copied = await bareCopy(run);
    const file = await visitor.newExport(study);
    let read!: Awaited<ReturnType<Visitor['download']>>;
    const added = await memoryAdded(pid, async () => {
      read = await visitor.download(file);
    });
    growth!.push(added);
    const repeated = await visitor.download(file);
    if (round < 0) continue;
    bytes = read.bytes;
    bare!.push(copied);
    whole!.push(read.milliseconds);
    again!.push(repeated.milliseconds);
  }
  const ratios = whole!.map((time, round) => time / bare![round]!);
  return [
    { what: `Bare COPY of everything (${megabytes(bytes)})`, result: ms(median(bare!)) },
    { what: 'Export of everything over HTTP', result: ms(median(whole!)) },
    {
      what: 'Export ÷ bare COPY',
      result: `${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
      goal: 'goal ≤ 1.5',
    },
    { what: 'Memory added by an export, at most', result: megabytes(Math.max(...growth!)), goal: 'goal < 64 MB' },
    { what: 'The same export once more (compared first, then sent)', result: ms(median(again!)) },
  ];
}

/** Other people's requests, one after the other, while nothing else happens and while exports run. */
async function measureOthers(run: Run): Promise<Row[]> {
  const { visitor, study } = run;
  const others = new Visitor(run.origin);
  await others.signIn(run.colleague);
  const ask = (index: number) =>
    index % 2 === 0
      ? others.get(`${study}/notes/${noteOf(run, index)}/coding`)
      : addCoding({ ...run, visitor: others }, 1000 + index);
  await sample(20, ask);
  const [idle, busy]: number[][] = [[], []];
  let index = 5000;
  for (let round = 0; round < rounds; round += 1) {
    const file = await visitor.newExport(study);
    const began = performance.now();
    for (const until = began + 5000; performance.now() < until;) idle!.push(await timed(() => ask((index += 1))));
    let running = true;
    const download = visitor.download(file).finally(() => (running = false));
    while (running) busy!.push(await timed(() => ask((index += 1))));
    await download;
  }
  others.close();
  const [calm, loaded] = [quantile(idle!, 0.95), quantile(busy!, 0.95)];
  return [
    { what: `Other requests, p95 when idle (${idle!.length})`, result: `${ms(calm)} (median ${ms(median(idle!))})` },
    {
      what: `Other requests, p95 during an export (${busy!.length})`,
      result: `${ms(loaded)} (median ${ms(median(busy!))})`,
    },
    { what: 'p95 during an export ÷ idle', result: (loaded / calm).toFixed(2), goal: 'goal ≤ 2' },
  ];
}

await main();
await import('./exports.ts');
await import('./exchange.ts');
await import('./archives.ts');
console.log(
  'More: npm run bench:coding, bench:workspace and bench:painting (in a browser), bench:pictures, bench:search.',
);

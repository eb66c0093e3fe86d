import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import knex from 'knex';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, type BuiltMember } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { type Generated, generateStudy } from './generate.ts';
import { median, megabytes, memoryAdded, ms, printTable, quantile, type Row, sample, timed } from './measure.ts';
import { Visitor } from './visitor.ts';

// Exports in every format, over HTTP from the real program, and other people's requests meanwhile:
// npm run bench:exports -- --codings 100000 --notes 2000 --rounds 3 --formats xlsx,docx

const { values: given } = parseArgs({
  options: {
    notes: { type: 'string', default: '2000' },
    codings: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '1' },
    formats: { type: 'string', default: 'csv,xlsx,docx,html,jsonl,tidy-zip' },
  },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };
const rounds = Number(given.rounds);
const GOALS: Record<string, { time?: string; memory?: string }> = {
  xlsx: { time: 'goal ≤ 15 s', memory: 'goal ≤ 200 MB' },
};

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  let program: Program | undefined;
  try {
    await prepareDatabase(server.url);
    const owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } });
    const cast = await aFullStudy(owner);
    const coders = [cast.researcher, cast.colleague, cast.lead].map(({ membershipId }) => membershipId);
    const made = await generateStudy(server.url, { studyId: cast.study.id, coders, size });
    await owner.raw('analyze');
    await owner.destroy();
    program = new Program({ env: { DATABASE_URL: server.url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder } });
    const origin = await program.address();
    const visitor = new Visitor(origin);
    await visitor.signIn(cast.lead);
    const run: Run = {
      visitor,
      made,
      study: cast.study.path,
      pid: program.child.pid!,
      origin,
      colleague: cast.colleague,
    };
    const rows: Row[] = [];
    for (const format of given.formats.split(',')) rows.push(...(await measureFormat(run, format)));
    rows.push(...(await measureOthers(run)));
    console.log(`\n${size.codings.toLocaleString('en-GB')} codings in ${size.notes.toLocaleString('en-GB')} notes\n`);
    printTable(rows);
    visitor.close();
  } finally {
    await program?.stop();
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = { visitor: Visitor; made: Generated; study: string; pid: number; origin: string; colleague: BuiltMember };

async function measureFormat({ visitor, study, pid }: Run, format: string): Promise<Row[]> {
  const [taken, growth]: number[][] = [[], []];
  let bytes = 0;
  // The first round warms up; its memory counts, because it grows most the first time.
  for (let round = -1; round < rounds; round += 1) {
    const file = await visitor.newExport(study, { format });
    let read!: Awaited<ReturnType<Visitor['download']>>;
    growth!.push(
      await memoryAdded(pid, async () => {
        read = await visitor.download(file);
      }),
    );
    if (round < 0 && rounds > 1) continue;
    bytes = read.bytes;
    taken!.push(read.milliseconds);
  }
  const { time = '', memory = '' } = GOALS[format] ?? {};
  return [
    { what: `Export as ${format} (${megabytes(bytes)})`, result: ms(median(taken!)), goal: time },
    { what: `Memory added by ${format}, at most`, result: megabytes(Math.max(...growth!)), goal: memory },
  ];
}

/** Other people's requests, one after the other, while nothing else happens and while a workbook is made. */
async function measureOthers({ visitor, study, made, origin, colleague }: Run): Promise<Row[]> {
  const others = new Visitor(origin);
  await others.signIn(colleague);
  let index = 0;
  const noteOf = (): string => made.noteIds[(index * 7919) % made.noteIds.length]!;
  const ask = async (): Promise<void> => {
    index += 1;
    if (index % 2 === 0) return void (await others.get(`${study}/notes/${noteOf()}/coding`));
    const start = index % 3000;
    const { status } = await others.json(`${study}/notes/${noteOf()}/codings`, {
      revision: 1,
      start,
      end: start + 33 + Math.floor(index / 3000),
      themes: [made.themeIds[index % made.themeIds.length]],
      ids: [newId()],
    });
    if (status >= 300) throw new Error(`adding a coding answered ${status}`);
  };
  await sample(20, ask);
  const [idle, busy]: number[][] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const file = await visitor.newExport(study, { format: 'xlsx' });
    for (const until = performance.now() + 5000; performance.now() < until;) idle!.push(await timed(ask));
    let running = true;
    const download = visitor.download(file).finally(() => (running = false));
    while (running) busy!.push(await timed(ask));
    await download;
  }
  others.close();
  const [calm, loaded] = [quantile(idle!, 0.95), quantile(busy!, 0.95)];
  return [
    { what: `Other requests, p95 when idle (${idle!.length})`, result: `${ms(calm)} (median ${ms(median(idle!))})` },
    {
      what: `Other requests, p95 while a workbook is made (${busy!.length})`,
      result: `${ms(loaded)} (median ${ms(median(busy!))})`,
    },
    { what: 'p95 while a workbook is made ÷ idle', result: (loaded / calm).toFixed(2), goal: 'goal ≤ 2' },
  ];
}

await main();

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import knex, { type Knex } from 'knex';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aFullStudy, aMember, aNote, aTheme, type BuiltMember } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import type { Load, Loaded } from './load.ts';
import { databaseTime, median, ms, printTable, processorTime, quantile, type Row, sample } from './measure.ts';
import { Visitor } from './visitor.ts';

// What a coder waits for, on the real program over HTTP: adding a coding in a short and a long note, ten coders at once
// beside a bare handler with the same statements, and opening and comparing a long note with 2,000 codings.
const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '6' },
    only: { type: 'string' },
    // A folder for a CPU profile of the program.
    profile: { type: 'string' },
  },
});
const rounds = Number(given.rounds);
const seconds = Math.min(20, Number(given.seconds));
const CODERS = 10;
const LOAD_NOTES = 300;
const WARM_UP = 1500;

const SENTENCE = 'The worker held the door open for the member and asked about the garden, and they laughed. ';
const paragraph = (characters: number) =>
  SENTENCE.repeat(Math.ceil(characters / SENTENCE.length)).slice(0, characters - 1);
const bodyOf = (characters: number) =>
  Array.from({ length: Math.ceil(characters / 500) }, () => `${paragraph(500)}`).join('\n');

type Bench = {
  owner: Knex;
  cast: Awaited<ReturnType<typeof aFullStudy>>;
  themes: { id: string }[];
  origin: string;
  url: string;
  /** Of the program. */
  pid: number;
};

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  let program: Program | undefined;
  let owner: Knex | undefined;
  try {
    await prepareDatabase(server.url);
    owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 2 } });
    const cast = await aFullStudy(owner);
    const by = cast.researcher.membershipId;
    const themes = [];
    for (let index = 0; index < 45; index += 1)
      themes.push(await aTheme(owner, cast.study.id, { by, name: `Theme ${index}` }));
    // As npm start begins it.
    const asStarted = '--max-semi-space-size=64';
    const profiled = given.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${given.profile}`];
    program = new Program({
      env: { DATABASE_URL: server.url, DATA_FOLDER: folder, UPLOADS_FOLDER: folder },
      nodeFlags: [asStarted, ...profiled],
    });
    const bench: Bench = {
      owner,
      cast,
      themes,
      url: server.url,
      origin: await program.address(),
      pid: program.child.pid!,
    };
    const wanted = (name: string) => given.only === undefined || given.only.split(',').includes(name);
    if (wanted('sizes')) printTable(await measureSizes(bench));
    if (wanted('page')) printTable(await measureLongNote(bench));
    if (wanted('load')) printTable(await measureTen(bench));
  } finally {
    await owner?.destroy();
    await program?.stop();
    await server.release();
    await rm(folder, { recursive: true, force: true });
  }
}

const spread = (figures: number[], word: (value: number) => string): string =>
  [Math.min(...figures), median(figures), Math.max(...figures)].map(word).join(' / ');

async function measureSizes({ owner, cast, themes, origin }: Bench): Promise<Row[]> {
  const by = cast.researcher.membershipId;
  const note = (characters: number) =>
    aNote(owner, cast.study.id, { visitId: cast.visit.id, by, body: bodyOf(characters) });
  const [small, large] = [await note(10_000), await note(4_000_000)];
  await owner.raw('vacuum analyze');
  const visitor = new Visitor(origin);
  await visitor.signIn(cast.researcher);
  let next = 0;
  // From the beginning of the note to its end.
  const add = async (id: string, characters: number) => {
    next += 1;
    const start = Math.floor(((next % 90) / 100) * characters) + 100;
    const body = { revision: 1, start, end: start + 30 + (next % 50), themes: [themes[next % 45]!.id], ids: [newId()] };
    const { status, text } = await visitor.json(`${cast.study.path}/notes/${id}/codings`, body);
    if (status !== 200) throw new Error(`adding a coding answered ${status}: ${text}`);
  };
  const figures: Record<'small' | 'large' | 'ratio' | 'tail', number[]> = { small: [], large: [], ratio: [], tail: [] };
  for (let round = 0; round < rounds; round += 1) {
    const taken: { small: number[]; large: number[] } = { small: [], large: [] };
    for (let part = 0; part < 5; part += 1) {
      taken.small.push(...(await sample(20, () => add(small.id, 10_000), 2)));
      taken.large.push(...(await sample(20, () => add(large.id, 4_000_000), 2)));
    }
    figures.small.push(median(taken.small));
    figures.large.push(median(taken.large));
    figures.ratio.push(median(taken.large) / median(taken.small));
    figures.tail.push(quantile([...taken.small, ...taken.large], 0.95));
  }
  visitor.close();
  return [
    { what: 'Adding a coding, note of 10 KB, median', result: spread(figures.small, ms) },
    { what: 'Adding a coding, note of 4 MB, median', result: spread(figures.large, ms) },
    { what: '4 MB ÷ 10 KB', result: spread(figures.ratio, (value) => value.toFixed(2)), goal: 'goal ≤ 1.3' },
    { what: 'Adding a coding, p95, both', result: spread(figures.tail, ms), goal: 'goal ≤ 20 ms' },
  ];
}

async function measureLongNote({ owner, cast, themes, origin, pid }: Bench): Promise<Row[]> {
  const by = cast.researcher.membershipId;
  // 20,000 words in paragraphs of about 90.
  const note = await aNote(owner, cast.study.id, { visitId: cast.visit.id, by, body: bodyOf(107_000) });
  for (let index = 0; index < 2000; index += 1)
    await aCoding(owner, cast.study.id, {
      note,
      by,
      themeId: themes[index % 45]!.id,
      start: index * 52,
      end: index * 52 + 40 + (index % 90),
    });
  await owner.raw('vacuum analyze');
  const visitor = new Visitor(origin);
  await visitor.signIn(cast.colleague);
  const address = `${cast.study.path}/notes/${note.id}/coding`;
  const [page, cost, state, same]: number[][] = [[], [], [], []];
  const { digest } = JSON.parse(await visitor.get(`${address}/state`)) as { digest: string };
  for (let round = 0; round < rounds; round += 1) {
    await sample(5, () => visitor.get(address), 0);
    const before = processorTime(pid);
    page!.push(median(await sample(15, () => visitor.get(address), 0)));
    cost!.push((processorTime(pid) - before) / 15);
    state!.push(median(await sample(20, () => visitor.get(`${address}/state`), 3)));
    same!.push(median(await sample(20, () => visitor.get(`${address}/state?known=${digest}`), 3)));
  }
  visitor.close();
  return [
    { what: 'Coding page, 20,000 words and 2,000 codings, median', result: spread(page!, ms), goal: 'goal ≤ 80 ms' },
    { what: 'The same, processor time of the program', result: spread(cost!, ms) },
    { what: 'Its state for an open page, median', result: spread(state!, ms), goal: 'goal ≤ 80 ms' },
    { what: 'Its state when nothing has changed, median', result: spread(same!, ms) },
  ];
}

async function measureTen({ owner, cast, themes, origin, url, pid }: Bench): Promise<Row[]> {
  const notes: { id: string }[] = [];
  const by = cast.researcher.membershipId;
  for (let index = 0; index < LOAD_NOTES; index += 1) {
    const note = await aNote(owner, cast.study.id, { visitId: cast.visit.id, by, body: bodyOf(10_000) });
    notes.push(note);
    // A study that is at work already: the database plans by what it finds.
    for (let coding = 0; coding < 20; coding += 1)
      await aCoding(owner, cast.study.id, {
        note,
        by,
        themeId: themes[(index + coding) % 45]!.id,
        start: coding * 480,
        end: coding * 480 + 40,
      });
  }
  await owner.raw('vacuum analyze');
  const people: { member: BuiltMember; visitor: Visitor }[] = [];
  for (let index = 0; index < CODERS; index += 1) {
    const member = await aMember(owner, cast.study.id);
    const visitor = new Visitor(origin);
    await visitor.signIn(member);
    people.push({ member, visitor });
  }
  const actor = { studyId: cast.study.id, membershipId: by, personId: cast.researcher.id };
  const bare = new Program({ script: 'test/bench/bare.ts', env: { DATABASE_URL: url, ACTOR: JSON.stringify(actor) } });
  const bareOrigin = await bare.address();
  let next = 0;
  const bodies = (count: number, noteOf: (index: number) => string) =>
    Array.from({ length: count }, () => {
      next += 1;
      const start = ((next * 7) % 18) * 500 + (next % 400);
      return JSON.stringify({
        note: noteOf(next),
        revision: 1,
        start,
        end: start + 20 + (next % 60),
        themes: [themes[next % 45]!.id],
        ids: [newId()],
      });
    });
  const loadOf = (product: boolean, run: number): Load => ({
    milliseconds: seconds * 1000,
    coders: people.map(({ visitor }, index) => {
      // A note of their own for each coder and run, as people work; the bare handler takes what it is given.
      const note = notes[(run * CODERS + index) % LOAD_NOTES]!.id;
      return product
        ? {
            url: `${origin}${cast.study.path}/notes/${note}/codings`,
            headers: visitor.credentials(),
            bodies: bodies(4000, () => note),
          }
        : { url: bareOrigin, headers: {}, bodies: bodies(8000, () => note) };
    }),
  });
  const figures = {
    bare: [] as number[],
    product: [] as number[],
    ratio: [] as number[],
    tail: [] as number[],
    cost: [] as number[],
    bareCost: [] as number[],
    databaseCost: [] as number[],
    bareDatabaseCost: [] as number[],
  };
  try {
    // As many requests for either before anything counts, so that both run compiled code.
    await generate(warmUp(loadOf(true, 0)));
    await generate(warmUp(loadOf(false, 1)));
    for (let round = 0; round < rounds; round += 1) {
      const before = await countOf(owner);
      const used = processorTime(pid);
      const databaseUsed = await databaseTime(owner);
      const product = await generate(loadOf(true, 2 + round * 2));
      figures.cost.push((processorTime(pid) - used) / product.answered);
      figures.databaseCost.push(((await databaseTime(owner)) - databaseUsed) / product.answered);
      const stored = (await countOf(owner)) - before;
      if (product.refused > 0 || stored < product.answered)
        throw new Error(
          `${product.answered} codings were answered, ${stored} are stored, ${product.refused} were refused`,
        );
      const plainUsed = processorTime(bare.child.pid!);
      const plainDatabaseUsed = await databaseTime(owner);
      const plain = await generate(loadOf(false, 3 + round * 2));
      figures.bareDatabaseCost.push(((await databaseTime(owner)) - plainDatabaseUsed) / plain.answered);
      figures.bareCost.push((processorTime(bare.child.pid!) - plainUsed) / plain.answered);
      if (plain.refused > 0) throw new Error(`the bare handler refused ${plain.refused}`);
      figures.product.push(rate(product));
      figures.bare.push(rate(plain));
      figures.ratio.push(rate(product) / rate(plain));
      figures.tail.push(quantile(product.taken, 0.95));
    }
  } finally {
    await bare.stop();
    for (const { visitor } of people) visitor.close();
  }
  const aSecond = (value: number) => value.toFixed(0);
  return [
    { what: 'Ten coders at once, codings a second', result: spread(figures.product, aSecond) },
    { what: 'Bare handler, codings a second', result: spread(figures.bare, aSecond) },
    { what: 'Product ÷ bare handler', result: spread(figures.ratio, (value) => value.toFixed(2)), goal: 'goal ≥ 0.5' },
    { what: 'Processor time of one coding, product', result: spread(figures.cost, ms) },
    { what: 'Processor time of one coding, bare handler', result: spread(figures.bareCost, ms) },
    { what: 'The same of the database, product', result: spread(figures.databaseCost, ms) },
    { what: 'The same of the database, bare handler', result: spread(figures.bareDatabaseCost, ms) },
    { what: 'Ten coders at once, p95', result: spread(figures.tail, ms) },
  ];
}

const warmUp = ({ coders }: Load): Load => ({
  milliseconds: 60_000,
  coders: coders.map((coder) => ({ ...coder, bodies: coder.bodies.slice(0, WARM_UP / CODERS) })),
});

const rate = ({ answered, milliseconds }: Loaded): number => (answered / milliseconds) * 1000;

async function countOf(owner: Knex): Promise<number> {
  const row = await owner('codings').count<{ count: string }>({ count: '*' }).first();
  return Number(row?.count);
}

async function generate(load: Load): Promise<Loaded> {
  const generator = fork(path.join(import.meta.dirname, 'load.ts'), { execArgv: ['--import', 'tsx'] });
  generator.send(load);
  const [loaded] = (await once(generator, 'message')) as [Loaded];
  return loaded;
}

console.log('Each figure: smallest / median / largest of the runs.');
await main();

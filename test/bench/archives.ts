import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import knex, { type Knex } from 'knex';
import { type EmbeddedServer, startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { aFullStudy } from '../support/builders.ts';
import { Program } from '../support/program.ts';
import { generateStudy } from './generate.ts';
import { megabytes, memoryAdded, ms, printTable, type Row, timed } from './measure.ts';
import { download, makeFile, sendFile, takeIn } from './project-files.ts';
import { Visitor } from './visitor.ts';

// The archive of a whole study out, and restored in another installation, each with its own database:
// npm run bench:archives -- --notes 4000 --codings 40000

const { values: given } = parseArgs({
  options: {
    notes: { type: 'string', default: '4000' },
    codings: { type: 'string', default: '40000' },
    rounds: { type: 'string' },
  },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-bench-'));
  const file = path.join(folder, 'archive.qdpx');
  try {
    const rows: Row[] = [];
    await inInstallation(folder, 'one', async ({ url, owner, start }) => {
      const cast = await aFullStudy(owner);
      const coders = [cast.researcher.membershipId, cast.colleague.membershipId, cast.lead.membershipId];
      await generateStudy(url, { studyId: cast.study.id, coders, size });
      const { origin, pid, visitor } = await start(cast.lead);
      rows.push(
        ...(await measured('An archive out, its check included', pid, async () => {
          const address = await makeFile(owner, visitor, cast.study.path, 'archive');
          await download(origin, visitor, address, file);
        })),
        { what: 'Its file', result: megabytes((await stat(file)).size) },
      );
    });
    await inInstallation(folder, 'other', async ({ owner, start }) => {
      const { lead } = await aFullStudy(owner);
      await owner('people').where({ id: lead.id }).update({ is_administrator: true });
      const { origin, pid, visitor } = await start(lead);
      rows.push(
        ...(await measured('Restored elsewhere, with the look at it and the comparison', pid, async () =>
          takeIn(owner, visitor, await sendFile(owner, origin, visitor, file)),
        )),
      );
    });
    console.log(
      `\nArchives: ${size.notes.toLocaleString('en-GB')} notes, ${size.codings.toLocaleString('en-GB')} codings\n`,
    );
    printTable(rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(what: string, pid: number, work: () => Promise<unknown>): Promise<Row[]> {
  let taken = 0;
  const added = await memoryAdded(pid, async () => {
    taken = await timed(work);
  });
  return [
    { what, result: ms(taken) },
    { what: 'Memory added, at most', result: megabytes(added) },
  ];
}

type Installation = {
  url: string;
  owner: Knex;
  /** Starts the program, and signs somebody in. */
  start: (person: { email: string; password: string }) => Promise<{ origin: string; pid: number; visitor: Visitor }>;
};

async function inInstallation(
  folder: string,
  name: string,
  work: (installation: Installation) => Promise<void>,
): Promise<void> {
  const server: EmbeddedServer = await startEmbeddedServer({
    folder: '',
    temporary: true,
    say: (line) => console.error(line),
  });
  const own = path.join(folder, name);
  let program: Program | undefined;
  let visitor: Visitor | undefined;
  let owner: Knex | undefined;
  try {
    await prepareDatabase(server.url);
    owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } });
    await work({
      url: server.url,
      owner,
      start: async (person) => {
        program = new Program({ env: { DATABASE_URL: server.url, DATA_FOLDER: own, UPLOADS_FOLDER: own } });
        const origin = await program.address();
        visitor = new Visitor(origin);
        await visitor.signIn(person);
        return { origin, pid: program.child.pid!, visitor };
      },
    });
  } finally {
    visitor?.close();
    await owner?.destroy();
    await program?.stop();
    await server.release();
  }
}

await main();

import { parseArgs } from 'node:util';
import knex from 'knex';
import { connect, inStudy, type Transaction } from '../../server/database/connection.ts';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { EVERYTHING } from '../../server/extracts/extract-filter.ts';
import { extracts, listChoices } from '../../server/extracts/extract-queries.ts';
import { pictureForm } from '../../server/pictures/picture-form.ts';
import type { PictureKind } from '../../server/pictures/picture-kinds.ts';
import { findPicture } from '../../server/pictures/picture-queries.ts';
import { countByTheme } from '../../server/pictures/theme-count-queries.ts';
import { aFullStudy } from '../support/builders.ts';
import { actorOf } from './actor.ts';
import { generateStudy } from './generate.ts';
import { median, ms, printTable, quantile, type Row, timed } from './measure.ts';

// The queries behind the pictures, under the team's role as the product runs them, on a database of their own:
// node --import tsx test/bench/pictures.ts [--codings 100000 --notes 2000 --rounds 5]

const { values: given } = parseArgs({
  options: {
    notes: { type: 'string', default: '20000' },
    codings: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '7' },
  },
});
const size = { notes: Number(given.notes), codings: Number(given.codings) };
const EVERYWHERE = { agency: [], phase: [], coder: [] };

const PICTURES: [what: string, kind: PictureKind, request: object][] = [
  ['Themes by agency, whole page', 'themes-by-agency', {}],
  ['Themes by agency, for every 1,000 words', 'themes-by-agency', { measure: 'rate' }],
  ['Themes together, on the same words', 'themes-together', {}],
  ['Themes together, in the same note', 'themes-together', { within: 'note' }],
  ['Coding over time', 'coding-over-time', {}],
  ['Saturation', 'saturation', {}],
  ['Coders', 'coders', {}],
];

async function main(): Promise<void> {
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  try {
    await prepareDatabase(server.url);
    const owner = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } });
    const cast = await aFullStudy(owner);
    const coders = [cast.researcher, cast.colleague, cast.lead].map(({ membershipId }) => membershipId);
    await generateStudy(server.url, { studyId: cast.study.id, coders, size });
    await owner.destroy();
    const actor = actorOf(cast);
    const database = connect(server.url, { connections: 1 });
    const run = (work: (trx: Transaction) => Promise<unknown>) =>
      inStudy(database.db, actor, (trx) => timed(() => work(trx)), { snapshot: true });
    const rows = await measureMatrix(run);
    for (const [what, kind, request] of PICTURES) {
      const withWords = 'measure' in request;
      const asked = pictureForm.parse(request);
      const taken: number[] = [];
      for (let round = 0; round < 3; round += 1)
        taken.push(await run((trx) => findPicture(trx, kind, asked, { timeZone: actor.timeZone, withWords })));
      rows.push({ what, result: ms(median(taken)) });
    }
    await database.close();
    printTable(rows);
  } finally {
    await server.release();
  }
}

/** The matrix, and the same counted by the query of the extracts, in turn: what disturbs one disturbs the other. */
async function measureMatrix(run: (work: (trx: Transaction) => Promise<unknown>) => Promise<number>): Promise<Row[]> {
  const [matrix, plain]: number[][] = [[], []];
  for (let round = -1; round < Number(given.rounds); round += 1) {
    const one = await run((trx) => countByTheme(trx, EVERYWHERE, 'agency'));
    const other = await run(async (trx) => {
      const wanted = { filter: EVERYTHING, choices: await listChoices(trx), timeZone: 'Europe/London' };
      await extracts(trx, wanted)
        .groupBy('codings.theme_id', 'visits.agency_id')
        .select('codings.theme_id', 'visits.agency_id')
        .count('*');
    });
    // The first only warms up.
    if (round < 0) continue;
    matrix!.push(one);
    plain!.push(other);
  }
  const told = (taken: number[]) =>
    `${ms(median(taken))} (best ${ms(Math.min(...taken))}, p95 ${ms(quantile(taken, 0.95))})`;
  return [
    {
      what: `Theme × agency over ${size.codings.toLocaleString('en-GB')} codings`,
      result: told(matrix!),
      goal: 'goal ≤ 300 ms',
    },
    { what: 'The same, counted from the query of the extracts', result: told(plain!) },
  ];
}

await main();

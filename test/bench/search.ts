import { parseArgs } from 'node:util';
import knex from 'knex';
import { connect, inStudy } from '../../server/database/connection.ts';
import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import type { SearchRequest } from '../../server/search/search-filter.ts';
import { findNotes } from '../../server/search/search-queries.ts';
import { anyOf, findTerms } from '../../server/search/phrase-queries.ts';
import { parseSearch, type Term } from '../../server/search/search-words.ts';
import { aFullStudy } from '../support/builders.ts';
import { actorOf } from './actor.ts';
import { generateStudy } from './generate.ts';
import { median, ms, printTable, quantile, type Row, timed } from './measure.ts';

// Search as the team's role, through the function and under row-level security, against the same statement as the
// tables' owner, for whom the wall does not stand and the full-text condition is written into the statement itself.
// Both take turns, search by search.

const { values: given } = parseArgs({
  options: { notes: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '60' } },
});
const [notes, rounds] = [Number(given.notes), Number(given.rounds)];

const SEARCHES = ['lanterns', 'kettle -trains', 'allot*', 'lantern or kettle', 'garden kettle'];
const RARE = ['lantern', 'kettle whistled', 'allotment'];

async function main(): Promise<void> {
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  try {
    await prepareDatabase(server.url);
    const owner = knex({ client: 'pg', connection: server.url, pool: { min: 1, max: 1 } });
    const cast = await aFullStudy(owner);
    console.log(`Generating ${notes.toLocaleString('en-GB')} notes …`);
    await generateStudy(server.url, {
      studyId: cast.study.id,
      coders: [cast.researcher.membershipId],
      size: { notes, codings: notes },
    });
    // Generated notes share 35 words. In real ones most words are rare: these stand in one note of a hundred each.
    for (const [index, words] of RARE.entries())
      await owner.raw(
        `update note_search set document = document || to_tsvector('note_words', ?) || as_they_stand(to_tsvector('note_plain', ?))
          where note_id in (select id from notes order by id offset ? limit ?)`,
        [words, words, index * 37, Math.ceil(notes / 100)],
      );
    await owner.raw('vacuum analyze note_search');
    const database = connect(server.url, { connections: 1 });
    const actor = actorOf(cast);
    const rows: Row[] = [];
    const [walled, bare]: number[][] = [[], []];
    for (const q of SEARCHES) {
      const [team, free]: number[][] = [[], []];
      let count = 0;
      for (let round = -5; round < rounds; round += 1) {
        let taken = 0;
        await inStudy(database.db, actor, async (trx) => {
          taken = await timed(async () => {
            ({ count } = await findNotes(trx, asked(q), { limit: 11 }));
          });
        });
        const without = await asOwner(owner, cast.study.id, q);
        if (round < 0) continue;
        team!.push(taken);
        free!.push(without);
      }
      walled!.push(...team!);
      bare!.push(...free!);
      const of = (numbers: number[]) => `${ms(median(numbers))} (p95 ${ms(quantile(numbers, 0.95))})`;
      rows.push({
        what: `Search: ${q} (${count.toLocaleString('en-GB')} notes)`,
        result: `${of(team!)}; without the wall ${of(free!)}; p95 ratio ${(quantile(team!, 0.95) / quantile(free!, 0.95)).toFixed(2)}`,
        goal: 'goal ≤ 1.5',
      });
    }
    rows.push({
      what: 'All searches, p95 ÷ p95 without row-level security',
      result: (quantile(walled!, 0.95) / quantile(bare!, 0.95)).toFixed(2),
      goal: 'goal ≤ 1.5',
    });
    printTable(rows);
    await database.close();
    await owner.destroy();
  } finally {
    await server.release();
  }
}

function asked(q: string) {
  const request: SearchRequest = {
    q,
    agency: null,
    phase: null,
    author: null,
    label: null,
    from: null,
    to: null,
    order: 'relevance',
  };
  return { search: parseSearch(q), request, timeZone: 'Europe/London' };
}

/** The statement that findNotes() makes, as the owner, its call of the function written out. Milliseconds. */
async function asOwner(owner: knex.Knex, studyId: string, q: string): Promise<number> {
  return owner.transaction(async (trx) => {
    const { must, never } = parseSearch(q);
    const read = async (terms: Term[]) => anyOf([...(await findTerms(trx, terms)).values()]);
    const clauses = (await Promise.all(must.map(read))).map((clause) => `(${clause})`).join(' & ');
    const query = never.length === 0 ? clauses : `${clauses} & !(${await read(never)})`;
    const raw = (sql: string, bindings: never) =>
      sql.startsWith('search_notes(')
        ? trx.raw(
            `(select note_id, ts_rank('{1,1,1,1}', document, ?::tsquery) as rank from note_search
               where study_id = ? and document @@ ?::tsquery) as found`,
            [query, studyId, query],
          )
        : trx.raw(sql, bindings);
    const inlined = new Proxy(trx, {
      get: (target, name) => {
        const member: unknown = name === 'raw' ? raw : Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    return timed(() => findNotes(inlined, asked(q), { limit: 11 }));
  });
}

await main();

import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import knex, { type Knex } from 'knex';
import { freePort } from '../../server/database/embedded-postmaster.ts';
import { codePointLength } from '../../server/shared/text.ts';
import { createDice } from '../coding/dice.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aMember, aNote, aTheme } from '../support/builders.ts';
import { aDataFolder } from '../support/data-folder.ts';
import { embeddedServer, Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { type Acknowledged, keepCoding, keepSaving, keepTyping, keepUploading, nothingYet } from './a-worker.ts';

// The program, its database, or both are killed at random moments while people save, type, code and upload. Afterwards
// everything that was acknowledged must be there, and nothing by halves. A run is repeated with ENDURANCE_SEED.

const KILLS = Number(process.env.ENDURANCE_KILLS ?? 50);
const SEED = Number(process.env.ENDURANCE_SEED ?? Date.now() % 1_000_000);
const TEXT = 'Worker 1 held the door for Member 4. “After you,” she said, and they both laughed 👋🏽. '.repeat(20);
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

const unexplained: string[] = [];

describe(`killed ${KILLS} times at random moments (seed ${SEED})`, () => {
  const dice = createDice(SEED);
  const told = nothingYet();
  const kills = { program: 0, database: 0, both: 0 };
  let data: Awaited<ReturnType<typeof aDataFolder>>;
  let uploads: string;
  let env: Record<string, string>;
  let program: Program;
  let owner: Knex;

  const start = async (): Promise<string> => {
    program = new Program({ env });
    return program.address();
  };

  beforeAll(async () => {
    data = await aDataFolder();
    uploads = await mkdtemp(path.join(tmpdir(), 'fieldnotes-uploads-'));
    // The same port all along, since the name of the session's cookie has it.
    env = { DATA_FOLDER: data.folder, UPLOADS_FOLDER: uploads, PORT: String(await freePort()), LOG_LEVEL: 'error' };
    const address = await start();
    const before = knex({ client: 'pg', connection: (await embeddedServer(data.folder)).url });
    const cast = await aFullStudy(before);
    const by = cast.researcher.membershipId;
    const note = () => aNote(before, cast.study.id, { visitId: cast.visit.id, by, body: TEXT });
    const [saved, typed, coded, filed, alsoFiled] = [
      await note(),
      await note(),
      await note(),
      await note(),
      await note(),
    ];
    const themes: string[] = [];
    for (let count = 0; count < 40; count += 1)
      themes.push((await aTheme(before, cast.study.id, { by: cast.lead.membershipId })).id);
    const place = async (person: { email: string; password: string }) => {
      const session = await BrowserSession.as(address, person);
      return { address, study: cast.study.path, token: await session.token(), cookie: session.cookies() };
    };
    const people = [cast.researcher, cast.colleague, cast.lead, await aMember(before, cast.study.id)];
    const [one, two, three, four] = await Promise.all(people.map(place));
    await before.destroy();

    let over = false;
    const goOn = () => !over;
    const work = Promise.all([
      keepSaving({ place: one!, told, goOn }, saved.id, TEXT),
      keepTyping({ place: one!, told, goOn }, typed.id),
      keepCoding({ place: two!, told, goOn }, filed.id, themes, codePointLength(TEXT)),
      // Coded by two, and saved meanwhile by a third.
      keepCoding({ place: two!, told, goOn }, coded.id, themes, codePointLength(TEXT)),
      keepCoding({ place: three!, told, goOn }, coded.id, themes, codePointLength(TEXT)),
      keepSaving({ place: four!, told, goOn }, coded.id, TEXT),
      keepUploading({ place: two!, told, goOn }, filed.id),
      keepUploading({ place: four!, told, goOn }, alsoFiled.id),
    ]);
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const what = (['program', 'database', 'both'] as const)[dice(3)]!;
        const before = countOf(told);
        await until(() => countOf(told) > before + 3);
        await delay(dice(400));
        const { pid } = await embeddedServer(data.folder);
        if (what !== 'database') program.child.kill('SIGKILL');
        if (what !== 'program') process.kill(pid, 'SIGKILL');
        kills[what] += 1;
        if (what !== 'database') {
          await program.ended();
          logged(program);
          await start();
        }
      }
      const last = countOf(told);
      await until(() => countOf(told) > last);
    } finally {
      over = true;
      await work;
    }
    // As it is after a quiet stop and a start a week later.
    expect(await program.stop()).toBe(0);
    logged(program);
    const weekAgo = new Date(Date.now() - WEEK_MS);
    for (const folder of [uploads, path.join(uploads, 'incoming')])
      for (const entry of await readdir(folder, { withFileTypes: true }))
        if (entry.isFile()) await utimes(path.join(folder, entry.name), weekAgo, weekAgo);
    await start();
    owner = knex({ client: 'pg', connection: (await embeddedServer(data.folder)).url });
    console.log(
      `killed: program ${kills.program}, database ${kills.database}, both ${kills.both}; acknowledged: revisions ${told.revisions.length}, codings ${told.codings.length}, files ${told.files.length}, draft ${[...told.drafts.values()][0]?.version}; answers: ${JSON.stringify([...told.statuses])}`,
    );
  }, 900_000);
  afterAll(async () => {
    await owner?.destroy();
    await program.stop();
    await data.remove();
    await rm(uploads, { recursive: true, force: true });
  });

  test('nobody was told anything but what was done, what came first, or to try again', () => {
    const others = [...told.statuses.keys()].filter((status) => ![200, 201, 409, 503].includes(status));
    if (others.length > 0) console.log(unexplained.join('\n'));
    expect(others).toEqual([]);
    expect(told.revisions.length).toBeGreaterThan(KILLS);
    expect(told.codings.length).toBeGreaterThan(KILLS);
    expect(told.files.length).toBeGreaterThan(KILLS);
  });

  test('every acknowledged revision is there with its words, and each note’s revisions have no gap', async () => {
    const kept = new Map<string, string>(
      (await owner('note_revisions').select('id', 'body')).map(({ id, body }) => [id, body]),
    );
    expect(told.revisions.filter(({ id, body }) => kept.get(id) !== body)).toEqual([]);
    const { rows } = await owner.raw(`
      select notes.id from notes left join note_revisions on note_revisions.note_id = notes.id
       group by notes.id having count(number) <> latest_revision or coalesce(max(number), 0) <> latest_revision`);
    expect(rows).toEqual([]);
    const { rows: apart } = await owner.raw(`
      select notes.id from notes join note_revisions on note_revisions.note_id = notes.id and number = latest_revision
       where not exists (select from note_paragraphs where note_paragraphs.note_id = notes.id)
          or exists (select from note_paragraphs as piece where piece.note_id = notes.id
                      and substring(note_revisions.body from start_position + 1 for end_position - start_position) <> piece.body)`);
    expect(apart).toEqual([]);
  });

  test('the draft is at least as new as the last one that was acknowledged', async () => {
    for (const [noteId, { version, body }] of told.drafts) {
      const draft = await owner('note_drafts').where({ note_id: noteId }).first('version', 'body');
      expect(draft.version).toBeGreaterThanOrEqual(version);
      if (draft.version === version) expect(draft.body).toBe(body);
    }
  });

  test('every acknowledged coding is there, and none is out of place', async () => {
    const kept = new Set<string>(await owner('codings').pluck('id'));
    expect(told.codings.filter((id) => !kept.has(id))).toEqual([]);
    const { rows } = await owner.raw(`
      select codings.id from codings
        join note_revisions on note_revisions.id = codings.revision_id
        join notes on notes.id = codings.note_id
       where substring(note_revisions.body from start_position + 1 for end_position - start_position) <> quote
          or (needs_review_at is null and codings.removed_at is null and note_revisions.number <> notes.latest_revision)`);
    expect(rows).toEqual([]);
    const { rows: silent } = await owner.raw(
      `select id from codings where id = any(?) and not exists (select from events where subject_id = codings.id)`,
      [told.codings],
    );
    expect(silent).toEqual([]);
  });

  test('every acknowledged file is there byte for byte, and the folder holds no half and no orphan', async () => {
    const rows: { id: string; stored_name: string; sha256: string }[] = await owner('attachments').select();
    const byId = new Map(rows.map((row) => [row.id, row]));
    expect(told.files.filter(({ id, sha256 }) => byId.get(id)?.sha256 !== sha256)).toEqual([]);
    for (const { stored_name: name, sha256 } of rows)
      expect([
        name,
        createHash('sha256')
          .update(await readFile(path.join(uploads, name)))
          .digest('hex'),
      ]).toEqual([name, sha256]);
    const there = (await readdir(uploads, { withFileTypes: true })).filter((entry) => entry.isFile());
    expect(there.map(({ name }) => name).toSorted()).toEqual(rows.map((row) => row.stored_name).toSorted());
    expect(await readdir(path.join(uploads, 'incoming'))).toEqual([]);
  });
});

function logged({ output }: Program): void {
  // What the log says of an answer 500: the fault to look for.
  for (const line of output.split('\n')) if (line.includes('"msg":"request failed"')) unexplained.push(line);
}

function countOf(told: Acknowledged): number {
  return told.revisions.length + told.codings.length + told.files.length;
}

import { expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { newId } from '../../server/shared/ids.ts';
import { sliceCodePoints } from '../../server/shared/text.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aMember, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { createDice, one, type Place, somewhere } from './dice.ts';

// Four people do everything to one note and one codebook at the same moment, by the numbers of a seed. What they were
// answered is written down, and what is stored at the end must agree with it.
const t = useTestApp();
const SEEDS = [20_111, 7, 4242];
const ROUNDS = 40;

type World = Awaited<ReturnType<typeof aWorld>>;
type Person = { session: BrowserSession; token: string; membershipId: string; isLead: boolean };
type Move = (world: World, person: Person) => Promise<void>;

/** What people were told: codings by id; which of them somebody asked to remove; how often each answer came. */
type Told = {
  made: Map<string, { coder: string; theme: string; place: Place }>;
  removals: Set<string>;
  /** Merges that were asked for, by the id of their step: from one theme into another. */
  merges: Map<string, { from: string; into: string }>;
  answers: Record<string, number>;
};

const WORDS = 'worker door member garden choir bus café 👋🏽 tea laughing slowly outside trust allotment שלום'.split(' ');

async function aWorld(seed: number) {
  const cast = await aFullStudy(t.owner);
  const dice = createDice(seed);
  const by = cast.researcher.membershipId;
  const text = (lines: number) =>
    Array.from({ length: lines }, () => Array.from({ length: 8 }, () => WORDS[dice(WORDS.length)]).join(' ')).join(
      '\n\n',
    );
  const body = text(6);
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body });
  const themes: string[] = [];
  for (let index = 0; index < 9; index += 1)
    themes.push((await aTheme(t.owner, cast.study.id, { by, name: `Theme ${index}`, position: index + 1 })).id);
  const people: Person[] = [];
  for (const member of [cast.lead, cast.researcher, cast.colleague, await aMember(t.owner, cast.study.id)]) {
    const session = await BrowserSession.as(t.app, member);
    people.push({
      session,
      token: await session.token(),
      membershipId: member.membershipId,
      isLead: member === cast.lead,
    });
  }
  const told: Told = {
    made: new Map(),
    removals: new Set(),
    merges: new Map(),
    answers: {},
  };
  return {
    dice,
    text,
    people,
    themes,
    told,
    study: cast.study,
    note,
    newest: { revision: 1, body },
  };
}

// One entry an operation; a new one is one more line here.
const MOVES: Record<string, { weight: number; move: Move }> = {
  code: { weight: 8, move: code },
  codeAgain: { weight: 2, move: codeTwice },
  remove: { weight: 3, move: (world, person) => change(world, person, 'removal') },
  restore: { weight: 3, move: (world, person) => change(world, person, 'restoration') },
  edit: { weight: 2, move: edit },
  moveTheme: { weight: 1, move: moveTheme },
  removeTheme: { weight: 1, move: (world, person) => changeTheme(world, person, 'removal') },
  restoreTheme: { weight: 4, move: (world, person) => changeTheme(world, person, 'restoration') },
  merge: { weight: 1, move: merge },
  reverseMerge: { weight: 2, move: reverseMerge },
};

async function code(
  world: World,
  person: Person,
  id = newId(),
  given?: { place: Place; theme: string; revision: number },
) {
  const { revision, body } = world.newest;
  const words = given ?? { place: somewhere(world, body), theme: one(world, world.themes), revision };
  const { place, theme } = words;
  const answer = await send(world, person, `/notes/${world.note.id}/codings`, {
    revision: words.revision,
    start: place.start,
    end: place.end,
    themes: [theme],
    ids: [id],
  });
  count(world, 'code', answer);
  if (answer.status !== 200) return;
  const [made] = (answer.body as { codings: { id: string }[] }).codings;
  // Answered with an earlier one where this coder had coded these words with this theme before.
  const known = made?.id ?? id;
  if (known === id && !world.told.made.has(id)) world.told.made.set(id, { coder: person.membershipId, theme, place });
}

// As a page does whose answer was lost: the same id, twice at once.
async function codeTwice(world: World, person: Person) {
  const id = newId();
  const given = {
    place: somewhere(world, world.newest.body),
    theme: one(world, world.themes),
    revision: world.newest.revision,
  };
  await Promise.all([code(world, person, id, given), code(world, person, id, given)]);
}

async function change(world: World, person: Person, what: 'removal' | 'restoration') {
  const known = [...world.told.made].filter(([, { coder }]) => person.isLead || coder === person.membershipId);
  const [id] = known[world.dice(Math.max(1, known.length))] ?? [];
  if (id === undefined) return;
  // Even when its answer never comes it may have happened: from now on its being removed is nobody's loss.
  if (what === 'removal') world.told.removals.add(id);
  count(world, what, await send(world, person, `/codings/${id}/${what}`, {}));
}

async function edit(world: World, person: Person) {
  const { revision, body } = world.newest;
  const lines = body.split('\n\n');
  const at = world.dice(lines.length);
  const kind = world.dice(3);
  if (kind === 0) lines.splice(at, 0, world.text(1));
  else if (kind === 1) lines[at] = `${one(world, WORDS)} ${lines[at]}`;
  else if (lines.length > 3) lines.splice(at, 1);
  const changed = lines.join('\n\n');
  const answer = await form(world, person, `/notes/${world.note.id}/revisions`, {
    id: newId(),
    base: String(revision),
    title: 'Changed',
    body: changed,
  });
  count(world, 'edit', answer);
  if (answer.status === 303 && world.newest.revision === revision)
    world.newest = { revision: revision + 1, body: changed };
}

async function moveTheme(world: World, person: Person) {
  const theme = one(world, world.themes);
  const parent = world.dice(2) === 0 ? '' : one(world, world.themes);
  count(
    world,
    'moveTheme',
    await form(world, person, `/themes/${theme}/position`, { parent, place: String(1 + world.dice(3)) }),
  );
}

async function changeTheme(world: World, person: Person, what: 'removal' | 'restoration') {
  const theme = one(world, world.themes);
  const answer = await form(world, person, `/themes/${theme}/${what}`, {});
  count(world, `${what} of a theme`, answer);
}

async function merge(world: World, person: Person) {
  const [id, from, into] = [newId(), one(world, world.themes), one(world, world.themes)];
  // Asked for is enough: its answer may not come back before somebody sees what it did.
  world.told.merges.set(id, { from, into });
  count(world, 'merge', await form(world, person, `/themes/${from}/merge`, { id, target: into }));
}

async function reverseMerge(world: World, person: Person) {
  const id = one(world, [...world.told.merges.keys(), newId()]);
  count(world, 'reversal', await form(world, person, `/codebook/steps/${id}/reversal`, {}));
}

/** The themes that a coding may have by now that was made with `theme`: its own, or where merges have taken it. */
function reachable(theme: string, { merges }: Told): string[] {
  const found = new Set([theme]);
  for (const each of found) for (const { from, into } of merges.values()) if (from === each) found.add(into);
  return [...found];
}

test.each(SEEDS)(
  'everything at once, by seed %i · loses no coding, doubles none, leaves none on words that are not there',
  async (seed) => {
    const world = await aWorld(seed);
    const bag = Object.values(MOVES).flatMap(({ weight, move }) => Array.from({ length: weight }, () => move));
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(world.people.map((person) => bag[world.dice(bag.length)]!(world, person)));
    }
    const { told } = world;
    expect(Object.keys(told.answers).filter((answer) => answer.endsWith(' 500'))).toEqual([]);
    // The run was one: people coded, saved, and merged themes.
    expect(told.answers['merge 303']).toBeGreaterThan(0);
    expect(told.made.size).toBeGreaterThan(10);

    const stored: Stored[] = await t.owner('codings').where({ note_id: world.note.id }).select();
    const byId = new Map(stored.map((row) => [row.id, row]));
    // No coding that was answered is lost, and none is there that nobody was told of.
    expect([...byId.keys()].toSorted()).toEqual([...told.made.keys()].toSorted());
    const setAside: string[] = await t
      .owner('codebook_step_codings')
      .where({ study_id: world.study.id, set_aside: true })
      .pluck('coding_id');
    const newest = await t.owner('note_revisions').where({ note_id: world.note.id }).orderBy('number', 'desc').first();
    for (const [id, { coder, theme, place }] of told.made) {
      const row = byId.get(id)!;
      expect([row.coder_id, row.quote]).toEqual([coder, place.words]);
      expect(reachable(theme, told)).toContain(row.theme_id);
      // Removed only where somebody asked for it, or where a merge found the same words coded so by the same coder.
      if (row.removed_at !== null) expect([...told.removals, ...setAside]).toContain(id);
      // In place in the newest text, on exactly its words; or waiting for a person.
      if (row.needs_review_at === null && row.removed_at === null) {
        expect(row.revision_id).toBe(newest.id);
        expect(sliceCodePoints(newest.body, row.start_position, row.end_position)).toBe(row.quote);
      }
    }
    const inPlace = stored.filter((row) => row.removed_at === null && row.needs_review_at === null);
    const said = inPlace.map((row) => [row.coder_id, row.theme_id, row.start_position, row.end_position].join(' '));
    expect(new Set(said).size).toBe(said.length);

    // Nobody coded with a theme that was removed before they asked and has not been brought back since.
    const events: {
      kind: string;
      subject_id: string;
      at: Date;
      after: { themeId?: string; themes?: string[] } | null;
    }[] = await t
      .owner('events')
      .where({ study_id: world.study.id })
      .orderBy('id')
      .select('kind', 'subject_id', 'after');
    const made = new Map(events.filter(({ kind }) => kind === 'coding.made').map((event) => [event.subject_id, event]));
    expect([...made.keys()].toSorted()).toEqual([...told.made.keys()].toSorted());
    const removedThemes = new Map<string, Date>(
      (
        await t
          .owner('themes')
          .where({ study_id: world.study.id })
          .whereNotNull('removed_at')
          .select('id', 'removed_at')
      ).map((row: { id: string; removed_at: Date }) => [row.id, row.removed_at]),
    );
    for (const row of inPlace) {
      const removed = removedThemes.get(row.theme_id);
      // created_at is the beginning of the coder's transaction, removed_at the moment under the lock of the codebook.
      if (removed) expect(row.created_at.getTime()).toBeLessThanOrEqual(removed.getTime());
    }
    // A merged theme has no coding left.
    const merged = await t.owner('themes').where({ study_id: world.study.id }).whereNotNull('merged_into').pluck('id');
    expect(stored.filter((row) => merged.includes(row.theme_id) && row.removed_at === null)).toEqual([]);
    // The codebook is still a tree.
    const parents = new Map<string, string | null>(
      (await t.owner('themes').where({ study_id: world.study.id }).select('id', 'parent_id')).map(
        (row: { id: string; parent_id: string | null }) => [row.id, row.parent_id],
      ),
    );
    for (const id of parents.keys()) {
      let steps = 0;
      for (let at: string | null | undefined = id; at; at = parents.get(at))
        expect((steps += 1)).toBeLessThanOrEqual(parents.size);
    }
  },
  120_000,
);

type Stored = {
  id: string;
  coder_id: string;
  theme_id: string;
  revision_id: string;
  quote: string;
  start_position: number;
  end_position: number;
  created_at: Date;
  removed_at: Date | null;
  needs_review_at: Date | null;
};

function count(world: World, what: string, { status }: Response): void {
  const key = `${what} ${status}`;
  world.told.answers[key] = (world.told.answers[key] ?? 0) + 1;
}

async function send(world: World, person: Person, path: string, body: object): Promise<Response> {
  return person.session.agent
    .post(`${world.study.path}${path}`)
    .set({ accept: 'application/json', 'x-csrf-token': person.token })
    .send(body);
}

async function form(world: World, person: Person, path: string, fields: Record<string, string>): Promise<Response> {
  return person.session.agent
    .post(`${world.study.path}${path}`)
    .set({ accept: 'text/html', 'x-csrf-token': person.token })
    .type('form')
    .send(fields);
}

import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { aPerson } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { archiveOf, partsOf, restoreFile } from './archive-support.ts';
import { build, expectedOf } from './generated-study.ts';
import { ALL_OF_IT, NOTHING, study, type StudyModel } from './study-arbitrary.ts';
import { exportStudy, importFile } from './support.ts';

const here = useTestApp();
const there = useTestApp();

// FUZZ_SEED repeats a run; what failed is made smaller by fast-check, as long as there is time.
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
// Whatever chance brings, these two are tried: a study without anything, and one with all of it.
const examples: [StudyModel][] = [[NOTHING], [ALL_OF_IT]];
const RUNS = {
  examples,
  numRuns: 60,
  seed,
  interruptAfterTimeLimit: 15_000,
  markInterruptAsFailure: false,
};

type Theme = ReturnType<typeof expectedOf>['themes'][number];

const sorted = <T>(rows: T[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

/** The same as expectedOf(), read from the database. */
async function found(owner: Knex, studyId: string): Promise<ReturnType<typeof expectedOf>> {
  const { rows: themes } = await owner.raw(
    `with recursive tree as (
       select id, name as path, definition, when_to_use, example from themes where study_id = :studyId and parent_id is null
       union all select themes.id, tree.path || ' / ' || themes.name, themes.definition, themes.when_to_use, themes.example
         from themes join tree on tree.id = themes.parent_id)
     select id, path, definition, when_to_use as "whenToUse", example from tree`,
    { studyId },
  );
  const path = new Map(themes.map((theme: { id: string; path: string }) => [theme.id, theme.path]));
  const { rows: notes } = await owner.raw(
    `select title, body, agencies.name as agency, memberships.name as author, setting, notes.created_at as at,
            completed_at is not null as "isComplete"
       from notes join note_revisions on note_id = notes.id join visits on visits.id = visit_id
       join agencies on agencies.id = agency_id join memberships on memberships.id = author_id where notes.study_id = ?`,
    [studyId],
  );
  const { rows: codings } = await owner.raw(
    `select title, theme_id, memberships.name as coder, quote, start_position as start, end_position as "end", codings.created_at as at
       from codings join note_revisions on note_revisions.id = revision_id join memberships on memberships.id = coder_id
      where codings.study_id = ?`,
    [studyId],
  );
  const { rows: memos } = await owner.raw(
    `select case when note_id is not null then 'note' when theme_id is not null then 'theme'
                 when coding_id is not null then 'coding' else 'study' end || ' ' || body as memo
       from memos where study_id = ?`,
    [studyId],
  );
  return {
    themes: themes.map(({ path, definition, whenToUse, example }: Theme) => ({ path, definition, whenToUse, example })),
    notes: notes.map((note: { at: Date }) => ({ ...note, at: note.at.toISOString() })),
    codings: codings.map(({ theme_id, title, ...coding }: { theme_id: string; title: string; at: Date }) => ({
      title,
      theme: path.get(theme_id),
      ...coding,
      at: coding.at.toISOString(),
    })),
    memos: memos.map(({ memo }: { memo: string }) => memo),
  };
}

function expectSame(actual: ReturnType<typeof expectedOf>, expected: ReturnType<typeof expectedOf>): void {
  for (const key of ['themes', 'notes', 'codings', 'memos'] as const)
    expect([key, sorted<unknown>(actual[key])]).toEqual([key, sorted<unknown>(expected[key])]);
}

async function comesAndGoes(model: StudyModel): Promise<void> {
  const id = await build(here.owner, model);
  const first = await exportStudy(here, id);
  const imported = await importFile(there, first.file);
  expectSame(await found(there.owner, imported.studyId), expectedOf(model));
  const second = await exportStudy(there, imported.studyId);
  expect(await partsOf(second.file)).toEqual(await partsOf(first.file));
  expect(second.sha256).toBe(first.sha256);
}

test('a study is the same after export, import and export · for what REFI-QDA can hold', async () => {
  await fc.assert(fc.asyncProperty(study, comesAndGoes), RUNS);
}, 120_000);

test('a study is the same bytes after archive, restoring and archive · whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(study, async (model) => {
      const id = await build(here.owner, model);
      const archive = await archiveOf(here, id);
      await restoreFile(there, await aPerson(there.owner), archive);
      expect(await readFile((await archiveOf(there, id)).file)).toEqual(await readFile(archive.file));
    }),
    RUNS,
  );
}, 120_000);

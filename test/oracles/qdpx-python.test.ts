import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { exportStudy } from '../exchange/support.ts';
import { useTestApp } from '../support/test-app.ts';
import { aStudyHardToCount, askProgram } from './support.ts';

// A reader written from the standard alone, in another language, finds in our file what the database holds.

const READER = path.join(import.meta.dirname, 'read_qdpx.py');
const t = useTestApp();
let studyId: string;
beforeAll(async () => {
  studyId = (await aStudyHardToCount(t.owner)).study.id;
}, 60_000);

type Tuple = { source: string; title: string; quote: string; theme: string; coder: string; date: string };
const sorted = (tuples: Tuple[]): string[] => tuples.map((tuple) => JSON.stringify(tuple)).toSorted();

async function inDatabase(): Promise<Tuple[]> {
  return t
    .owner('codings')
    .join('notes', 'notes.id', 'codings.note_id')
    .join('note_revisions', 'note_revisions.id', 'codings.revision_id')
    .join('themes', 'themes.id', 'codings.theme_id')
    .join('memberships', 'memberships.id', 'codings.coder_id')
    .where('codings.study_id', studyId)
    .select({
      source: 'notes.id',
      title: 'note_revisions.title',
      // Not the quote that is kept: the words at the coding's place, cut by the database.
      quote: t.owner.raw('substring(note_revisions.body from start_position + 1 for end_position - start_position)'),
      theme: 'themes.name',
      coder: 'memberships.name',
      date: t.owner.raw(`to_char(codings.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`),
    });
}

test.each([
  ['as the standard counts', 'qdpx', []],
  ['as NVivo counts', 'qdpx-nvivo', ['--utf-16']],
] as const)(
  'every source, quote, theme, coder and date is the database’s · %s',
  async (_, format, options) => {
    const { file } = await exportStudy(t, studyId, format);
    const printed = await askProgram('python3', [READER, file, ...options]);
    await rm(file);
    const read = printed
      .trim()
      .split('\n')
      .map((line) => {
        const { source, title, quote, theme, coder, date } = JSON.parse(line) as Tuple;
        return { source, title, quote, theme, coder, date };
      });
    expect(read.length).toBeGreaterThan(150);
    expect(sorted(read)).toEqual(sorted(await inDatabase()));
  },
  120_000,
);

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { everyKind, GROUPS, kindsOf, type Group, wordsOf } from '../../server/audit/event-words.ts';

const ROOT = path.join(import.meta.dirname, '../..');

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file: path.relative(ROOT, file), text: readFileSync(file, 'utf8') }));
}

const KIND = /'([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)'/g;
const BEGUN = /`([a-z]+(?:-[a-z]+)*)\.\$\{/g;

// What a file that records events says in quotes, with one dot in it, is a kind: services hold no SQL.
const recording = [...sources('server'), ...sources('seeds')].filter(
  ({ file, text }) =>
    !file.endsWith('event-words.ts') &&
    /\b(?:recordEvents?|recordAccountEvent|recordSignIn|insertEvents)\(|trx\('events'\)/.test(text),
);
// Looks like a kind and is none: a reason beside it.
const NO_KINDS: string[] = [];

describe('the words of events', () => {
  test('there are some for every kind that the program records', () => {
    const kinds = recording.flatMap(({ file, text }) =>
      [...text.matchAll(KIND)].map(([, kind]) => ({ file, kind: kind! })),
    );
    expect(kinds.length).toBeGreaterThan(60);
    expect(kinds.filter(({ kind }) => wordsOf(kind) === undefined && !NO_KINDS.includes(kind))).toEqual([]);
  });

  test('there are some for kinds that are put together from parts', () => {
    const begun = recording.flatMap(({ file, text }) =>
      [...text.matchAll(BEGUN)].map(([, noun]) => ({ file, noun: noun! })),
    );
    expect(begun.filter(({ noun }) => !everyKind().some((kind) => kind.startsWith(`${noun}.`)))).toEqual([]);
    for (const kind of ['theme.retired', 'theme.unretired', 'person.signed-in', 'person.sign-in-failed'])
      expect([kind, wordsOf(kind)?.did]).toEqual([kind, expect.any(String)]);
  });

  test('each kind has the shape that the table takes, and its group is one of those on the page', () => {
    for (const kind of everyKind()) expect(kind).toMatch(/^[a-z-]+\.[a-z-]+$/);
    const grouped = (Object.keys(GROUPS) as Group[]).flatMap(kindsOf);
    expect(grouped.toSorted()).toEqual(everyKind().toSorted());
  });
});

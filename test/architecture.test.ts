import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

// Who may import what: docs/decisions/0002-layout-and-imports.md. Each rule is checked on the import lines themselves.

const ROOT = path.join(import.meta.dirname, '..');
const WEB_LIKE = ['web', 'shared', 'database'];

type Import = { target: string; typesOnly: boolean; names: string[] };
type Source = { file: string; folder: string; kind: string; lines: number; imports: Import[] };

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
}

const IMPORT = /^(?:import|export)\s+(type\s+)?([^'"]*?)\s*from\s+'([^']+)';/gm;

function readSource(file: string): Source {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map(([, type, names, from]) => {
    const inner = (names ?? '')
      .replaceAll(/[{}\s]+/g, ' ')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    return {
      target: from!.startsWith('.') ? path.posix.join(path.posix.dirname(file), from!) : from!,
      typesOnly: type !== undefined || (inner.length > 0 && inner.every((name) => name.startsWith('type '))),
      names: inner.filter((name) => !name.startsWith('type ')).map((name) => name.split(' as ')[0]!),
    };
  });
  return { file, folder: file.split('/')[1]!, kind: kindOf(file), lines: text.split('\n').length, imports };
}

function kindOf(file: string): string {
  return /-(routes|service|queries|form|view)\.ts$/.exec(file)?.[1] ?? 'domain';
}

const sources = filesBelow('server', /\.ts$/).map(readSource);
const inFolders = sources.filter(({ file }) => file.split('/').length > 2);
const features = inFolders.filter(({ folder }) => !WEB_LIKE.includes(folder));
const isFeatureFile = (target: string) =>
  target.startsWith('server/') && target.split('/').length > 2 && !WEB_LIKE.includes(target.split('/')[1]!);
const featureOf = (target: string) => target.split('/')[1]!;

/** Import lines that break `rule`, worded for whoever broke it. */
function broken(among: Source[], rule: (source: Source, imported: Import) => boolean): string[] {
  return among.flatMap((source) =>
    source.imports
      .filter((imported) => rule(source, imported))
      .map((imported) => `${source.file} imports ${imported.target}`),
  );
}
const ofKind = (kind: string) => features.filter((source) => source.kind === kind);

describe('who may import what', () => {
  test('web, shared and database import no feature', () => {
    expect(
      broken(
        inFolders.filter(({ folder }) => WEB_LIKE.includes(folder)),
        (_, { target }) => isFeatureFile(target),
      ),
    ).toEqual([]);
  });

  test('routes import services, forms and views of their own feature only, and of queries only reads', () => {
    const isRead = (name: string) => /^(find|list|count)/.test(name) || /^[A-Z]/.test(name);
    expect(
      broken(ofKind('routes'), (source, { target, names, typesOnly }) => {
        if (typesOnly || !isFeatureFile(target)) return false;
        const kind = kindOf(target);
        if (kind === 'queries') return !names.every(isRead);
        return ['service', 'form', 'view', 'routes'].includes(kind) && featureOf(target) !== source.folder;
      }),
    ).toEqual([]);
  });

  test('services import no Express, no view, no routes, and of other features only services, domain and reads', () => {
    expect(
      broken(ofKind('service'), (source, { target, names, typesOnly }) => {
        if (target.startsWith('express')) return true;
        if (typesOnly || !isFeatureFile(target)) return false;
        const kind = kindOf(target);
        if (kind === 'routes' || kind === 'view' || kind === 'form') return true;
        return (
          kind === 'queries' &&
          featureOf(target) !== source.folder &&
          !names.every((name) => /^(find|list|count)/.test(name))
        );
      }),
    ).toEqual([]);
  });

  test('queries import the database and domain only', () => {
    expect(
      broken(
        ofKind('queries'),
        (_, { target, typesOnly }) =>
          target.startsWith('express') ||
          target.startsWith('server/web/') ||
          (!typesOnly && isFeatureFile(target) && !['domain', 'queries'].includes(kindOf(target))),
      ),
    ).toEqual([]);
  });

  test('forms import zod, domain and the form helpers only', () => {
    expect(
      broken(ofKind('form'), (_, { target }) =>
        target.startsWith('server/')
          ? isFeatureFile(target) && !['domain', 'form'].includes(kindOf(target))
          : target !== 'zod',
      ),
    ).toEqual([]);
  });

  test('views import domain and shared; everything else as types only', () => {
    expect(
      broken(
        ofKind('view'),
        (_, { target, typesOnly }) =>
          !typesOnly &&
          (isFeatureFile(target) ? !['domain', 'view'].includes(kindOf(target)) : !target.startsWith('server/shared/')),
      ),
    ).toEqual([]);
  });

  // Files without a suffix that touch the outside world, each for the reason beside it.
  const OUTSIDE: Record<string, string> = {
    'server/accounts/authentication.ts': 'passport is Express middleware',
    'server/accounts/password.ts': 'argon2 is the one way to hash',
    'server/exchange/export/zip-writing.ts': 'waits for what it writes to be taken',
    'server/exchange/refi/zip-reading.ts': 'an archive is read where it lies',
    'server/exchange/refi/reading-ahead.ts': 'an archive is read where it lies',
    'server/accounts/single-sign-on/provider.ts': 'asks the provider of single sign-on, as a strategy of passport',
    'server/accounts/session.ts': 'beginning a session is Express work: cookies and the CSRF token',
  };

  test('domain files import other domain files and shared only', () => {
    const forbidden = /^(express|knex|pg|zod|multer|passport|node:(?!crypto$|path$))/;
    expect(
      broken(
        ofKind('domain').filter(({ file }) => !(file in OUTSIDE)),
        (_, { target, typesOnly }) =>
          !typesOnly &&
          (forbidden.test(target) ||
            target.startsWith('server/web/') ||
            target.startsWith('server/database/') ||
            (isFeatureFile(target) && kindOf(target) !== 'domain')),
      ),
    ).toEqual([]);
  });

  test('features form no cycle', () => {
    const edges = new Map<string, Set<string>>();
    for (const { folder, imports } of features)
      for (const { target } of imports)
        if (isFeatureFile(target) && featureOf(target) !== folder)
          edges.set(folder, (edges.get(folder) ?? new Set()).add(featureOf(target)));
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      [...(edges.get(from) ?? [])].some(
        (next) => next === to || (!seen.has(next) && (seen.add(next), reaches(next, to, seen))),
      );
    expect([...edges.keys()].filter((feature) => reaches(feature, feature))).toEqual([]);
  });

  test('migrations import nothing of the program', () => {
    expect(
      broken(
        filesBelow('migrations', /\.ts$/).map(readSource),
        (_, { target, typesOnly }) => !typesOnly || target.startsWith('server/'),
      ),
    ).toEqual([]);
  });
});

describe('where SQL is written', () => {
  // A table named in a query, or a statement in words; what looks up another file's name is none.
  const SQL = /\b(?:trx|db|knex|attempt)\(\s*['`]|\.raw\(|\b(?:insert into|delete from)\b/;
  // Setting an advisory lock, or reading the database's own state, is no business of a feature's queries.
  test('routes, services, forms, views and domain files write none', () => {
    expect(
      features
        .filter(({ kind }) => kind !== 'queries')
        .filter(({ file }) => SQL.test(withoutComments(file)))
        .map(({ file }) => file),
    ).toEqual([]);
  });

  test('shared files read neither the environment nor the disk', () => {
    const shared = inFolders.filter(({ folder }) => folder === 'shared');
    expect(broken(shared, (_, { target }) => target.startsWith('node:'))).toEqual([]);
    expect(shared.filter(({ file }) => withoutComments(file).includes('process.')).map(({ file }) => file)).toEqual([]);
  });
});

function withoutComments(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8').replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
}

describe('one feature writes a table', () => {
  test('each table is inserted, updated or deleted by the files of one feature', () => {
    const writers = new Map<string, Set<string>>();
    for (const { file, folder } of features) {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      const tables = [
        ...text.matchAll(/\b(?:insert into|update)\s+([a-z_]+)\s+(?:\(|set|where|select)/gi),
        ...text.matchAll(/\bdelete from\s+([a-z_]+)/gi),
        ...text.matchAll(/\b(?:trx|db|attempt)\(\s*'([a-z_]+)'\s*\)(?:(?!;)[\s\S])*?\.(?:insert|update|del|delete)\(/g),
      ].map(([, table]) => table!);
      for (const table of tables) writers.set(table, (writers.get(table) ?? new Set()).add(folder));
    }
    expect(
      [...writers]
        .filter(([, folders]) => folders.size > 1)
        .map(([table, folders]) => `${table}: ${[...folders].join(', ')}`),
    ).toEqual([]);
    expect(writers.size).toBeGreaterThan(5);
  });
});

describe('what a file looks like', () => {
  test('no file of the program is longer than 300 lines', () => {
    const assets = filesBelow('views/assets', /\.ts$/).map(readSource);
    expect(
      [...sources, ...assets].filter(({ lines }) => lines > 301).map(({ file, lines }) => `${file}: ${lines}`),
    ).toEqual([]);
  });

  test('names are kebab-case and none is a bag of odds and ends', () => {
    const names = [...sources.map(({ file }) => file), ...filesBelow('views', /\.(ts|hbs|scss)$/)];
    expect(
      names.filter(
        (name) =>
          !/^_?[a-z0-9-]+(\.d)?\.(ts|hbs|scss)$/.test(path.basename(name)) ||
          /(utils?|helpers?|common|misc)\./.test(path.basename(name)),
      ),
    ).toEqual([]);
  });

  test('templates print unescaped only the layout body and what a renderer has made safe', () => {
    const unescaped = filesBelow('views', /\.hbs$/).flatMap((file) =>
      [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\{\{\{\s*([^}]+?)\s*\}\}\}/g)].map(
        ([, what]) => `${file}: ${what}`,
      ),
    );
    expect(unescaped.toSorted()).toEqual([
      'views/consultation/publication.hbs: publication.html',
      'views/consultation/summary.hbs: summary.current.html',
      'views/consultation/summary.hbs: summary.html',
      'views/layouts/main.hbs: body',
    ]);
  });

  test('nothing but the start files acts when imported', () => {
    const outsideTables = sources.filter(
      ({ file }) =>
        !/^server\/(main|migrate|demo-links|make-backup|restore-backup|trail-verify|renew-identity-key|web\/thread-entry)\.ts$/.test(
          file,
        ),
    );
    expect(
      outsideTables
        .filter(({ file }) => /^(?:void |await )?[a-z][A-Za-z]*\(/m.test(readFileSync(path.join(ROOT, file), 'utf8')))
        .map(({ file }) => file),
    ).toEqual([]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as cheerio from 'cheerio';
import type { BrowserSession } from './browser-session.ts';
import { fill, type Ids } from './one-of-each.ts';
import { formsOf } from './page-forms.ts';
import { routeOf } from './walker.ts';

const SERVER = path.join(import.meta.dirname, '../../server');

/** A field that a route takes, with a value that it would accept where a page shows one. */
export type TakenField = { name: string; good: string };

/**
 * The fields that each route takes: those of the forms that lead there, read from the pages, and those of every schema in
 * the form files that the route's own file imports. Read from the program, so that a new one is known the day it appears.
 */
export async function fieldsByRoute(
  session: BrowserSession,
  ids: Ids,
  routes: string[],
): Promise<Map<string, TakenField[]>> {
  const found = new Map<string, Map<string, string>>();
  const add = (route: string, name: string, good: string): void => {
    const fields = found.get(route) ?? new Map<string, string>();
    if (good !== '' || !fields.has(name)) fields.set(name, good);
    found.set(route, fields);
  };
  for (const { routes: named, fields } of await fieldsOfSchemas())
    for (const route of named) for (const name of fields) add(route, name, '');
  for (const route of routes.filter((each) => each.startsWith('GET '))) {
    const address = fill(route.slice(4), ids);
    const answer = await session.get(address);
    if (!String(answer.headers['content-type']).startsWith('text/html')) continue;
    for (const { method, action, fields } of formsOf(cheerio.load(answer.text), address)) {
      const target = routeOf(method.toUpperCase(), action);
      if (target === undefined) continue;
      for (const { name, value, options } of fields)
        add(target, name, value || (options.findLast((option) => option !== '') ?? ''));
    }
  }
  return new Map([...found].map(([route, fields]) => [route, [...fields].map(([name, good]) => ({ name, good }))]));
}

async function fieldsOfSchemas(): Promise<{ routes: string[]; fields: string[] }[]> {
  const files = readdirSync(SERVER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('-routes.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name));
  const found = [];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const routes = [...text.matchAll(/\.(get|post|put|patch|delete)\(\s*'([^']+)'/g)].map(
      ([, method, pattern]) => `${method!.toUpperCase()} ${pattern}`,
    );
    const fields = new Set<string>();
    for (const [, from] of text.matchAll(/from '([^']+-form\.ts)'/g)) {
      const module = (await import(pathToFileURL(path.resolve(path.dirname(file), from!)).href)) as Record<
        string,
        unknown
      >;
      for (const schema of Object.values(module)) for (const name of keysOf(schema)) fields.add(name);
    }
    found.push({ routes, fields: [...fields] });
  }
  return found;
}

function keysOf(schema: unknown): string[] {
  const { shape } = (schema ?? {}) as { shape?: Record<string, unknown> };
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

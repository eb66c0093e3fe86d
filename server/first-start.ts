import type { Knex } from 'knex';
import { DEMONSTRATION_PEOPLE, loadDemonstration } from '../seeds/demonstration.ts';
import type { Db } from './database/connection.ts';

/** Loads the demonstration study into a new database of the program's own. */
export async function fillNewDatabase(owner: Knex, say: (line: string) => void): Promise<void> {
  say('This is a new database: loading the demonstration study.');
  await loadDemonstration(owner);
}

/** Lines with a fresh one-time link for each person of the demonstration. */
export async function demonstrationLinks(_db: Db, _address: string): Promise<string[]> {
  const lines: string[] = [];
  for (const { who } of DEMONSTRATION_PEOPLE) lines.push(`  ${who}:`);
  return lines;
}

/** What to print after a start on an empty database: how to get in for the first time. `address` has no slash at its end. */
export async function firstLinks(db: Db, isDemonstration: boolean, address: string): Promise<string[]> {
  if (!isDemonstration) return ['To set up the first administrator and study, open this link; it works once:'];
  return [
    'Sign in to the demonstration study by one of these links; each works once (fresh ones: npm run demo:links):',
    ...(await demonstrationLinks(db, address)),
  ];
}

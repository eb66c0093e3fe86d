import type { Knex } from 'knex';
import { DEMONSTRATION_PEOPLE, loadDemonstration } from '../seeds/demonstration.ts';
import { findWhetherEmpty } from './accounts/person-queries.ts';
import { createSetUpLink } from './accounts/set-up-service.ts';
import { createSignInLink } from './accounts/sign-in-link-service.ts';
import type { Db } from './database/connection.ts';

/** Loads the demonstration study into a new database of the program's own. */
export async function fillNewDatabase(owner: Knex, say: (line: string) => void): Promise<void> {
  say('This is a new database: loading the demonstration study.');
  await loadDemonstration(owner);
}

/** Lines with a fresh one-time link for each person of the demonstration. `address` has no slash at its end. */
export async function demonstrationLinks(db: Db, address: string): Promise<string[]> {
  const lines: string[] = [];
  for (const { who, email } of DEMONSTRATION_PEOPLE)
    lines.push(`  ${who}: ${await createSignInLink(db, address, email)}`);
  return lines;
}

/**
 * What to print after a start: how to get in for the first time. Nothing once there are people, unless the
 * demonstration has just been loaded; until then a fresh link at every start, for whoever lost the last one.
 */
export async function firstLinks(db: Db, demonstrationIsNew: boolean, address: string): Promise<string[]> {
  if (demonstrationIsNew)
    return [
      'Sign in to the demonstration study by one of these links; each works once (fresh ones: npm run demo:links):',
      ...(await demonstrationLinks(db, address)),
    ];
  if (!(await findWhetherEmpty(db))) return [];
  return [
    'To set up the first administrator and study, open this link within 24 hours; it works once:',
    `  ${await createSetUpLink(db, address)}`,
  ];
}

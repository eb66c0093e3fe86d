import type { Knex } from 'knex';

/** The people of the demonstration who get a one-time link to sign in: a researcher, the PI, somebody of an agency. */
export const DEMONSTRATION_PEOPLE: { email: string; who: string }[] = [];

/** Loads the demonstration into an empty database, as its owner, all of it or (in one transaction) nothing. */
export async function loadDemonstration(_owner: Knex): Promise<void> {}

import { asAccount, type Db, type Transaction } from '../database/connection.ts';

export type Person = {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  isAdministrator: boolean;
};

const COLUMNS = {
  id: 'people.id',
  email: 'people.email',
  name: 'people.name',
  passwordHash: 'people.password_hash',
  isAdministrator: 'people.is_administrator',
};

/** The person with this id, unless disabled. */
export async function findPerson(db: Db, id: string): Promise<Person | undefined> {
  return asAccount(db, {}, (trx) => trx('people').where({ id }).whereNull('disabled_at').first<Person>(COLUMNS));
}

/** The person with this e-mail address in any letter case, unless disabled. */
export async function findPersonByEmail(db: Db, email: string): Promise<Person | undefined> {
  return asAccount(db, {}, (trx) =>
    trx('people').whereRaw('lower(email) = lower(?)', [email]).whereNull('disabled_at').first<Person>(COLUMNS),
  );
}

export async function insertPerson(
  trx: Transaction,
  person: { id: string; email: string; name: string; passwordHash: string | null; isAdministrator?: boolean },
): Promise<void> {
  await trx('people').insert({
    id: person.id,
    email: person.email,
    name: person.name,
    password_hash: person.passwordHash,
    is_administrator: person.isAdministrator ?? false,
  });
}

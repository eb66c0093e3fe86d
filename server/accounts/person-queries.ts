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

/** How many people there are, disabled ones included. */
export async function countPeople(trx: Transaction): Promise<number> {
  const row = await trx('people').count<{ count: string }>({ count: '*' }).first();
  return Number(row?.count ?? 0);
}

/** Whether nobody has been set up yet. */
export async function findWhetherEmpty(db: Db): Promise<boolean> {
  return asAccount(db, {}, async (trx) => (await countPeople(trx)) === 0);
}

// Whoever sets up the first administrator holds this lock until the transaction ends.
const SET_UP = 7_203_010;

export async function lockSetUp(trx: Transaction): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(?)', [SET_UP]);
}

export async function updatePassword(trx: Transaction, id: string, passwordHash: string): Promise<void> {
  await trx('people').where({ id }).update({ password_hash: passwordHash });
}

/** False when the person's password is no longer the one behind `before`. */
export async function updatePasswordFrom(
  trx: Transaction,
  id: string,
  before: string | null,
  passwordHash: string,
): Promise<boolean> {
  const updated = await trx('people').where({ id, password_hash: before }).update({ password_hash: passwordHash });
  return updated > 0;
}

export async function updatePersonName(trx: Transaction, id: string, name: string): Promise<void> {
  await trx('people').where({ id }).update({ name });
}

/** Throws PostgreSQL's 23505 when somebody else has the address. */
export async function updatePersonEmail(trx: Transaction, id: string, email: string): Promise<void> {
  await trx('people').where({ id }).update({ email });
}

/** Who has this e-mail address in any letter case, disabled or not, or undefined. */
export async function findAccountByEmail(
  db: Db,
  email: string,
): Promise<{ id: string; isDisabled: boolean } | undefined> {
  return asAccount(db, {}, (trx) =>
    trx('people')
      .whereRaw('lower(email) = lower(?)', [email])
      .first({ id: 'id', isDisabled: trx.raw('disabled_at is not null') }),
  );
}

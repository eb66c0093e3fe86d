import { asAccount, type Db, type Member, type Transaction } from '../database/connection.ts';
import { onConnection, prepared } from '../database/prepared.ts';
import { together } from '../database/together.ts';
import { actorOf, membershipOf, type MembershipRow } from '../studies/membership-queries.ts';

export type Person = {
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  isAdministrator: boolean;
  /** Since when a second step is asked for at sign-in; null when none is. */
  secondStepAt: Date | null;
};

const COLUMNS = {
  id: 'people.id',
  email: 'people.email',
  name: 'people.name',
  passwordHash: 'people.password_hash',
  isAdministrator: 'people.is_administrator',
  secondStepAt: 'people.second_step_at',
};

const USER = `(sess -> 'passport' ->> 'user')::uuid`;
const FIND = `select id, email, name, password_hash as "passwordHash", is_administrator as "isAdministrator",
         second_step_at as "secondStepAt"
  from people where id = $1 and disabled_at is null`;

/** The person with this id, unless disabled. */
export async function findPerson(db: Db, id: string): Promise<Person | undefined> {
  // Asked at every request. Nothing of it depends on who asks, so that it needs no transaction.
  const [person] = await prepared<Person>(db, 'find-person', FIND, [id]);
  return person;
}

// As asAccount() would run it for the session's person.
const AS_ITS_PERSON = `select set_config('app.person', coalesce(max(sess -> 'passport' ->> 'user'), ''), true)
  from sessions where sid = $1 and expire >= now()`;
const FIND_SESSION = `select sess as data, to_json(person) as person, to_json(member) as member
  from sessions
  left join lateral (${FIND.replace('$1', USER)}) as person on true
  left join lateral (${membershipOf(USER, '$2::uuid')}) as member on true
  where sid = $1 and expire >= now()`;

/**
 * A session that has not ended, with its person, unless disabled, and their membership of the study: all are asked for at
 * every page of a study, so that they are found in one trip.
 */
export async function findSession(
  db: Db,
  sessionId: string,
  studyId: string | null,
): Promise<FoundSession | undefined> {
  const [, rows] = await onConnection(db, (connection) =>
    together(connection, [
      { name: 'as-its-person', text: AS_ITS_PERSON, values: [sessionId] },
      { name: 'find-session', text: FIND_SESSION, values: [sessionId, studyId] },
    ]),
  );
  const [row] = rows as SessionRow[];
  if (!row) return undefined;
  const { data, person, member } = row;
  return {
    data,
    person: person ? { ...person, secondStepAt: person.secondStepAt && new Date(person.secondStepAt) } : undefined,
    member: member && person && studyId !== null ? actorOf(member, person.id, studyId) : undefined,
  };
}

export type FoundSession = { data: object; person: Person | undefined; member: Member | undefined };
type SessionRow = { data: object; person: Person | null; member: MembershipRow | null };

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

/** Locks the person's row until the transaction ends. */
export async function lockPerson(
  trx: Transaction,
  id: string,
): Promise<{ passwordHash: string | null; isDisabled: boolean } | undefined> {
  return trx('people')
    .where({ id })
    .forUpdate()
    .first({ passwordHash: 'password_hash', isDisabled: trx.raw('disabled_at is not null') });
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
  return asAccount(db, {}, (trx) => findAccountOf(trx, email));
}

/** The same in a transaction. */
export async function findAccountOf(
  trx: Transaction,
  email: string,
): Promise<{ id: string; isDisabled: boolean } | undefined> {
  return trx('people')
    .whereRaw('lower(email) = lower(?)', [email])
    .first({ id: 'id', isDisabled: trx.raw('disabled_at is not null') });
}

export type ListedPerson = {
  id: string;
  name: string;
  email: string;
  isAdministrator: boolean;
  createdAt: Date;
  disabledAt: Date | null;
  /** Came in with an import or an archive, and nobody has enabled the account since. */
  isFromFile: boolean;
};

const PAGE_LENGTH = 100;

/** One page of everybody with an account, by name, after the person `after`; `next` is where the page after it begins. */
export async function listPeople(
  db: Db,
  after: string | undefined,
): Promise<{ people: ListedPerson[]; next: string | undefined }> {
  const rows: ListedPerson[] = await asAccount(db, {}, (trx) =>
    trx('people')
      .modify((query) => {
        if (after !== undefined)
          void query.whereRaw('(lower(name), id) > (select lower(name), id from people where id = ?)', [after]);
      })
      .orderByRaw('lower(name), id')
      .limit(PAGE_LENGTH + 1)
      .select({
        id: 'id',
        name: 'name',
        email: 'email',
        isAdministrator: 'is_administrator',
        createdAt: 'created_at',
        disabledAt: 'disabled_at',
        isFromFile: trx.raw('disabled_at is not null and disabled_by is null'),
      }),
  );
  const people = rows.slice(0, PAGE_LENGTH);
  return { people, next: rows.length > PAGE_LENGTH ? people.at(-1)?.id : undefined };
}

/** Locks all administrators until the transaction ends, so that two cannot disable each other. Those not disabled. */
export async function findAdministratorsForUpdate(trx: Transaction): Promise<string[]> {
  return trx('people').where({ is_administrator: true }).whereNull('disabled_at').orderBy('id').forUpdate().pluck('id');
}

export async function updatePersonSecondStep(trx: Transaction, id: string, isOn: boolean): Promise<void> {
  await trx('people')
    .where({ id })
    .update({ second_step_at: isOn ? trx.fn.now() : null });
}

/** `by` null enables the person again. */
export async function updatePersonDisabled(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('people')
    .where({ id })
    .update({ disabled_at: by === null ? null : trx.fn.now(), disabled_by: by });
}

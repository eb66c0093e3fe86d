import { asAccount, type Db, type Transaction } from '../../database/connection.ts';

type Subject = { issuer: string; subject: string };

/** Whose account is joined to this subject, disabled or not. */
export async function findPersonOfSubject(
  trx: Transaction,
  { issuer, subject }: Subject,
): Promise<{ id: string; isDisabled: boolean } | undefined> {
  return trx('single_sign_on_subjects')
    .join('people', 'people.id', 'single_sign_on_subjects.person_id')
    .where({ issuer, subject })
    .first({ id: 'people.id', isDisabled: trx.raw('disabled_at is not null') });
}

/** Since when the account is joined to somebody at this issuer. */
export async function findJoinedAt(db: Db, personId: string, issuer: string): Promise<Date | undefined> {
  const row = await asAccount(db, {}, (trx) =>
    trx('single_sign_on_subjects')
      .where({ person_id: personId })
      // Providers and their administrators do not agree on the slash at the end.
      .whereRaw(`rtrim(issuer, '/') = rtrim(?, '/')`, [issuer])
      .first<{ at: Date }>({ at: 'joined_at' }),
  );
  return row?.at;
}

/** False when the account is joined to another subject of this issuer, or the subject to another account. */
export async function insertSubject(
  trx: Transaction,
  personId: string,
  { issuer, subject }: Subject,
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    'insert into single_sign_on_subjects (person_id, issuer, subject) values (?, ?, ?) on conflict do nothing',
    [personId, issuer, subject],
  );
  return rowCount > 0;
}

import { asAccount, type Db, type Transaction } from '../database/connection.ts';

export type AccountLinkKind = 'sign-in' | 'set-up' | 'reset';

export type AccountLink = {
  id: string;
  personId: string | null;
  name: string | null;
  email: string | null;
  expiresAt: Date;
  /** Whether it can still be used: not used, not expired, and its person not disabled. */
  isOpen: boolean;
  isUsed: boolean;
};

const HOURS: Record<AccountLinkKind, number> = { 'sign-in': 24, 'set-up': 24, reset: 2 };

/** The link of this kind whose token has this digest, in whatever state, or undefined. */
export async function findAccountLink(
  db: Db,
  kind: AccountLinkKind,
  tokenDigest: string,
): Promise<AccountLink | undefined> {
  return asAccount(db, {}, (trx) =>
    trx('account_links')
      .leftJoin('people', 'people.id', 'account_links.person_id')
      .where({ 'account_links.kind': kind, 'account_links.token_digest': tokenDigest })
      .first({
        id: 'account_links.id',
        personId: 'account_links.person_id',
        name: 'people.name',
        email: 'people.email',
        expiresAt: 'account_links.expires_at',
        isOpen: trx.raw(
          'account_links.used_at is null and account_links.expires_at > now() and people.disabled_at is null',
        ),
        isUsed: trx.raw('account_links.used_at is not null'),
      }),
  );
}

/** Adds a link that lasts as long as its kind does. False when a link with this digest is there already. */
export async function insertAccountLink(
  trx: Transaction,
  link: { id: string; kind: AccountLinkKind; personId: string | null; tokenDigest: string },
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into account_links (id, kind, person_id, token_digest, expires_at)
     values (?, ?, ?, ?, now() + make_interval(hours => ?)) on conflict (token_digest) do nothing`,
    [link.id, link.kind, link.personId, link.tokenDigest, HOURS[link.kind]],
  );
  return rowCount > 0;
}

/** Uses the link up, in one statement, so that of two uses at once only one succeeds; undefined for the other. */
export async function updateAccountLinkUsed(
  trx: Transaction,
  kind: AccountLinkKind,
  tokenDigest: string,
): Promise<{ id: string; personId: string | null } | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string; personId: string | null }[] }>(
    `update account_links set used_at = now()
     where kind = ? and token_digest = ? and used_at is null and expires_at > now()
       and (person_id is null or person_id in (select id from people where disabled_at is null))
     returning id, person_id as "personId"`,
    [kind, tokenDigest],
  );
  return rows[0];
}

/** Ends the person's other open links of a kind: a newer one, or a new password, stands in their place. */
export async function updateOpenAccountLinksUsed(
  trx: Transaction,
  kind: AccountLinkKind,
  personId: string | null,
): Promise<void> {
  await trx('account_links')
    .where({ kind, person_id: personId })
    .whereNull('used_at')
    .update({ used_at: trx.fn.now() });
}

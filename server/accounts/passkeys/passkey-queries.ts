import { asAccount, type Db, type Transaction } from '../../database/connection.ts';

export type OwnPasskey = {
  id: string;
  name: string;
  credentialId: string;
  transports: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
};

/** The person's passkeys, the oldest first. */
export async function listPasskeysOf(db: Db, personId: string): Promise<OwnPasskey[]> {
  return asAccount(db, {}, (trx) =>
    trx('passkeys').where({ person_id: personId }).orderBy(['created_at', 'id']).select({
      id: 'id',
      name: 'name',
      credentialId: 'credential_id',
      transports: 'transports',
      createdAt: 'created_at',
      lastUsedAt: 'last_used_at',
    }),
  );
}

export type KeptPasskey = { id: string; personId: string; publicKey: Buffer };

export async function findPasskey(db: Db, credentialId: string): Promise<KeptPasskey | undefined> {
  return asAccount(db, {}, (trx) =>
    trx('passkeys')
      .where({ credential_id: credentialId })
      .first({ id: 'id', personId: 'person_id', publicKey: 'public_key' }),
  );
}

/** False when the passkey is kept already. */
export async function insertPasskey(
  trx: Transaction,
  passkey: {
    id: string;
    personId: string;
    credentialId: string;
    publicKey: Buffer;
    counter: number;
    transports: string[];
    name: string;
  },
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into passkeys (id, person_id, credential_id, public_key, counter, transports, name)
     values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    [
      passkey.id,
      passkey.personId,
      passkey.credentialId,
      passkey.publicKey,
      passkey.counter,
      passkey.transports,
      passkey.name,
    ],
  );
  return rowCount > 0;
}

export async function findPasskeyCount(trx: Transaction, personId: string): Promise<number> {
  const [row] = await trx('passkeys').where({ person_id: personId }).count<{ count: string }[]>({ count: '*' });
  return Number(row?.count ?? 0);
}

/**
 * Keeps that the passkey has been used. False when its counter does not go on from the last use: the key may have been
 * copied. Passkeys that are kept by several devices count nothing and say 0 always.
 */
export async function updatePasskeyUsed(trx: Transaction, id: string, counter: number): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `update passkeys set counter = :counter, last_used_at = now()
      where id = :id and (counter < :counter or (counter = 0 and :counter = 0))`,
    { id, counter },
  );
  return rowCount > 0;
}

/** The name of the passkey that was removed; undefined when the person has none with this id. */
export async function deletePasskey(trx: Transaction, personId: string, id: string): Promise<string | undefined> {
  const [row] = await trx('passkeys').where({ person_id: personId, id }).delete<{ name: string }[]>(['name']);
  return row?.name;
}

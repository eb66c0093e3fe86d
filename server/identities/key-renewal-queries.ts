import type { Knex } from 'knex';
import type { Transaction } from '../database/connection.ts';
import type { Sealed } from './cipher.ts';

/** A table of encrypted rows, and the column of the id that they are bound to. */
export type SealedTable = { name: string; id: string };

export type SealedRow = Sealed & { studyId: string; id: string };

/**
 * Every table with encrypted rows, as the catalogue tells: one with `study_id`, `ciphertext`, `nonce` and `key_id`, whose
 * key is one column. A new one is among them the day it is made.
 */
export async function listSealedTables(owner: Knex): Promise<SealedTable[]> {
  const { rows } = await owner.raw<{ rows: SealedTable[] }>(
    `select pg_class.relname as name, attribute.attname as id
       from pg_class
       join pg_index on pg_index.indrelid = pg_class.oid and pg_index.indisprimary and pg_index.indnkeyatts = 1
       join pg_attribute as attribute on attribute.attrelid = pg_class.oid and attribute.attnum = pg_index.indkey[0]
      where pg_class.relnamespace = 'public'::regnamespace and pg_class.relkind = 'r'
        and (select count(*) from pg_attribute
              where attrelid = pg_class.oid and not attisdropped
                and attname in ('study_id', 'ciphertext', 'nonce', 'key_id')) = 4
      order by 1`,
  );
  return rows;
}

/** Rows under another key than `keyId`, after `after` in the order of their ids; locked until they are renewed. */
export async function listRowsUnderOthers(
  trx: Transaction,
  { name, id }: SealedTable,
  { keyId, after, limit }: { keyId: string; after: string; limit: number },
): Promise<SealedRow[]> {
  return trx(name)
    .whereNot({ key_id: keyId })
    .where(id, '>', after)
    .orderBy(id)
    .limit(limit)
    .forUpdate()
    .select({ id, studyId: 'study_id', ciphertext: 'ciphertext', nonce: 'nonce', keyId: 'key_id' });
}

/** Changes nothing but how the row is encrypted, so that a form opened before stays good. */
export async function updateSealed(trx: Transaction, table: SealedTable, id: string, sealed: Sealed): Promise<void> {
  await trx(table.name)
    .where({ [table.id]: id })
    .update({ ciphertext: sealed.ciphertext, nonce: sealed.nonce, key_id: sealed.keyId });
}

/** How many identities and replaced words are under each key: what alone the program may know of them outside a study. */
export async function listKeysInUse(trx: Transaction): Promise<{ keyId: string; count: number }[]> {
  const { rows } = await trx.raw<{ rows: { keyId: string; count: number }[] }>(
    `select key_id as "keyId", count::int from identity_keys_in_use() order by key_id`,
  );
  return rows;
}

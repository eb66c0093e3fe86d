import type { Knex } from 'knex';
import { recordCommand } from '../audit/event-service.ts';
import { asAccount, type Db, type Transaction } from '../database/connection.ts';
import type { IdentityKeys } from '../database/identity-keys.ts';
import { seal, unseal, UnreadableError } from './cipher.ts';
import {
  listKeysInUse,
  listRowsUnderOthers,
  listSealedTables,
  type SealedRow,
  type SealedTable,
  updateSealed,
} from './key-renewal-queries.ts';

const ROWS_AT_ONCE = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** `left`: how many rows stay under keys that the program was not given, or are not as they were written, by key. */
export type Renewal = { renewed: number; left: Map<string, number> };

/**
 * Encrypts everything that is under an older key anew with the current one, as the database's owner, a few hundred rows at
 * a time, so that the program runs on meanwhile and a run that was cut off is finished by the next. What cannot be read
 * stays as it is. Each study's trail says how many rows were renewed.
 */
export async function renewKey(owner: Knex, keys: IdentityKeys): Promise<Renewal> {
  const renewal: Renewal = { renewed: 0, left: new Map() };
  for (const table of await listSealedTables(owner)) {
    let after = BEFORE_ALL;
    for (let isMore = true; isMore;) {
      const rows = await owner.transaction((trx) => renewSome(trx, { keys, table, after, renewal }));
      after = rows.at(-1)?.id ?? after;
      isMore = rows.length === ROWS_AT_ONCE;
    }
  }
  return renewal;
}

/** A sentence for each key that something is encrypted with and the program was not given, for whoever starts it. */
export async function missingKeys(db: Db, { known }: IdentityKeys): Promise<string[]> {
  const used = await asAccount(db, {}, listKeysInUse);
  return used
    .filter(({ keyId }) => !known.has(keyId))
    .map(
      ({ keyId, count }) =>
        `${count.toLocaleString('en-GB')} ${count === 1 ? 'record that tells who somebody is (a real name, or words replaced in a note) is' : 'records that tell who somebody is (real names, and words replaced in notes) are'} encrypted with a key (${keyId}) that the program was not given. Nothing is lost, but they cannot be shown or found in notes: name that key in IDENTITY_KEY or IDENTITY_KEYS_OLD and start again.`,
    );
}

async function renewSome(
  trx: Transaction,
  { keys, table, after, renewal }: { keys: IdentityKeys; table: SealedTable; after: string; renewal: Renewal },
): Promise<SealedRow[]> {
  const keyId = keys.current.id;
  const rows = await listRowsUnderOthers(trx, table, { keyId, after, limit: ROWS_AT_ONCE });
  const renewedIn = new Map<string, number>();
  for (const row of rows) {
    const text = readable(keys, row);
    if (text === undefined) renewal.left.set(row.keyId, (renewal.left.get(row.keyId) ?? 0) + 1);
    else {
      await updateSealed(trx, table, row.id, seal(keys, text, row));
      renewal.renewed += 1;
      renewedIn.set(row.studyId, (renewedIn.get(row.studyId) ?? 0) + 1);
    }
  }
  for (const [studyId, count] of renewedIn)
    await recordCommand(trx, studyId, { kind: 'identity-key.renewed', after: { rows: count, key: keyId } });
  return rows;
}

function readable(keys: IdentityKeys, row: SealedRow): string | undefined {
  try {
    return unseal(keys, row, row);
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}

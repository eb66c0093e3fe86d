import { readConfig } from './config.ts';
import { connectAsOwner, refuseOlderTables } from './database/migrations.ts';
import { readIdentityKeys } from './database/identity-keys.ts';
import { openDatabase } from './database/open-database.ts';
import { renewKey } from './identities/key-renewal-service.ts';
import { StartError } from './shared/errors.ts';

const say = (line: string): void => console.log(line);
const rowsOf = (count: number): string => `${count.toLocaleString('en-GB')} ${count === 1 ? 'row' : 'rows'}`;

/** `npm run identities:renew`: encrypts everything that is under a key of IDENTITY_KEYS_OLD with the current key. */
async function renew(): Promise<void> {
  const config = readConfig(process.env);
  const keys = await readIdentityKeys(config);
  const opened = await openDatabase(config, { say });
  try {
    const owner = connectAsOwner(opened.url);
    try {
      await refuseOlderTables(owner);
      const { renewed, left } = await renewKey(owner, keys);
      say(
        renewed === 0
          ? `Nothing to renew under the key ${keys.current.id}.`
          : `${rowsOf(renewed)} encrypted anew with the key ${keys.current.id}.`,
      );
      for (const [keyId, count] of left)
        say(
          keys.known.has(keyId)
            ? `LEFT: ${rowsOf(count)} under the key ${keyId} cannot be read with it: they are not as they were written. Look for them in a backup.`
            : `LEFT: ${rowsOf(count)} under the key ${keyId}, which is not among IDENTITY_KEYS_OLD. Nothing is lost: name that key there and run this again.`,
        );
      if (left.size > 0) process.exitCode = 1;
      else
        say(
          'No row is under an older key. Take the older keys out of IDENTITY_KEYS_OLD, but keep them for the backups that were made before.',
        );
    } finally {
      await owner.destroy();
    }
  } finally {
    await opened.release();
  }
}

await renew().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../shared/errors.ts';
import { ensureWritable, keepOnce } from './data-folder.ts';

/** A key of 32 bytes; its id tells keys apart and nothing about them. */
export type IdentityKey = { id: string; secret: Buffer };

/** What identities are encrypted with from now on, and every key that old rows may be under, by id. */
export type IdentityKeys = { current: IdentityKey; known: ReadonlyMap<string, IdentityKey> };

type KeyConfig = {
  identityKey: string | undefined;
  identityKeyFile: string | undefined;
  identityKeysOld: string[];
  dataFolder: string;
};

/** The keys for `current` and older ones, each 32 bytes. */
export function identityKeysFrom(current: Buffer, older: readonly Buffer[] = []): IdentityKeys {
  const keys = [current, ...older].map((secret) => ({ id: keyId(secret), secret }));
  return { current: keys[0]!, known: new Map(keys.map((key) => [key.id, key])) };
}

/**
 * The keys that the configuration names. With none, one is made at the first start and kept in the data folder, beside
 * the database and never in it. Throws a StartError in words for whoever starts the program.
 */
export async function readIdentityKeys(config: KeyConfig): Promise<IdentityKeys> {
  const older = config.identityKeysOld.map((text) => decodeKey(text, 'IDENTITY_KEYS_OLD'));
  if (config.identityKey !== undefined) return identityKeysFrom(decodeKey(config.identityKey, 'IDENTITY_KEY'), older);
  const file = config.identityKeyFile;
  if (file !== undefined) return identityKeysFrom(decodeKey(await readKeyFile(file), `The file ${file}`), older);
  const folder = await ensureWritable(config.dataFolder, 'DATA_FOLDER');
  const own = path.join(folder, 'identity-key');
  const kept = await keepOnce(own, () => randomBytes(32).toString('base64'));
  return identityKeysFrom(decodeKey(kept, `The file ${own}`), older);
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no reason given';
    throw new StartError(
      `IDENTITY_KEY_FILE names ${file}, which cannot be read (${code}). Let this user read it, or name another file.`,
    );
  }
}

function decodeKey(text: string, where: string): Buffer {
  const secret = Buffer.from(text.trim(), 'base64');
  if (secret.length !== 32 || secret.toString('base64').replace(/=+$/, '') !== text.trim().replace(/=+$/, ''))
    throw new StartError(
      `${where} must hold a key of 32 bytes in base64, as “openssl rand -base64 32” prints it. It holds something else.`,
    );
  return secret;
}

function keyId(secret: Buffer): string {
  return createHash('sha256').update('fieldnotes identity key ').update(secret).digest('hex').slice(0, 16);
}

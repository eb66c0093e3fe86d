import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../shared/errors.ts';

/** The keys in the shape that encrypting needs: database/identity-keys.ts reads them. */
type Keys = {
  current: { id: string; secret: Buffer };
  known: ReadonlyMap<string, { id: string; secret: Buffer }>;
};

/** A text as it is stored: AES-256-GCM, the tag of 16 bytes behind the ciphertext. */
export type Sealed = { ciphertext: Buffer; nonce: Buffer; keyId: string };

/** What a text belongs to: a row moved to another participant or study does not open. */
export type Belonging = { studyId: string; id: string };

const ALGORITHM = 'aes-256-gcm';
const TAG_LENGTH = 16;

/** Why something encrypted cannot be read, in words; nothing is lost by it. */
export class UnreadableError extends AppError {
  constructor(keyId: string) {
    super(
      409,
      `This was encrypted with another key (${keyId}) than the program has now, so it cannot be shown. Nothing is lost: ask whoever runs this installation to give the program that key again (IDENTITY_KEYS_OLD in the README).`,
    );
  }
}

/** Encrypts `text` with the current key, under a nonce of its own. */
export function seal({ current }: Keys, text: string, belonging: Belonging): Sealed {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(ALGORITHM, current.secret, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(associatedData(belonging));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { ciphertext, nonce, keyId: current.id };
}

/** Decrypts; UnreadableError without the key, or where the row is not as it was written. */
export function unseal(keys: Keys, { ciphertext, nonce, keyId }: Sealed, belonging: Belonging): string {
  const key = keys.known.get(keyId);
  if (!key || ciphertext.length < TAG_LENGTH) throw new UnreadableError(keyId);
  const at = ciphertext.length - TAG_LENGTH;
  try {
    const decipher = createDecipheriv(ALGORITHM, key.secret, nonce, { authTagLength: TAG_LENGTH });
    decipher.setAAD(associatedData(belonging));
    decipher.setAuthTag(ciphertext.subarray(at));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, at)), decipher.final()]).toString('utf8');
  } catch {
    throw new UnreadableError(keyId);
  }
}

function associatedData({ studyId, id }: Belonging): Buffer {
  return Buffer.from(`${studyId.toLowerCase()}/${id.toLowerCase()}`, 'utf8');
}

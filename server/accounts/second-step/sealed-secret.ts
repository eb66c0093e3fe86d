import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

// AES-256-GCM: one byte that says which way it was sealed, 12 of nonce, 16 of tag, then the secret. `owner` is
// authenticated along with it, so that what was sealed for one person does not open for another.
const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** The key that second steps are sealed with: a key of its own where one is set, else derived from the session secret. */
export function secondStepKey(config: { secondStepKey: string | undefined; sessionSecret: string }): Buffer {
  const material = config.secondStepKey ?? config.sessionSecret;
  return Buffer.from(hkdfSync('sha256', material, '', 'fieldnotes: second step at sign-in', 32));
}

export function seal(key: Buffer, owner: string, secret: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), sealed]);
}

/** The secret, or undefined when it was sealed with another key, for another owner, or has been altered. */
export function unseal(key: Buffer, owner: string, sealed: Buffer): Buffer | undefined {
  if (sealed.length <= 1 + NONCE + TAG || sealed[0] !== VERSION) return undefined;
  const nonce = sealed.subarray(1, 1 + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    .setAAD(Buffer.from(owner))
    .setAuthTag(sealed.subarray(1 + NONCE, 1 + NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE + TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

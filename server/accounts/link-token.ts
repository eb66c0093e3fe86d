import { createHash, randomBytes } from 'node:crypto';

/** The secret part of a one-time link: 32 random bytes in base64url, 43 characters. It is shown once and never stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether `text` has the shape of a token. */
export function isToken(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** What is stored of a token: its sha256 in hex. A token has 256 random bits, so a plain hash cannot be guessed back. */
export function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

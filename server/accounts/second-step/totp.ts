import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

// RFC 6238 as every authenticator app knows it: SHA-1, six digits, half a minute; one step earlier or later is taken,
// for clocks that are not quite right.
const PERIOD_S = 30;
const SECRET_BYTES = 20;

export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** What the app is given, as the address that a QR code holds and as letters to type, in groups of four. */
export function enrolment(secret: Buffer, email: string): { address: string; letters: string } {
  const totp = new TOTP({ issuer: 'Field notes', label: email, secret: secretOf(secret), period: PERIOD_S });
  const letters = totp.secret.base32.replaceAll(/(.{4})(?=.)/g, '$1 ');
  return { address: totp.toString(), letters };
}

/** The number of the half minute that `code` belongs to, or undefined when it is not right now. */
export function stepOf(secret: Buffer, code: string, now: number): number | undefined {
  const totp = new TOTP({ secret: secretOf(secret), period: PERIOD_S });
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_S) + delta;
}

function secretOf(bytes: Buffer): Secret {
  return new Secret({ buffer: new Uint8Array(bytes).buffer });
}

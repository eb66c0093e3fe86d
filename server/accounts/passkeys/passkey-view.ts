import { formatDate } from '../../shared/dates.ts';
import type { OwnPasskey } from './passkey-queries.ts';

const ZONE = 'Europe/London';

/** One's own passkeys, worded. */
export function passkeysView(passkeys: readonly OwnPasskey[]) {
  return passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
    id,
    name,
    made: `Made on ${formatDate(createdAt, ZONE)}`,
    used: lastUsedAt ? `Last used on ${formatDate(lastUsedAt, ZONE)}` : 'Not used yet',
  }));
}

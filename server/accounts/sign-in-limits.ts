import { createHash } from 'node:crypto';
import type { Db } from '../database/connection.ts';
import { addressKey } from './network-address.ts';
import { createThrottle } from './throttle.ts';

/** One try to sign in. `device` names a browser that the account's owner has signed in from before. */
export type Attempt = { email: string; address: string | undefined; device: string | undefined };

export type Admission =
  | { admitted: true; succeeded(): Promise<void> }
  | { admitted: false; until: Date; isFirst: boolean };

export type SignInLimits = { admit(attempt: Attempt): Promise<Admission> };

/**
 * Who may try a password, and when again. A known device has tries of its own, which nobody else can use up. Everybody
 * else is counted by address, by address and account, and by account: one attacker at one address stops at the second
 * and leaves the account's owner alone; many addresses together stop at the third, and then the owner signs in from a
 * known device or by a reset link.
 */
export function createSignInLimits(db: Db): SignInLimits {
  const devices = createThrottle(db, { name: 'device', tries: 10, minutes: 15 });
  const addresses = createThrottle(db, { name: 'address', tries: 100, minutes: 15 });
  const pairs = createThrottle(db, { name: 'pair', tries: 10, minutes: 15 });
  const accounts = createThrottle(db, { name: 'account', tries: 50, minutes: 60 });

  return {
    async admit({ email, address, device }) {
      const account = hashed(email.normalize('NFKC').toLowerCase());
      const from = addressKey(address);
      const counted =
        device !== undefined
          ? [{ throttle: devices, key: `${account}:${device}` }]
          : [
              { throttle: addresses, key: from },
              { throttle: pairs, key: `${account}:${from}` },
              { throttle: accounts, key: account },
            ];
      for (const { throttle, key } of counted) {
        const refused = await throttle.take(key);
        if (refused) return { admitted: false, ...refused };
      }
      return {
        admitted: true,
        async succeeded() {
          for (const { throttle, key } of counted)
            await (throttle === devices || throttle === pairs ? throttle.clear(key) : throttle.giveBack(key));
        },
      };
    },
  };
}

// Whatever was typed as an address is not kept in readable form.
function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

// A browser from which somebody has signed in carries a cookie that says so, unforgeably and for that person alone. Its
// tries are counted apart, so that nobody else's failures can keep the person out. It opens nothing by itself.

const MOST = 5;
const ENTRY = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

export type KnownDevices = {
  /** The name of this device if `personId` has signed in from it, else undefined. */
  recognise(cookie: string | undefined, personId: string): string | undefined;
  /** The cookie's next value: this person added, in front of at most four others who share the browser. */
  remember(cookie: string | undefined, personId: string): string;
};

export function createKnownDevices(secret: string): KnownDevices {
  const key = createHmac('sha256', secret).update('known-device').digest();
  const sealOf = (personId: string, name: string) => createHmac('sha256', key).update(`${personId}:${name}`).digest();
  const entries = (cookie: string | undefined) => (cookie ?? '').split('~').slice(0, MOST).filter(isEntry);
  const belongsTo = (personId: string) => (entry: string) => {
    const [name = '', seal = ''] = entry.split('.');
    return timingSafeEqual(Buffer.from(seal, 'base64url'), sealOf(personId, name));
  };

  return {
    recognise: (cookie, personId) => entries(cookie).find(belongsTo(personId))?.split('.')[0],
    remember(cookie, personId) {
      const mine = entries(cookie).find(belongsTo(personId)) ?? newEntry(personId);
      const others = entries(cookie).filter((entry) => entry !== mine);
      return [mine, ...others].slice(0, MOST).join('~');
    },
  };

  function newEntry(personId: string): string {
    const name = randomBytes(16).toString('base64url');
    return `${name}.${sealOf(personId, name).toString('base64url')}`;
  }
}

function isEntry(text: string): boolean {
  const seal = ENTRY.exec(text)?.[2];
  return seal !== undefined && Buffer.from(seal, 'base64url').length === 32;
}

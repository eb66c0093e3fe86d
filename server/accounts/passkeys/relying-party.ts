/** Whom passkeys are made for: the name of this site, and the address that its pages come from. */
export type RelyingParty = { id: string; origin: string };

/**
 * The site at `address`; undefined where browsers make no passkeys: at a number instead of a name, and without TLS
 * anywhere but on this machine.
 */
export function relyingPartyOf(address: string): RelyingParty | undefined {
  const { protocol, hostname, origin } = new URL(address);
  if (/^[\d.]+$/.test(hostname) || hostname.startsWith('[')) return undefined;
  if (protocol !== 'https:' && hostname !== 'localhost' && !hostname.endsWith('.localhost')) return undefined;
  return { id: hostname, origin };
}

/**
 * What counts as one address: an IPv4 address as it is, an IPv6 address by its first 64 bits, which one household or
 * one attacker has to itself.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const inside = /^(?:.*:)?(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1];
  if (inside !== undefined) return inside;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const front = head.split(':').filter(Boolean);
  const back = (tail ?? '').split(':').filter(Boolean);
  const gap = Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...gap, ...back]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

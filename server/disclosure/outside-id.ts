import { hash as digest } from 'node:crypto';

/**
 * The ids (UUIDv8) that rows of a study have outside its team, the same in every file. An id of ours is made of the
 * moment at which its row was, which a coder has the day of the visit for; and it stands in addresses, by which an
 * agency's staff could find their own among lettered ones. Without `secret` nobody gets from one to the other.
 */
export function createOutsideIds(secret: string): (id: string) => string {
  return (id) => {
    const hash = digest('sha256', `${secret} ${id}`, 'hex');
    const variant = ((Number.parseInt(hash[15]!, 16) & 0x3) | 0x8).toString(16);
    return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(12, 15)}-${variant}${hash.slice(16, 19)}-${hash.slice(19, 31)}`;
  };
}

import { hash as digest } from 'node:crypto';

/**
 * The id, in the shape of a UUIDv7, of what `key` names in a study: the same each time it is asked. `at` in milliseconds
 * gives its place in time, and `order`, counted from 0, its place among those of the same moment: from the 4,095th on they
 * have the last.
 */
export function derivedId(studyId: string, key: string, at: number, order?: number): string {
  const hash = digest('sha256', `${studyId} ${key}`, 'hex');
  const place = order === undefined ? hash.slice(0, 3) : Math.min(order, 0xfff).toString(16).padStart(3, '0');
  const time = Math.max(0, Math.min(at, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0');
  const variant = ((Number.parseInt(hash[3]!, 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${place}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}

/** derivedId() for one import: the time is that of the thing itself, where it is known, or of the import. */
export function createDerivedIds(
  studyId: string,
  imported: Date,
): (kind: string, guid: string, at?: string, order?: number) => string {
  return (kind, guid, at, order) => {
    const time = at === undefined ? Number.NaN : Date.parse(at);
    return derivedId(studyId, `${kind} ${guid}`, Number.isNaN(time) ? imported.getTime() : time, order);
  };
}

/**
 * `wanted` when it is a path of this site, else undefined. Browsers take //host and /\host for another site, and drop
 * tabs and newlines before they look.
 */
export function returnPath(wanted: unknown): string | undefined {
  if (typeof wanted !== 'string' || wanted.length > 2000) return undefined;
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return undefined;
  return /^\/sign-(in|out)\b/.test(wanted) ? undefined : wanted;
}

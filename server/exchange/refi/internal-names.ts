import path from 'node:path';
import { isGuid } from './element.ts';

/** A name in a file as names are compared: whatever its case, and however its accents are composed. */
export function comparedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * The names, as they are compared, under which the file may lie that a path means (internal://…, or what programs write
 * instead): its last name, with the braces of its GUID or without, and as an address writes blanks.
 */
export function internalNames(written: string): string[] {
  const name = comparedName(path.posix.basename(written.replaceAll('\\', '/')));
  const bare = name.replaceAll(/[{}]/g, '');
  const stem = path.posix.parse(bare).name;
  const braced = isGuid(stem) ? `{${stem}}${path.posix.extname(bare)}` : bare;
  return [name, unescaped(name), bare, braced];
}

function unescaped(name: string): string {
  try {
    return comparedName(decodeURIComponent(name));
  } catch {
    return name;
  }
}

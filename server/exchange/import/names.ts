import { asCompared } from '../../shared/names.ts';
import { codePointLength, sliceCodePoints } from '../../shared/text.ts';
import { fittedAttribute } from '../refi/lexical.ts';

/** In code points. */
export const LONGEST_STUDY_NAME = 200;

/** `given` on one line, cut to `max` code points; `fallback` where nothing is left. */
export function fittedName(given: string | undefined, max: number, fallback: string): string {
  const name = (given ?? '').replaceAll('\0', '').replace(/\s+/gu, ' ').trim();
  if (name === '') return fallback;
  return codePointLength(name) > max ? sliceCodePoints(name, 0, max).trimEnd() : name;
}

/** `text` cut to `max` code points; NULs, which cannot be kept, replaced. */
export function fittedText(text: string, max: number): string {
  const kept = text.replaceAll('\0', '\ufffd');
  return codePointLength(kept) > max ? sliceCodePoints(kept, 0, max) : kept;
}

/** Gives names out once each, compared as they look: " (2)" is added to the second of a name. */
export function createUniqueNames(max: number): (scope: string, name: string) => string {
  const taken = new Set<string>();
  return (scope, name) => {
    for (let number = 1; ; number += 1) {
      const ending = number === 1 ? '' : ` (${number})`;
      const tried = `${sliceCodePoints(name, 0, max - ending.length)}${ending}`;
      const key = `${scope} ${asCompared(tried)}`;
      if (taken.has(key)) continue;
      taken.add(key);
      return tried;
    }
  };
}

/** A short code for an agency, of its name: "BlueSCI" becomes BLUESCI; the second one BLUESCI2. */
export function createAgencyCodes(): (name: string, wanted?: string) => string {
  const taken = new Set<string>();
  return (name, wanted) => {
    const letters = (wanted ?? name)
      .normalize('NFKD')
      .toUpperCase()
      .replace(/[^A-Z0-9-]/g, '');
    const stem = letters.length >= 2 ? letters.slice(0, 8) : 'CASE';
    for (let number = 1; ; number += 1) {
      const ending = number === 1 ? '' : String(number);
      const code = `${stem.slice(0, 8 - ending.length)}${ending}`;
      if (taken.has(code)) continue;
      taken.add(code);
      return code;
    }
  };
}

/** "#rrggbb" of what programs write as a colour (#RGB, #RRGGBB, with transparency, rgb() and rgba()); undefined of others. */
export function fittedColour(given: string | undefined): string | undefined {
  const text = (given ?? '').trim().toLowerCase();
  if (/^#[0-9a-f]{6}([0-9a-f]{2})?$/.test(text)) return text.slice(0, 7);
  if (/^#[0-9a-f]{3}$/.test(text)) return `#${text.slice(1).replace(/./g, '$&$&')}`;
  const parts = /^rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})/.exec(text);
  if (!parts) return undefined;
  const hex = (part: string): string => Math.min(255, Number(part)).toString(16).padStart(2, '0');
  return `#${hex(parts[1]!)}${hex(parts[2]!)}${hex(parts[3]!)}`;
}

const FIRST_YEAR = 2;
const LAST_YEAR = 9998;

/**
 * A date of the file as PostgreSQL reads it. One without its zone is taken as UTC, and `zoned` is false. The first and the
 * last day that there are in programs mean that there is no date.
 */
export function fittedDate(given: string | undefined): { at: string; zoned: boolean } | undefined {
  const text = given === undefined ? undefined : fittedAttribute('creationDateTime', given);
  if (text === undefined) return undefined;
  const zoned = /(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = zoned ? text : `${text}Z`;
  const year = new Date(at).getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? { at, zoned } : undefined;
}

import { FieldError } from '../shared/errors.ts';

/** Said when a passage cannot be coded because of consent. */
export const WITHHELD =
  'Somebody whom this paragraph mentions has declined or withdrawn consent, so it cannot be coded or quoted. Select words of another paragraph.';

/** Whether the database refused a coding because of consent, as the trigger withhold_coding does. */
export function isWithheld(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'CP001';
}

/** Throws a FieldError on `field` where the database refused a coding because of consent, and `error` otherwise. */
export function refuseWithheld(error: unknown, field: string): never {
  if (isWithheld(error)) throw new FieldError(field, WITHHELD);
  throw error;
}

/** "3 passages are withheld (consent)"; undefined when there is none. */
export function withheldWords(count: number): string | undefined {
  if (count === 0) return undefined;
  return count === 1
    ? '1 passage is withheld (consent)'
    : `${count.toLocaleString('en-GB')} passages are withheld (consent)`;
}

/**
 * `text`, which begins at code point `from` of a note, with every character of a withheld stretch but newlines made
 * unreadable, so that positions in it stay as they are.
 */
export function maskWithheld(text: string, from: number, stretches: readonly { start: number; end: number }[]): string {
  if (stretches.length === 0) return text;
  let position = from;
  return Array.from(text, (character) => {
    const at = position++;
    return character !== '\n' && stretches.some(({ start, end }) => start <= at && at < end) ? '░' : character;
  }).join('');
}

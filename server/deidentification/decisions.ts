import { bracketed, findEverywhere, type Stretch } from '../identifiers/replacements.ts';
import { indexText } from '../shared/text.ts';
import type { Category } from './categories.ts';
import type { Field } from './findings.ts';

/** One decision about one place: `words` stand there, `text` shall. */
export type Decision = Stretch & { field: Field; words: string; text: string; category: Category };

/** What was decided about the same words at several places, or, where `places` is undefined, wherever they stand. */
export type Choice = {
  words: string;
  text: string;
  category: Category;
  places: (Stretch & { field: Field })[] | undefined;
};

/** What stands where nothing is said instead. */
export const REMOVED = '[removed]';

/**
 * The replacements that `choices` mean in this text, in its order and never overlapping: of two at one place the longer.
 * Undefined where the words of a choice do not stand where it says.
 */
export function decisionsOf(text: Record<Field, string>, choices: readonly Choice[]): Decision[] | undefined {
  const wanted: Decision[] = [];
  for (const { words, text: given, category, places } of choices) {
    const replacement = bracketed(given) === '[]' ? REMOVED : bracketed(given);
    for (const place of places ?? everywhere(text, words)) {
      const there = indexText(text[place.field]).slice(place.start, place.end);
      if (places !== undefined && there !== words) return undefined;
      wanted.push({ ...place, words: there, text: replacement, category });
    }
  }
  const taken: Decision[] = [];
  for (const decision of wanted.toSorted((one, other) => other.end - other.start - (one.end - one.start)))
    if (!taken.some((other) => overlap(decision, other))) taken.push(decision);
  return taken.toSorted((one, other) =>
    one.field === other.field ? one.start - other.start : one.field === 'title' ? -1 : 1,
  );
}

// As whole words, written just so; and letter for letter, for what is no words, such as a telephone number.
function everywhere(text: Record<Field, string>, words: string): (Stretch & { field: Field })[] {
  return (['title', 'body'] as const).flatMap((field) => {
    const spoken = findEverywhere(text[field], words).filter(({ certainty }) => certainty === 'certain');
    const places = spoken.length > 0 ? spoken : literally(text[field], words);
    return places.map(({ start, end }) => ({ field, start, end }));
  });
}

function literally(text: string, words: string): Stretch[] {
  const source = indexText(text);
  const found: Stretch[] = [];
  for (let at = text.indexOf(words); at !== -1 && words !== ''; at = text.indexOf(words, at + words.length)) {
    const [before, after] = [text.slice(Math.max(0, at - 2), at), text.slice(at + words.length, at + words.length + 2)];
    const isCut =
      (/[\p{L}\p{N}\p{M}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(words)) ||
      (/^[\p{L}\p{N}\p{M}]/u.test(after) && /[\p{L}\p{N}\p{M}]$/u.test(words));
    if (!isCut) found.push({ start: source.position(at), end: source.position(at + words.length) });
  }
  return found;
}

function overlap(one: Decision, other: Decision): boolean {
  return one.field === other.field && one.start < other.end && other.start < one.end;
}

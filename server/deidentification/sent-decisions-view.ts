import type { Decision } from './decisions.ts';
import type { Decided } from './deidentification-form.ts';
import type { Typed } from './deidentification-view.ts';

const placeValue = ({ index, field, start, end }: Decided['at'][number]) =>
  `${index}:${field === 'title' ? 't' : 'b'}:${start}-${end}`;

/** What was sent, for the form to show again. */
export function typedOf(decided: Decided): Typed {
  return {
    text: decided.text,
    category: decided.category,
    do: decided.do,
    at: new Set(decided.at.map(placeValue)),
    more: decided.moreWords.map((words, index) => ({
      words,
      text: decided.moreText[index]!,
      category: decided.moreCategory[index]!,
    })),
  };
}

/** The same as hidden fields, to be sent on from the preview. */
export function hiddenFields(decided: Decided): { name: string; value: string }[] {
  const { id, base, at, do: chosen, all, ...lists } = decided;
  return [
    { name: 'id', value: id },
    { name: 'base', value: String(base) },
    ...Object.entries(lists).flatMap(([name, values]) => values.map((value) => ({ name, value }))),
    ...chosen.map((index) => ({ name: 'do', value: String(index) })),
    ...all.map((index) => ({ name: 'all', value: String(index) })),
    ...at.map((place) => ({ name: 'at', value: placeValue(place) })),
  ];
}

/** Where the replacements stand in the new text, with what stood there. */
export function newPlaces(decisions: readonly Decision[]): { start: number; end: number; words: string }[] {
  let growth = 0;
  return decisions.map(({ start, end, text, words }) => {
    const length = Array.from(text).length;
    const place = { start: start + growth, end: start + growth + length, words };
    growth += length - (end - start);
    return place;
  });
}

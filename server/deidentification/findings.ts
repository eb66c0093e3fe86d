import type { KnownPerson } from '../identities/known-names.ts';
import { type Mark, marksIn } from '../identifiers/marks.ts';
import { bracketed } from '../identifiers/replacements.ts';
import { seasonOf } from '../identifiers/seasons.ts';
import { standInsFor } from '../identifiers/stand-ins.ts';
import { indexText } from '../shared/text.ts';
import type { Category } from './categories.ts';

export type Field = 'title' | 'body';
/** One place of a finding, [start, end) in code points, with some of what stands around it. */
export type Place = { field: Field; start: number; end: number; before: string; after: string };

/**
 * Words of a note that tell, or may tell, who somebody is, wherever they stand. `isCertain`: a known name, of one person.
 * `replacements` are what is proposed, the likeliest first.
 */
export type Finding = {
  words: string;
  kind: Mark['kind'];
  isCertain: boolean;
  isKnown: boolean;
  replacements: string[];
  category: Category;
  places: Place[];
};

const CATEGORY_OF: Record<Mark['kind'], Category> = {
  known: 'name',
  name: 'name',
  place: 'place',
  date: 'date',
  postcode: 'place',
  telephone: 'contact',
  email: 'contact',
  'nhs-number': 'number',
};
const AROUND = 40;

/** What there is to decide about a note, in the order of the text: title first. */
export function findingsIn(
  text: Record<Field, string>,
  people: readonly KnownPerson[],
  { agencyId, visitYear }: { agencyId: string; visitYear: number },
): Finding[] {
  const found = new Map<string, Finding>();
  for (const field of ['title', 'body'] as const) {
    const source = indexText(text[field]);
    for (const mark of marksIn(text[field], people)) {
      const { start, end, kind } = mark;
      const words = source.slice(start, end);
      const { replacements, isSure } = standInsFor(mark, agencyId);
      const place = {
        field,
        start,
        end,
        before: source.slice(Math.max(0, start - AROUND), start),
        after: source.slice(end, Math.min(source.length, end + AROUND)),
      };
      const key = `${kind} ${isSure} ${words}`;
      const known = found.get(key);
      if (known) known.places.push(place);
      else
        found.set(key, {
          words,
          kind,
          isCertain: isSure && mark.isCertain,
          isKnown: kind === 'known',
          replacements: kind === 'date' ? [dateOf(words, visitYear)] : replacements,
          category: CATEGORY_OF[kind],
          places: [place],
        });
    }
  }
  return [...found.values()];
}

function dateOf(words: string, visitYear: number): string {
  return bracketed(seasonOf(words, visitYear) ?? 'date');
}

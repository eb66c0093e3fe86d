import type { KnownPerson } from '../identities/known-names.ts';
import { type Mark, marksIn } from '../identifiers/marks.ts';
import { isLongBefore, saysBirth } from '../identifiers/births.ts';
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
 * `isProposed`: it starts ticked, as what is certain does, and what by its form alone leads to somebody. `replacements` are
 * what is proposed, the likeliest first.
 */
export type Finding = {
  words: string;
  kind: Mark['kind'];
  isCertain: boolean;
  isProposed: boolean;
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

// A name or a place may be anybody's, and a day may be that of the visit; these are one person's, or lead to a door.
const ALWAYS_PROPOSED: ReadonlySet<Mark['kind']> = new Set(['postcode', 'telephone', 'email', 'nhs-number']);

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
      const birth = kind === 'date' ? birthIn(words, place, visitYear) : undefined;
      const key = `${kind} ${isSure} ${birth ?? ''} ${words}`;
      const known = found.get(key);
      if (known) known.places.push(place);
      else
        found.set(key, {
          words,
          kind,
          isCertain: isSure && mark.isCertain,
          isProposed: (isSure && mark.isCertain) || ALWAYS_PROPOSED.has(kind) || birth !== undefined,
          isKnown: kind === 'known',
          replacements: kind === 'date' ? [birth ?? dateOf(words, visitYear)] : replacements,
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

function birthIn(words: string, { before, after }: Place, visitYear: number): string | undefined {
  if (saysBirth(before, after)) return bracketed('date of birth');
  // A day long before the visit is hardly ever anything else.
  return isLongBefore(words, visitYear) ? bracketed('date') : undefined;
}

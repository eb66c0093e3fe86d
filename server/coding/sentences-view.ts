import { themeChoices } from '../codebook/theme-choices.ts';
import type { Theme } from '../codebook/theme-tree.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import type { CodedNote, ShownCoding } from './coding-queries.ts';
import { sentencesOf } from './sentences.ts';

// A page of a long note: more boxes than this are hard to find one's way in, and slow to send.
const PARAGRAPHS = 60;

/**
 * The note as sentences to tick, from paragraph number `from` on. `typed` is what was sent, where the page shows it
 * again; `ids` are new ids for the codings, one for each theme.
 */
export function sentencesView(
  note: CodedNote,
  given: {
    codings: readonly ShownCoding[];
    themes: readonly Theme[];
    /** Where paragraphs begin that are withheld because of consent. */
    withheld: ReadonlySet<number>;
    from: number;
    ids: string[];
    sentences: readonly string[];
    chosenThemes: readonly string[];
    base: string;
    /** The coding, one that needs review, whose place is chosen; undefined where a new one is made. */
    place?: ShownCoding | undefined;
  },
) {
  const all = paragraphsOf(note.body ?? '');
  const first = Math.min(Math.max(given.from, 1), Math.max(all.length, 1));
  const paragraphs = all.slice(first - 1, first - 1 + PARAGRAPHS);
  const numbers = new Set(paragraphs.map(({ number }) => number));
  const inPlace = given.codings.filter(({ needsReviewAt }) => needsReviewAt === null);
  const sentences = sentencesOf(all).filter(({ paragraph }) => numbers.has(paragraph));
  const place = given.place && { id: given.place.id, themeName: given.place.themeName, quote: given.place.quote };
  const page = (from: number) => `${given.base}?by=sentences&from=${from}${place ? `&place=${place.id}` : ''}`;
  return {
    from: first,
    place,
    ids: given.ids,
    groups: paragraphs
      .map(({ number, label, start }) => ({
        number,
        label,
        isWithheld: given.withheld.has(start),
        sentences: sentences
          .filter(({ paragraph }) => paragraph === number)
          .map((sentence) => ({
            number: sentence.number,
            fieldId: sentence.number === sentences[0]?.number ? 'sentences' : `sentence-${sentence.number}`,
            text: sentence.text,
            isChosen: given.sentences.includes(String(sentence.number)),
            carries: [
              ...new Set(
                inPlace
                  .filter(({ start, end }) => start < sentence.end && end > sentence.start)
                  .map(({ themeName }) => themeName),
              ),
            ].join(', '),
          })),
      }))
      .filter((group) => group.sentences.length > 0),
    themes: themeChoices(given.themes, given.chosenThemes),
    newer: first > 1 ? page(Math.max(1, first - PARAGRAPHS)) : undefined,
    older: first - 1 + PARAGRAPHS < all.length ? page(first + PARAGRAPHS) : undefined,
  };
}

import { formatDate } from '../shared/dates.ts';
import { whole, type Place } from './picture.ts';
import type { Pair, PairedPassage } from './together-queries.ts';

/** The passages in which two themes meet. */
export function pairsView(
  { pairs, count, themes, inNote }: { pairs: Pair[]; count: number; themes: [string, string]; inNote: boolean },
  { path, timeZone }: Place,
) {
  const [one, other] = themes;
  return {
    heading: `${one} and ${other}`,
    count: `${whole(count)} ${count === 1 ? 'pair' : 'pairs'} of codings ${inNote ? 'in the same note' : 'that share words'}`,
    pairs: pairs.map((pair) => {
      const passage = (theme: string, { id, quote, coder }: PairedPassage) => ({
        theme,
        quote,
        coder,
        href: `${path}/notes/${pair.noteId}/coding#passage-${id}`,
      });
      return {
        title: pair.noteTitle,
        agency: pair.agencyName,
        agencyCode: pair.agencyCode,
        visited: formatDate(pair.visitedAt, timeZone),
        passages: [passage(one, pair.one), passage(other, pair.other)],
      };
    }),
  };
}

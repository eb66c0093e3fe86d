import type { Theme } from '../codebook/theme-tree.ts';
import { themeChoices } from './coding-view.ts';
import type { CodingPlace } from './live-queries.ts';

/**
 * All that a coding page must know to find out what on it is out of date: the text's revision, the codebook as the picker
 * has it, and where each coding stands.
 */
export function codingState(given: {
  revision: number;
  themes: readonly Theme[];
  places: readonly CodingPlace[];
  needReview: number;
}) {
  const colours = new Map(given.themes.map(({ id, colour, parentId }) => [id, { colour, parent: parentId }]));
  return {
    revision: given.revision,
    needReview: given.needReview,
    themes: themeChoices(given.themes).map(({ isChosen: _, ...theme }) => ({ ...theme, ...colours.get(theme.id)! })),
    codings: given.places,
  };
}

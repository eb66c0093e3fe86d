import type { Theme } from '../codebook/theme-tree.ts';
import { themeChoices } from '../codebook/theme-choices.ts';
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
  const rows = new Map(given.themes.map((theme) => [theme.id, theme]));
  return {
    revision: given.revision,
    needReview: given.needReview,
    themes: themeChoices(given.themes).map(({ id, name, path, parents, depth, definition }) => {
      const { colour, parentId } = rows.get(id)!;
      return { id, name, path, parents, parent: parentId, depth, definition, colour };
    }),
    codings: given.places,
  };
}

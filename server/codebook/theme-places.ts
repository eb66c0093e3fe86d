import { DEEPEST, descendantIds, heightOf, siblingsAt, type ThemeNode, themesInOrder } from './theme-tree.ts';

/** Where a theme stands: under which parent (null: at the top), as the how-manieth of its siblings, from 1. */
export type Place = { parentId: string | null; position: number };

export const WAYS = ['up', 'down', 'in', 'out'] as const;
export type Way = (typeof WAYS)[number];

/**
 * Where one step takes a theme; undefined when there is nowhere to go. "in" makes it the last sub-theme of the sibling
 * before it, "out" puts it straight behind its parent.
 */
export function placeAfter(themes: readonly ThemeNode[], id: string, way: Way): Place | undefined {
  const theme = themes.find((each) => each.id === id);
  if (!theme) return undefined;
  const parent = themes.find((each) => each.id === theme.parentId);
  const parentId = parent?.id ?? null;
  const siblings = siblingsAt(themes, parentId);
  const index = siblings.findIndex((each) => each.id === id);
  const before = siblings[index - 1];
  switch (way) {
    case 'up':
      return before && { parentId, position: index };
    case 'down':
      return index < siblings.length - 1 ? { parentId, position: index + 2 } : undefined;
    case 'in':
      return before && { parentId: before.id, position: siblingsAt(themes, before.id).length + 1 };
    case 'out': {
      if (!parent) return undefined;
      const grandparentId = themes.find((each) => each.id === parent.parentId)?.id ?? null;
      const aunts = siblingsAt(themes, grandparentId);
      return { parentId: grandparentId, position: aunts.findIndex((each) => each.id === parent.id) + 2 };
    }
  }
}

/** The places of all themes that a move changes, so that siblings are numbered from 1 without gaps before and after it. */
export function placesAfterMove(themes: readonly ThemeNode[], id: string, place: Place): (Place & { id: string })[] {
  const theme = themes.find((each) => each.id === id);
  if (!theme) return [];
  // Filtered after they are gathered: without the theme, its own sub-themes would seem to have no parent.
  const siblingsWithoutIt = (parentId: string | null) => siblingsAt(themes, parentId).filter((each) => each.id !== id);
  const newSiblings = siblingsWithoutIt(place.parentId);
  newSiblings.splice(Math.max(0, place.position - 1), 0, theme);
  const groups = [{ parentId: place.parentId, members: newSiblings }];
  if (theme.parentId !== place.parentId)
    groups.push({ parentId: theme.parentId, members: siblingsWithoutIt(theme.parentId) });
  return groups.flatMap(({ parentId, members }) =>
    members.map((member, index) => ({ id: member.id, parentId, position: index + 1 })),
  );
}

/** Why a branch of `height` levels cannot stand under `parentId`, as a sentence; undefined when it can. */
export function placeRefusal(
  themes: readonly ThemeNode[],
  parentId: string | null,
  branch: { height: number; id?: string },
): string | undefined {
  if (parentId === null) return undefined;
  const parent = themesInOrder(themes).find(({ id }) => id === parentId);
  if (!parent)
    return 'The theme that you put it under is not in the codebook any more: somebody may have removed it. Choose another.';
  if (branch.id !== undefined && descendantIds(themes, branch.id).includes(parentId))
    return 'A theme cannot stand under itself or under one of its own sub-themes. Choose another place.';
  if (parent.depth + 1 + branch.height > DEEPEST)
    return `Themes can be nested ${DEEPEST} levels deep, and this would be level ${parent.depth + 1 + branch.height}. Choose a place nearer to the top.`;
  return undefined;
}

/** heightOf() for what is about to be placed. */
export function branchOf(themes: readonly ThemeNode[], id: string): { height: number; id: string } {
  return { height: heightOf(themes, id), id };
}

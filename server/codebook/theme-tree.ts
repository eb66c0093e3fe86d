/** A theme of the codebook. `position` orders it among its siblings; `version` counts its changes from 1. */
export type Theme = {
  id: string;
  parentId: string | null;
  name: string;
  definition: string;
  whenToUse: string;
  whenNotToUse: string;
  example: string;
  colour: string;
  position: number;
  version: number;
  removedAt: Date | null;
};

/** What the tree is made of. */
export type ThemeNode = Pick<Theme, 'id' | 'parentId' | 'name' | 'position'>;

/** `depth` counts from 0; `path` is the names from the root down to the theme itself. */
export type InOrder<T> = T & { depth: number; path: string[] };

/** How deep themes may be nested: more than this no page, no export and no reader can follow. */
export const DEEPEST = 10;

/**
 * The themes as the codebook is read: each before its sub-themes, siblings by position. A theme whose parent is not among
 * them stands at the top, and a ring of parents is broken where it begins, so that each theme comes exactly once.
 */
export function themesInOrder<T extends ThemeNode>(themes: readonly T[]): InOrder<T>[] {
  const known = new Set(themes.map(({ id }) => id));
  const children = childrenOf(themes, known);
  const seen = new Set<string>();
  const ordered: InOrder<T>[] = [];
  const visit = (theme: T, depth: number, above: string[]): void => {
    if (seen.has(theme.id)) return;
    seen.add(theme.id);
    const path = [...above, theme.name];
    ordered.push({ ...theme, depth, path });
    for (const child of children.get(theme.id) ?? []) visit(child, depth + 1, path);
  };
  for (const theme of children.get(null) ?? []) visit(theme, 0, []);
  for (const theme of themes) visit(theme, 0, []);
  return ordered;
}

/** "Connecting people processes > Goal setting" */
export function pathText(path: readonly string[]): string {
  return path.join(' > ');
}

/** The theme's own id, and those of everything below it. Only itself when it is not among `themes`. */
export function descendantIds(themes: readonly ThemeNode[], id: string): string[] {
  const children = childrenOf(themes, new Set(themes.map((theme) => theme.id)));
  const found = new Set([id]);
  for (const each of found) for (const child of children.get(each) ?? []) found.add(child.id);
  return [...found];
}

/** How many levels the theme and what is below it take: 1 for a theme without sub-themes. */
export function heightOf(themes: readonly ThemeNode[], id: string): number {
  const branch = new Set(descendantIds(themes, id));
  const ordered = themesInOrder(themes.filter((theme) => branch.has(theme.id)));
  return ordered.reduce((height, { depth }) => Math.max(height, depth + 1), 1);
}

/** The present siblings of a place in order. */
export function siblingsAt<T extends ThemeNode>(themes: readonly T[], parentId: string | null): T[] {
  return childrenOf(themes, new Set(themes.map(({ id }) => id))).get(parentId) ?? [];
}

export const DIRECTIONS = ['up', 'down', 'in', 'out'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/**
 * Where a step takes a theme: the parent it comes under and the place among its new siblings, counting from 0 without
 * itself; undefined when there is nowhere to go. "in" makes it the last sub-theme of the one before it, "out" puts it
 * behind its parent.
 */
export function placeAfter(
  themes: readonly ThemeNode[],
  id: string,
  direction: Direction,
): { parentId: string | null; index: number } | undefined {
  const theme = themes.find((each) => each.id === id);
  if (!theme) return undefined;
  const parent = themes.find((each) => each.id === theme.parentId);
  const parentId = parent?.id ?? null;
  const siblings = siblingsAt(themes, parentId);
  const index = siblings.findIndex((each) => each.id === id);
  const before = siblings[index - 1];
  switch (direction) {
    case 'up':
      return before && { parentId, index: index - 1 };
    case 'down':
      return index < siblings.length - 1 ? { parentId, index: index + 1 } : undefined;
    case 'in':
      return before && { parentId: before.id, index: siblingsAt(themes, before.id).length };
    case 'out': {
      if (!parent) return undefined;
      const grandparentId = themes.find((each) => each.id === parent.parentId)?.id ?? null;
      const aunts = siblingsAt(themes, grandparentId);
      return { parentId: grandparentId, index: aunts.findIndex((each) => each.id === parent.id) + 1 };
    }
  }
}

function childrenOf<T extends ThemeNode>(themes: readonly T[], known: Set<string>): Map<string | null, T[]> {
  const children = new Map<string | null, T[]>();
  for (const theme of themes.toSorted((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))) {
    const parentId = theme.parentId !== null && known.has(theme.parentId) ? theme.parentId : null;
    children.set(parentId, [...(children.get(parentId) ?? []), theme]);
  }
  return children;
}

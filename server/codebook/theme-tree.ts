/**
 * A theme of the codebook. `position` orders it among its siblings, from 1; `version` counts its changes from 1; `colour`
 * is "#rrggbb" in lower case.
 */
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
  /** Kept with its codings, but no longer offered for coding. */
  retiredAt: Date | null;
  /** A merged theme is a removed one that says which theme has its codings now. */
  mergedInto: string | null;
};

/** What the tree is made of. */
export type ThemeNode = Pick<Theme, 'id' | 'parentId' | 'name' | 'position'>;

/** `depth` counts from 0; `path` is the names from the root down to the theme itself. */
export type InOrder<T> = T & { depth: number; path: string[] };

/** How many levels themes may be nested: more than this no page, no export and no reader can follow. */
export const DEEPEST = 10;

/**
 * The themes as the codebook is read, each once: a theme before its sub-themes, siblings by position. A theme whose parent
 * is not among them stands at the top; a ring of parents, which the database should never hold, is entered at its first.
 */
export function themesInOrder<T extends ThemeNode>(themes: readonly T[]): InOrder<T>[] {
  const children = childrenOf(themes);
  const ordered: InOrder<T>[] = [];
  const seen = new Set<string>();
  const visit = (root: T): void => {
    // A list of what waits instead of recursion: no chain of parents is too long for it.
    const waiting: InOrder<T>[] = [{ ...root, depth: 0, path: [root.name] }];
    for (let theme = waiting.pop(); theme !== undefined; theme = waiting.pop()) {
      if (seen.has(theme.id)) continue;
      seen.add(theme.id);
      ordered.push(theme);
      const { depth, path } = theme;
      for (const child of (children.get(theme.id) ?? []).toReversed())
        waiting.push({ ...child, depth: depth + 1, path: [...path, child.name] });
    }
  };
  for (const theme of children.get(null) ?? []) visit(theme);
  // What is left stands in a ring.
  if (ordered.length < themes.length) for (const theme of themes.toSorted(bySiblingOrder)) visit(theme);
  return ordered;
}

/** "Connecting people processes > Goal setting" */
export function pathText(path: readonly string[]): string {
  return path.join(' > ');
}

/** How to get the path of one theme after another as a text; undefined for what is not among `themes`. */
export function pathsOf(themes: readonly ThemeNode[]): (id: string) => string | undefined {
  const byId = new Map(themes.map((theme) => [theme.id, theme]));
  const known = new Map<string, string>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const path: string[] = [];
    // In a ring of parents, which the database should never hold, it ends at the deepest level there is.
    for (let theme = byId.get(id); theme && path.length < DEEPEST; theme = byId.get(theme.parentId ?? ''))
      path.unshift(theme.name);
    const text = path.length > 0 ? pathText(path) : undefined;
    if (text !== undefined) known.set(id, text);
    return text;
  };
}

/** The theme's own id first, then those of everything below it. Only itself when it is not among `themes`. */
export function descendantIds(themes: readonly ThemeNode[], id: string): string[] {
  const children = childrenOf(themes);
  const found = new Set([id]);
  // A set hands out what is added to it while it is walked.
  for (const each of found) for (const child of children.get(each) ?? []) found.add(child.id);
  return [...found];
}

/** How many levels the theme and what is below it take: 1 for a theme without sub-themes. */
export function heightOf(themes: readonly ThemeNode[], id: string): number {
  const branch = new Set(descendantIds(themes, id));
  const ordered = themesInOrder(themes.filter((theme) => branch.has(theme.id)));
  return ordered.reduce((height, { depth }) => Math.max(height, depth + 1), 1);
}

/** The siblings of a place in their order; `parentId` null for the top. */
export function siblingsAt<T extends ThemeNode>(themes: readonly T[], parentId: string | null): T[] {
  return childrenOf(themes).get(parentId) ?? [];
}

function childrenOf<T extends ThemeNode>(themes: readonly T[]): Map<string | null, T[]> {
  const known = new Set(themes.map(({ id }) => id));
  const children = new Map<string | null, T[]>();
  for (const theme of themes.toSorted(bySiblingOrder)) {
    const parentId = theme.parentId !== null && known.has(theme.parentId) ? theme.parentId : null;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(theme);
    else children.set(parentId, [theme]);
  }
  return children;
}

function bySiblingOrder(left: ThemeNode, right: ThemeNode): number {
  return left.position - right.position || compare(left.name, right.name) || compare(left.id, right.id);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

import { descendantIds, type Theme, type ThemeNode } from './theme-tree.ts';

/** A removed theme. `removal` is the same for all that went in one removal, and for nothing else. */
export type RemovedTheme = Theme & { removal: string; removedBy: string | null };

/** What one removal took out of the codebook: the theme that was removed, first, and all that went with it. */
export type RemovedBranch = { root: RemovedTheme; ids: string[] };

/** The removals that can be taken back, in the order of their roots among `removed`. */
export function removedBranches(removed: readonly RemovedTheme[]): RemovedBranch[] {
  return removed
    .filter(({ parentId, removal }) => !removed.some((theme) => theme.id === parentId && theme.removal === removal))
    .map((root) => ({ root, ids: idsOf(removed, root) }));
}

function idsOf(removed: readonly RemovedTheme[], root: RemovedTheme): string[] {
  const together: ThemeNode[] = removed.filter(({ removal }) => removal === root.removal);
  return descendantIds(together, root.id);
}

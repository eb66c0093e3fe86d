import { compareLine, compareTexts, type Part } from '../../notes/revisions/comparison.ts';
import type { ThemeState } from '../steps/step.ts';
import { pathText, themesInOrder } from '../theme-tree.ts';

/** A theme as a version keeps it, removed ones included. */
export type KeptTheme = ThemeState & { id: string };

const TEXTS = [
  ['definition', 'Definition'],
  ['whenToUse', 'Use it when'],
  ['whenNotToUse', 'Do not use it when'],
  ['example', 'Example'],
] as const;

/** What became of one theme between two versions. `where` is its path in the version that has it, the later first. */
export type ThemeDifference = {
  id: string;
  name: string;
  where: string;
  kind: 'added' | 'removed' | 'merged' | 'changed';
  mergedInto?: string;
  renamed?: Part[];
  moved?: { from: string; to: string };
  retired?: boolean;
  recoloured?: { from: string; to: string };
  texts: { label: string; parts: Part[] }[];
};

/** What changed in the codebook from `before` to `after`, in the order of the later one; what is gone comes last. */
export function compareCodebooks(before: readonly KeptTheme[], after: readonly KeptTheme[]): ThemeDifference[] {
  const [old, fresh] = [present(before), present(after)];
  const there = fresh.flatMap((theme) => {
    const was = old.find(({ id }) => id === theme.id);
    const difference = was ? changed(was, theme) : added(theme);
    return difference ? [difference] : [];
  });
  const gone = old
    .filter(({ id }) => !fresh.some((theme) => theme.id === id))
    .map((theme): ThemeDifference => {
      const into = after.find(({ id }) => id === after.find((each) => each.id === theme.id)?.mergedInto);
      const what = into ? { kind: 'merged' as const, mergedInto: into.name } : { kind: 'removed' as const };
      return { id: theme.id, name: theme.name, where: above(theme), ...what, texts: [] };
    });
  return [...there, ...gone];
}

type Placed = KeptTheme & { path: string[] };

function present(themes: readonly KeptTheme[]): Placed[] {
  return themesInOrder(themes.filter(({ removed }) => !removed));
}

function above({ path }: Placed): string {
  return path.length > 1 ? pathText(path.slice(0, -1)) : '';
}

function added(theme: Placed): ThemeDifference {
  const texts = TEXTS.filter(([field]) => theme[field] !== '').map(([field, label]) => ({
    label,
    parts: [{ kind: 'added' as const, text: theme[field] }],
  }));
  return { id: theme.id, name: theme.name, where: above(theme), kind: 'added', texts };
}

function changed(was: Placed, theme: Placed): ThemeDifference | undefined {
  const texts = TEXTS.filter(([field]) => was[field] !== theme[field]).map(([field, label]) => ({
    label,
    parts: wordsBetween(was[field], theme[field]),
  }));
  const difference: ThemeDifference = {
    id: theme.id,
    name: theme.name,
    where: above(theme),
    kind: 'changed',
    ...(was.name !== theme.name && { renamed: compareLine(was.name, theme.name) }),
    // Under another theme; that the one above has a new name is that one's difference.
    ...(was.parentId !== theme.parentId && { moved: { from: above(was), to: above(theme) } }),
    ...(was.retired !== theme.retired && { retired: theme.retired }),
    ...(was.colour !== theme.colour && { recoloured: { from: was.colour, to: theme.colour } }),
    texts,
  };
  const { renamed, moved, retired, recoloured } = difference;
  return renamed || moved || retired !== undefined || recoloured || texts.length > 0 ? difference : undefined;
}

function wordsBetween(before: string, after: string): Part[] {
  const { blocks } = compareTexts(before, after);
  if (!blocks)
    return [
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ];
  return blocks.flatMap((block, index): Part[] => [
    ...(index > 0 ? [{ kind: 'same' as const, text: '\n' }] : []),
    ...(block.kind === 'same' ? [{ kind: 'same' as const, text: block.text }] : block.parts),
  ]);
}

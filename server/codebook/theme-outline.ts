import { type InOrder, type ThemeNode, themesInOrder } from './theme-tree.ts';

/** `number` is the theme's place in the outline ("2.1.3"), `total` counts what it and all below it have. */
export type Outlined<T> = InOrder<T> & { number: string; own: number; total: number };

/** The themes in reading order, numbered like the headings of a report, with what `counts` holds for each by its id. */
export function outline<T extends ThemeNode>(
  themes: readonly T[],
  counts: ReadonlyMap<string, number> = new Map(),
): Outlined<T>[] {
  const numbers: number[] = [];
  const outlined = themesInOrder(themes).map((theme) => {
    numbers.length = theme.depth + 1;
    numbers[theme.depth] = (numbers[theme.depth] ?? 0) + 1;
    const own = counts.get(theme.id) ?? 0;
    return { ...theme, number: numbers.join('.'), own, total: own };
  });
  // From the last to the first: what is below a theme has its total before it is added.
  const above: number[] = [];
  for (const theme of outlined.toReversed()) {
    theme.total += above[theme.depth + 1] ?? 0;
    above[theme.depth + 1] = 0;
    above[theme.depth] = (above[theme.depth] ?? 0) + theme.total;
  }
  return outlined;
}

export type Theme = {
  id: string;
  parentId: string | null;
  name: string;
  definition: string;
  position: number;
};

export function themesInOrder(themes: Theme[]): (Theme & { depth: number; path: string[] })[] {
  const below = (
    parentId: string | null,
    depth: number,
    path: string[],
  ): (Theme & { depth: number; path: string[] })[] =>
    themes
      .filter((theme) => theme.parentId === parentId)
      .toSorted((left, right) => left.position - right.position)
      .flatMap((theme) => [
        { ...theme, depth, path: [...path, theme.name] },
        ...below(theme.id, depth + 1, [...path, theme.name]),
      ]);
  return below(null, 0, []);
}

export function pathText(path: readonly string[]): string {
  return path.join(' > ');
}

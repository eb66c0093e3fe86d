import { descendantIds, type ThemeNode } from '../codebook/theme-tree.ts';

/** Codings of a theme itself, without its sub-themes, in one column (an agency or a phase). */
export type ThemeCount = { themeId: string; columnId: string; count: number };

export type MatrixRow = { themeId: string; counts: number[]; total: number };

/** A row for each theme in the order given, its sub-themes rolled up into it; counts of themes not given are left out. */
export function themeMatrix(
  themes: readonly ThemeNode[],
  columnIds: readonly string[],
  counts: readonly ThemeCount[],
): MatrixRow[] {
  const own = new Map(counts.map(({ themeId, columnId, count }) => [`${themeId} ${columnId}`, count]));
  return themes.map(({ id }) => {
    const branch = descendantIds(themes, id);
    const row = columnIds.map((columnId) =>
      branch.reduce((sum, themeId) => sum + (own.get(`${themeId} ${columnId}`) ?? 0), 0),
    );
    return { themeId: id, counts: row, total: row.reduce((sum, count) => sum + count, 0) };
  });
}

/** Codings for every 1,000 words; null where there are no words. */
export function perThousandWords(count: number, words: number): number | null {
  return words === 0 ? null : (count * 1000) / words;
}

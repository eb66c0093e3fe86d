import { DEEPEST } from '../../codebook/theme-tree.ts';

/** What a theme says, beside its name, that a file may say too. */
export const TEXT_FIELDS = ['definition', 'whenToUse', 'whenNotToUse', 'example', 'colour'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/**
 * A theme as a file has it, parents before what is below them. `key` tells it from the others of the file; `guid` is
 * there where the file has one of the usual shape. A field is null where the file says nothing of it. `parentPath` is a
 * parent that is not in the file, by the names that lead to it.
 */
export type IncomingTheme = {
  key: string;
  guid: string | null;
  parentKey: string | null;
  parentPath: string[] | null;
  name: string;
} & Record<TextField, string | null>;

export type IncomingCodebook = { themes: IncomingTheme[]; remarks: string[] };

export const MOST_THEMES = 5000;
export const LONGEST_NAME = 200;
export const LONGEST_TEXT = 10_000;

/** The same with themes that would stand deeper than themes can under the last level that there is. */
export function withinDepth({ themes, remarks }: IncomingCodebook): IncomingCodebook {
  const levels = new Map<string, { level: number; parentKey: string | null }>();
  let moved = 0;
  const fitted = themes.map((theme) => {
    const above = theme.parentKey === null ? undefined : levels.get(theme.parentKey);
    const level = above ? above.level + 1 : (theme.parentPath?.length ?? 0) + 1;
    if (!above || level <= DEEPEST) {
      levels.set(theme.key, { level, parentKey: theme.parentKey });
      return theme;
    }
    moved += 1;
    levels.set(theme.key, above);
    return { ...theme, parentKey: above.parentKey };
  });
  if (moved === 0) return { themes, remarks };
  const sentence = `Themes can be nested ${DEEPEST} levels deep: ${moved.toLocaleString('en-GB')} that stood deeper stand on the last level.`;
  return { themes: fitted, remarks: [...remarks, sentence] };
}

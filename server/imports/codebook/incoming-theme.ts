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

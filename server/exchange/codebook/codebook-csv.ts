import type { ExportedTheme } from '../export/project-queries.ts';

const COLUMNS = ['guid', 'path', 'colour', 'definition', 'when_to_use', 'when_not_to_use', 'example'] as const;

/** Names in a path are parted by " > "; one that holds this itself has it written as " >> ". */
export const PATH_SEPARATOR = ' > ';

/** A line a theme, parents first: its path says where it stands. */
export function codebookCsv(themes: readonly ExportedTheme[]): string {
  const byId = new Map(themes.map((theme) => [theme.id, theme]));
  const pathOf = (theme: ExportedTheme): string => {
    const parent = theme.parentId === null ? undefined : byId.get(theme.parentId);
    const name = theme.name.replaceAll(PATH_SEPARATOR, ' >> ');
    return parent ? `${pathOf(parent)}${PATH_SEPARATOR}${name}` : name;
  };
  const lines = themes.map((theme) =>
    [theme.id, pathOf(theme), theme.colour, theme.definition, theme.when_to_use, theme.when_not_to_use, theme.example]
      .map(cell)
      .join(','),
  );
  return `${[COLUMNS.join(','), ...lines].join('\r\n')}\r\n`;
}

// Spreadsheets run a cell that begins like this; a leading apostrophe makes it text.
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

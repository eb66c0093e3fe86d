import { fittedColour, fittedName, fittedText } from '../../exchange/import/names.ts';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { isId } from '../../shared/ids.ts';
import { normaliseNewlines } from '../../shared/text.ts';
import { readCsvTable } from '../reading/csv-table.ts';
import { alike } from './codebook-matching.ts';
import {
  type IncomingCodebook,
  type IncomingTheme,
  LONGEST_NAME,
  LONGEST_TEXT,
  MOST_THEMES,
} from './incoming-theme.ts';

// How people and programs head such a column, each in lower case.
const COLUMNS: Record<string, string> = {
  guid: 'guid',
  id: 'guid',
  path: 'path',
  name: 'name',
  theme: 'name',
  code: 'name',
  'code name': 'name',
  label: 'name',
  node: 'name',
  tag: 'name',
  title: 'name',
  parent: 'parent',
  'parent code': 'parent',
  'parent tag': 'parent',
  'parent theme': 'parent',
  under: 'parent',
  comment: 'comment',
  definition: 'definition',
  description: 'definition',
  memo: 'comment',
  'when to use': 'whenToUse',
  'when to use it': 'whenToUse',
  'when not to use': 'whenNotToUse',
  'when not to use it': 'whenNotToUse',
  example: 'example',
  colour: 'colour',
  color: 'colour',
};

type Line = { number: number; cells: (column: string) => string | null };

/** The themes of a table: of our own export, which has their paths, or with a name and the name of a parent. */
export function readCsvCodebook(text: string): IncomingCodebook {
  const { lines, columns } = readLines(text);
  if (lines.length === 0) throw new Refusal('There is no theme in the table: it has only its heading.');
  if (lines.length > MOST_THEMES)
    throw new Refusal(`The table holds more than ${MOST_THEMES.toLocaleString('en-GB')} themes.`);
  const remarks: string[] = [];
  const themes = columns.has('path') ? byPath(lines) : byParent(lines, remarks);
  return { themes: parentsFirst(themes), remarks };
}

function readLines(text: string): { lines: Line[]; columns: Set<string> } {
  const table = readCsvTable(text, COLUMNS, { most: MOST_THEMES + 1 });
  if (!table) throw new Refusal('The table could not be read: its quotation marks do not close. Save it again as CSV.');
  const { columns: names, rows } = table;
  if (!names.includes('name') && !names.includes('path'))
    throw new Refusal('The first line of the table must name its columns: name, parent and definition, or path.');
  const lines = rows
    .map((cells, index) => ({
      number: index + 2,
      cells: (column: string): string | null => {
        const at = names.indexOf(column);
        // An apostrophe keeps a spreadsheet from running what begins like a formula: our own export writes it.
        return at === -1 ? null : (cells[at] ?? '').replace(/^'(?=[=+\-@\t\r])/, '');
      },
    }))
    .filter(({ cells }) => `${cells('name') ?? ''}${cells('path') ?? ''}`.trim() !== '');
  return { lines, columns: new Set(names.filter((name) => name !== undefined)) };
}

function themeOf(line: Line, name: string): Omit<IncomingTheme, 'parentKey' | 'parentPath' | 'key'> {
  const said = (column: string): string | null => {
    const text = line.cells(column);
    return text === null ? null : fittedText(normaliseNewlines(text), LONGEST_TEXT);
  };
  const guid = line.cells('guid')?.trim().replaceAll(/[{}]/g, '').toLowerCase();
  return {
    guid: isId(guid) ? guid : null,
    name: fittedName(name, LONGEST_NAME, 'Untitled theme'),
    definition: said('definition') ?? said('comment'),
    whenToUse: said('whenToUse'),
    whenNotToUse: said('whenNotToUse'),
    example: said('example'),
    colour: fittedColour(line.cells('colour') ?? undefined) ?? null,
  };
}

function byPath(lines: readonly Line[]): IncomingTheme[] {
  const keys = new Map<string, string>();
  const read = lines.map((line) => {
    // " > " parts the names of a path; in a name it is written " >> ".
    const path = line
      .cells('path')!
      .split(' > ')
      .map((name) => name.replaceAll(' >> ', ' > ').trim());
    const whole = folded(path);
    if (keys.has(whole))
      throw new Refusal(`“${path.join(' > ').slice(0, 200)}” is in the table twice (line ${line.number}).`);
    keys.set(whole, `line ${line.number}`);
    return { line, path };
  });
  return read.map(({ line, path }) => {
    const parent = path.slice(0, -1);
    const parentKey = parent.length === 0 ? null : (keys.get(folded(parent)) ?? null);
    return {
      ...themeOf(line, path.at(-1)!),
      key: `line ${line.number}`,
      parentKey,
      parentPath: parent.length > 0 && parentKey === null ? parent : null,
    };
  });
}

function byParent(lines: readonly Line[], remarks: string[]): IncomingTheme[] {
  const keys = new Map<string, string>();
  for (const line of lines) {
    const name = folded([line.cells('name')!.trim()]);
    if (keys.has(name))
      remarks.push(
        `“${line.cells('name')!.trim().slice(0, 200)}” is in the table twice: sub-themes of it were read as those of the first.`,
      );
    else keys.set(name, `line ${line.number}`);
  }
  return lines.map((line) => {
    const parent = line.cells('parent')?.trim() ?? '';
    const parentKey = parent === '' ? null : (keys.get(folded([parent])) ?? null);
    return {
      ...themeOf(line, line.cells('name')!),
      key: `line ${line.number}`,
      parentKey,
      parentPath: parent !== '' && parentKey === null ? [parent] : null,
    };
  });
}

// A theme before its sub-themes, whatever the order of the lines.
function parentsFirst(themes: readonly IncomingTheme[]): IncomingTheme[] {
  const ordered: IncomingTheme[] = [];
  const below = new Map<string | null, IncomingTheme[]>();
  for (const theme of themes) below.set(theme.parentKey, [...(below.get(theme.parentKey) ?? []), theme]);
  const waiting = (below.get(null) ?? []).toReversed();
  for (let theme = waiting.pop(); theme; theme = waiting.pop()) {
    ordered.push(theme);
    waiting.push(...(below.get(theme.key) ?? []).toReversed());
  }
  if (ordered.length < themes.length) {
    const ring = themes.find((theme) => !ordered.includes(theme))!;
    throw new Refusal(`“${ring.name}” stands under itself in the table. Correct its parent.`);
  }
  return ordered;
}

function folded(path: readonly string[]): string {
  return path.map(alike).join('\n');
}

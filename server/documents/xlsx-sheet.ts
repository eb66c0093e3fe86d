import { xmlText } from './xml-text.ts';

/** How the cells of a column are kept. `wrapped` is text on several lines; `date` "2011-11-14", `time` an ISO instant. */
export type ColumnKind = 'text' | 'wrapped' | 'number' | 'date' | 'time';
/** `width` in characters. */
export type Column = { heading: string; width: number; kind: ColumnKind };
export type Value = string | number | null;

/** The most rows that a sheet can have, its headings included. */
export const MOST_ROWS = 1_048_576;
/** The most characters (UTF-16) that a cell can have. */
export const MOST_CHARACTERS = 32_767;

// The places of the looks in the workbook's styles.
export const STYLE: Record<ColumnKind | 'heading', number> = {
  text: 1,
  wrapped: 2,
  number: 3,
  date: 4,
  time: 5,
  heading: 6,
};

// A date or a time of which only the month is said is a text.
const MONTH = '2011-11';

/** The text of a cell: cut, with a mark that says so, where it is longer than a cell can be. */
export function fitted(text: string): { text: string; isCut: boolean } {
  if (text.length <= MOST_CHARACTERS) return { text, isCut: false };
  const mark = ` … [cut here, ${text.length.toLocaleString('en-GB')} characters in all]`;
  let end = MOST_CHARACTERS - mark.length;
  // Not between the halves of a character.
  if (/[\ud800-\udbff]/.test(text[end - 1]!)) end -= 1;
  return { text: text.slice(0, end) + mark, isCut: true };
}

/**
 * A sheet as XML, row by row: headings that stay in place and can be filtered by, then `rows`. Texts are text whatever
 * they begin with. `cut` is told of each cell that had to be cut.
 */
export async function* sheet(
  columns: readonly Column[],
  rows: AsyncIterable<readonly Value[]> | Iterable<readonly Value[]>,
  { cut, isFirst = false }: { cut: () => void; isFirst?: boolean },
): AsyncGenerator<string> {
  const letters = columns.map((_, index) => lettersOf(index));
  yield `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"${isFirst ? ' tabSelected="1"' : ''}><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>${columns
    .map(
      ({ width, kind }, index) =>
        `<col min="${index + 1}" max="${index + 1}" width="${width}" style="${STYLE[kind]}" customWidth="1"/>`,
    )
    .join('')}</cols><sheetData><row r="1">${columns
    .map(({ heading }, index) => textCell(`${letters[index]}1`, STYLE.heading, heading))
    .join('')}</row>`;
  let number = 1;
  for await (const row of rows) {
    number += 1;
    let xml = `<row r="${number}"${heightOf(columns, row)}>`;
    for (const [index, value] of row.entries()) {
      if (value === null || value === '') continue;
      const place = `${letters[index]}${number}`;
      const { kind } = columns[index]!;
      if (typeof value === 'number') xml += numberCell(place, STYLE[kind], value);
      else if ((kind === 'date' || kind === 'time') && value.length > MONTH.length)
        xml += numberCell(place, STYLE[kind], serialOf(value));
      else {
        const { text, isCut } = fitted(value);
        if (isCut) cut();
        xml += textCell(place, STYLE[kind], text);
      }
    }
    yield `${xml}</row>`;
  }
  yield `</sheetData><autoFilter ref="A1:${letters.at(-1)}${number}"/><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape"/></worksheet>`;
}

const numberCell = (place: string, style: number, value: number): string =>
  `<c r="${place}" s="${style}"><v>${value}</v></c>`;

// Excel reads _x0041_ as "A": a text that holds such a thing itself has its first stroke written that way.
const textCell = (place: string, style: number, text: string): string =>
  `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(
    text.includes('_x') ? text.replaceAll(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_') : text,
  )}</t></is></c>`;

const LINE = 13;
const TALLEST = 409;

// Programs make rows as tall as their texts only when somebody edits them, so that it is estimated here.
function heightOf(columns: readonly Column[], row: readonly Value[]): string {
  let most = 1;
  for (const [index, value] of row.entries()) {
    const { kind, width } = columns[index]!;
    if (kind !== 'wrapped' || typeof value !== 'string') continue;
    let lines = Math.ceil((value.length * 1.1) / width);
    for (let at = value.indexOf('\n'); at >= 0; at = value.indexOf('\n', at + 1)) lines += 1;
    if (lines > most) most = lines;
  }
  return most === 1 ? '' : ` ht="${Math.min(TALLEST, most * LINE + 2)}" customHeight="1"`;
}

const DAY = 86_400_000;
const EPOCH = Date.UTC(1899, 11, 30);

/** Days since 30 December 1899, which is how a workbook keeps time; to the millisecond. */
export function serialOf(iso: string): number {
  return Math.round(Date.parse(iso) - EPOCH) / DAY;
}

function lettersOf(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : lettersOf(Math.floor(index / 26) - 1) + lettersOf(index % 26);
}

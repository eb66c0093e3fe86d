import { isRightToLeft, xmlText } from './xml-text.ts';

/** The styles of paragraphs: docx-styles.ts says how each looks. */
export type BlockStyle =
  | 'Title'
  | 'Subtitle'
  | 'Heading1'
  | 'Heading2'
  | 'Heading3'
  | 'Normal'
  | 'Definition'
  | 'Quote'
  | 'Source'
  | 'Memo'
  | 'Cell'
  | 'CellHead'
  | 'Figure'
  | 'FigureHead'
  | 'Margin';

/** The styles of words within a paragraph. */
export type WordStyle = 'Strong' | 'Faint' | 'Coded' | 'Mark';

/** Words of a paragraph. Newlines and tabs stay; `colour` ("#1d70b8") is that of a stroke under them. */
export function words(text: string, style?: WordStyle, colour?: string): string {
  const look =
    (style ? `<w:rStyle w:val="${style}"/>` : '') +
    (colour ? `<w:u w:val="thick" w:color="${colour.slice(1).toUpperCase()}"/>` : '') +
    (isRightToLeft(text) ? '<w:rtl/>' : '');
  const pieces = text
    .split(/(\n|\t)/)
    .map((piece) =>
      piece === '\n'
        ? '<w:br/>'
        : piece === '\t'
          ? '<w:tab/>'
          : piece === ''
            ? ''
            : `<w:t xml:space="preserve">${xmlText(piece)}</w:t>`,
    )
    .join('');
  return `<w:r>${look && `<w:rPr>${look}</w:rPr>`}${pieces}</w:r>`;
}

/** A paragraph of `words`; a plain text is one run of them. `anchor` names the place for linkTo(). */
export function block(
  style: BlockStyle,
  text: string | { runs: string; rightToLeft?: boolean },
  { newPage = false, anchor }: { newPage?: boolean; anchor?: { id: number; name: string } | undefined } = {},
): string {
  const { runs, rightToLeft } =
    typeof text === 'string' ? { runs: words(text), rightToLeft: isRightToLeft(text) } : text;
  const [before, after] = anchor
    ? [`<w:bookmarkStart w:id="${anchor.id}" w:name="${anchor.name}"/>`, `<w:bookmarkEnd w:id="${anchor.id}"/>`]
    : ['', ''];
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/>${newPage ? '<w:pageBreakBefore/>' : ''}${
    rightToLeft ? '<w:bidi/>' : ''
  }</w:pPr>${before}${runs}${after}</w:p>`;
}

/** Words that lead to the block with that anchor. */
export function linkTo(anchor: string, text: string): string {
  return `<w:hyperlink w:anchor="${anchor}" w:history="1">${words(text)}</w:hyperlink>`;
}

/** Widths of a table's columns in twentieths of a point; an A4 page has 9,638 of them between its margins. */
export type Widths = readonly number[];

export function tableStart(widths: Widths, style: 'Facts' | 'Lined'): string {
  const total = widths.reduce((sum, width) => sum + width, 0);
  return `<w:tbl><w:tblPr><w:tblStyle w:val="${style}"/><w:tblW w:w="${total}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${widths
    .map((width) => `<w:gridCol w:w="${width}"/>`)
    .join('')}</w:tblGrid>`;
}

/** One row; each cell is blocks. `heads` repeats it at the top of each page. */
export function tableRow(widths: Widths, cells: readonly string[], { heads = false } = {}): string {
  const look = heads ? '<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>' : '';
  return `<w:tr>${look}${cells
    .map(
      (cell, index) =>
        `<w:tc><w:tcPr><w:tcW w:w="${widths[index]}" w:type="dxa"/></w:tcPr>${cell === '' ? block('Cell', '') : cell}</w:tc>`,
    )
    .join('')}</w:tr>`;
}

/** The end of a table. A table that touches the next, or ends a document, is joined or refused: hence the empty line. */
export const TABLE_END = '</w:tbl><w:p><w:pPr><w:pStyle w:val="Source"/></w:pPr></w:p>';

// How documents look on paper. Sizes are in half points, distances in twentieths of a point.

const FONT = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>';
const INK = '0B0C0C';
const SOFT = '505A5F';

type Look = {
  name: string;
  size: number;
  /** Space before and after. */
  space: [number, number];
  bold?: boolean;
  italic?: boolean;
  colour?: string;
  keepNext?: boolean;
  keepLines?: boolean;
  outline?: number;
  indent?: number;
  line?: number;
  /** A stroke at the left. */
  bar?: string;
  /** Figures of a column stand under one another. */
  right?: boolean;
};

const LOOKS: Record<string, Look> = {
  Title: { name: 'Title', size: 56, space: [2400, 120], bold: true },
  Subtitle: { name: 'Subtitle', size: 32, space: [0, 480], colour: SOFT },
  Heading1: { name: 'heading 1', size: 36, space: [480, 120], bold: true, keepNext: true, outline: 0 },
  Heading2: { name: 'heading 2', size: 26, space: [320, 100], bold: true, keepNext: true, outline: 1 },
  Heading3: { name: 'heading 3', size: 22, space: [240, 80], bold: true, keepNext: true, outline: 2 },
  Definition: { name: 'Definition', size: 21, space: [0, 120], colour: SOFT },
  Quote: {
    name: 'Quote',
    size: 22,
    space: [200, 40],
    keepLines: true,
    keepNext: true,
    indent: 284,
    line: 290,
    bar: '1D70B8',
  },
  Source: { name: 'Source', size: 18, space: [0, 120], colour: SOFT, indent: 284 },
  Memo: { name: 'Memo', size: 19, space: [0, 120], italic: true, indent: 568, bar: 'B1B4B6' },
  Cell: { name: 'Cell', size: 20, space: [40, 40] },
  CellHead: { name: 'Cell Head', size: 20, space: [40, 40], bold: true },
  Figure: { name: 'Figure', size: 20, space: [40, 40], right: true },
  FigureHead: { name: 'Figure Head', size: 20, space: [40, 40], bold: true, right: true },
  Margin: { name: 'Margin', size: 17, space: [30, 30], colour: INK },
};

function paragraphStyle([id, look]: [string, Look]): string {
  const { bar, indent, line, outline, space, size } = look;
  const bold = look.bold ? '<w:b/><w:bCs/>' : '';
  const italic = look.italic ? '<w:i/><w:iCs/>' : '';
  return `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${look.name}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>${
    look.keepNext ? '<w:keepNext/>' : ''
  }${look.keepLines ? '<w:keepLines/>' : ''}${
    bar ? `<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="${bar}"/></w:pBdr>` : ''
  }<w:spacing w:before="${space[0]}" w:after="${space[1]}"${line ? ` w:line="${line}" w:lineRule="auto"` : ''}/>${
    indent ? `<w:ind w:left="${indent}"/>` : ''
  }${look.right ? '<w:jc w:val="right"/>' : ''}${outline === undefined ? '' : `<w:outlineLvl w:val="${outline}"/>`}</w:pPr><w:rPr>${bold}${italic}<w:color w:val="${
    look.colour ?? INK
  }"/><w:sz w:val="${size}"/><w:szCs w:val="${size}"/></w:rPr></w:style>`;
}

const wordStyle = (id: string, name: string, look: string): string =>
  `<w:style w:type="character" w:styleId="${id}"><w:name w:val="${name}"/><w:qFormat/><w:rPr>${look}</w:rPr></w:style>`;

const line = (side: string, colour: string): string =>
  `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="${colour}"/>`;
const CELL_MARGINS = '<w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>';
const tableStyle = (id: string, borders: string): string =>
  `<w:style w:type="table" w:styleId="${id}"><w:name w:val="${id}"/><w:tblPr><w:tblBorders>${borders}</w:tblBorders>${CELL_MARGINS}</w:tblPr></w:style>`;

export const STYLES = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr>${FONT}<w:color w:val="${INK}"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>${Object.entries(
  LOOKS,
)
  .map(paragraphStyle)
  .join(
    '',
  )}<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/><w:pPr><w:pBdr>${line('top', 'B1B4B6')}</w:pBdr><w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs><w:spacing w:before="60" w:after="0"/></w:pPr><w:rPr><w:color w:val="${SOFT}"/><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>${wordStyle('Strong', 'Strong', '<w:b/><w:bCs/>')}${wordStyle('Faint', 'Faint', `<w:color w:val="${SOFT}"/>`)}${wordStyle('Coded', 'Coded', '<w:shd w:val="clear" w:color="auto" w:fill="FFF3C9"/>')}${wordStyle('Mark', 'Coding Number', `<w:b/><w:bCs/><w:color w:val="${SOFT}"/><w:sz w:val="18"/><w:szCs w:val="18"/><w:vertAlign w:val="superscript"/>`)}<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>${CELL_MARGINS}</w:tblPr></w:style>${tableStyle('Facts', ['top', 'bottom', 'insideH'].map((side) => line(side, 'D3D6D8')).join(''))}${tableStyle('Lined', line('insideH', 'E4E6E7'))}</w:styles>`;

import { part, propertyParts, PROPERTY_TYPES, relations, rootRelations } from './docx-package.ts';
import type { Part, Properties, Text } from './parts.ts';
import { xmlText } from './xml-text.ts';

const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The parts of an XLSX (ECMA-376). Sheets are read one after the other, in their order. */
export function xlsxParts(properties: Properties, sheets: readonly { name: string; content: Text }[]): Part[] {
  const files = sheets.map((_, index) => `worksheets/sheet${index + 1}.xml`);
  return [
    part('[Content_Types].xml', [
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${files
        .map((file) => `<Override PartName="/xl/${file}" ContentType="${TYPE}.worksheet+xml"/>`)
        .join('')}${PROPERTY_TYPES}</Types>`,
    ]),
    part('_rels/.rels', [rootRelations('xl/workbook.xml')]),
    ...propertyParts(properties),
    part('xl/_rels/workbook.xml.rels', [
      relations([...files.map((file): [string, string] => ['worksheet', file]), ['styles', 'styles.xml']]),
    ]),
    part('xl/workbook.xml', [
      `<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}/relationships"><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="24000" windowHeight="14000"/></bookViews><sheets>${sheets
        .map(({ name }, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
        .join('')}</sheets></workbook>`,
    ]),
    part('xl/styles.xml', [STYLES]),
    ...sheets.map(({ content }, index) => part(`xl/${files[index]}`, content)),
  ];
}

const FONT = '<name val="Arial"/><family val="2"/>';
const cell = (format: number, look: string, wraps = false, font = 0, fill = 0): string =>
  `<xf numFmtId="${format}" fontId="${font}" fillId="${fill}" borderId="0" xfId="0"${look}><alignment vertical="top"${wraps ? ' wrapText="1"' : ''}/></xf>`;

// In the order of STYLE in xlsx-sheet.ts. Texts have the general format: in that of text (49) older Excel shows a long one as ####.
const STYLES = `<styleSheet xmlns="${SHEET}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="10"/>${FONT}</font><font><b/><sz val="10"/><color rgb="FFFFFFFF"/>${FONT}</font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FF1D4F76"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>${[
  cell(0, ' applyAlignment="1"'),
  cell(0, ' applyAlignment="1"', true),
  cell(3, ' applyNumberFormat="1" applyAlignment="1"'),
  cell(164, ' applyNumberFormat="1" applyAlignment="1"'),
  cell(165, ' applyNumberFormat="1" applyAlignment="1"'),
  cell(0, ' applyFont="1" applyFill="1" applyAlignment="1"', true, 1, 2),
].join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

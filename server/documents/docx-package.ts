import { STYLES } from './docx-styles.ts';
import { type Part, type Properties, type Text, XML_DECLARATION } from './parts.ts';
import { xmlText } from './xml-text.ts';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const NAMESPACES = `xmlns:w="${WORD}" xmlns:r="${OFFICE}/relationships"`;

/**
 * The parts of a DOCX (ECMA-376). `body` is blocks, read while the document is written; each page says `footer` and its
 * number, a title page excepted. A4, upright.
 */
export function docxParts(
  properties: Properties,
  body: Text,
  { footer, hasTitlePage = true }: { footer: string; hasTitlePage?: boolean },
): Part[] {
  async function* document(): AsyncGenerator<string> {
    yield `<w:document ${NAMESPACES}><w:body>`;
    yield* body;
    yield `<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>${hasTitlePage ? '<w:titlePg/>' : ''}</w:sectPr></w:body></w:document>`;
  }
  return [
    part('[Content_Types].xml', [
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${WORD_TYPE}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${WORD_TYPE}.styles+xml"/><Override PartName="/word/settings.xml" ContentType="${WORD_TYPE}.settings+xml"/><Override PartName="/word/footer1.xml" ContentType="${WORD_TYPE}.footer+xml"/>${PROPERTY_TYPES}</Types>`,
    ]),
    part('_rels/.rels', [rootRelations('word/document.xml')]),
    ...propertyParts(properties),
    part('word/_rels/document.xml.rels', [
      relations([
        ['styles', 'styles.xml'],
        ['settings', 'settings.xml'],
        ['footer', 'footer1.xml'],
      ]),
    ]),
    part('word/styles.xml', [STYLES]),
    part('word/settings.xml', [
      `<w:settings ${NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`,
    ]),
    part('word/footer1.xml', [
      `<w:ftr ${NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t xml:space="preserve">${xmlText(footer)}</w:t></w:r><w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">Page </w:t></w:r>${field('PAGE')}<w:r><w:t xml:space="preserve"> of </w:t></w:r>${field('NUMPAGES')}</w:p></w:ftr>`,
    ]),
    part('word/document.xml', document()),
  ];
}

// What stands in a field before a program has counted pages.
const field = (name: string): string => `<w:fldSimple w:instr=" ${name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>`;

/** A part that is XML. */
export function part(name: string, content: Text): Part {
  async function* declared(): AsyncGenerator<string> {
    yield XML_DECLARATION;
    yield* content;
  }
  return { name, content: declared() };
}

/** The relations of a part to others of its package, numbered rId1, rId2 and so on. */
export function relations(targets: readonly [type: string, target: string][]): string {
  return `<Relationships xmlns="${PACKAGE}/relationships">${targets
    .map(
      ([type, target], index) =>
        `<Relationship Id="rId${index + 1}" Type="${type.includes(':') ? type : `${OFFICE}/relationships/${type}`}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`;
}

/** What a package says of itself first: where its main part and its properties are. */
export function rootRelations(main: string): string {
  return relations([
    ['officeDocument', main],
    [`${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml'],
    ['extended-properties', 'docProps/app.xml'],
  ]);
}

export const PROPERTY_TYPES =
  '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>';

export function propertyParts({ title, subject, creator, created }: Properties): Part[] {
  const at = created.toISOString().replace(/\.\d+Z$/, 'Z');
  return [
    part('docProps/core.xml', [
      `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlText(title)}</dc:title><dc:subject>${xmlText(subject)}</dc:subject><dc:creator>${xmlText(creator)}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${at}</dcterms:modified></cp:coreProperties>`,
    ]),
    part('docProps/app.xml', [
      `<Properties xmlns="${OFFICE}/extended-properties"><Application>Connecting People field notes</Application></Properties>`,
    ]),
  ];
}

/** What a document can be, judged by its bytes; text of a name that ends in .md or .html is read as that. */
export type DocumentKind = 'text' | 'markdown' | 'html' | 'rtf' | 'docx' | 'odt' | 'pdf';

/** A picture that was inside a document. `extension` is without its dot. */
export type Picture = { name: string; extension: string; mediaType: string; bytes: Uint8Array };

/** A document as words: `remarks` are sentences on what became of the rest of it. */
export type ReadDocument = { text: string; pictures: Picture[]; remarks: string[] };

/** How a kind is called on a page, and how the file that is kept of it ends and is served. */
export const KINDS: Record<DocumentKind, { words: string; extension: string; mediaType: string }> = {
  text: { words: 'plain text', extension: 'txt', mediaType: 'text/plain' },
  markdown: { words: 'Markdown', extension: 'md', mediaType: 'text/markdown' },
  html: { words: 'web page', extension: 'html', mediaType: 'text/html' },
  rtf: { words: 'rich text (RTF)', extension: 'rtf', mediaType: 'application/rtf' },
  docx: {
    words: 'Word document',
    extension: 'docx',
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  odt: { words: 'OpenDocument text', extension: 'odt', mediaType: 'application/vnd.oasis.opendocument.text' },
  pdf: { words: 'PDF', extension: 'pdf', mediaType: 'application/pdf' },
};

const ENDINGS: Record<string, DocumentKind> = {
  txt: 'text',
  text: 'text',
  md: 'markdown',
  markdown: 'markdown',
  htm: 'html',
  html: 'html',
  xhtml: 'html',
  rtf: 'rtf',
  docx: 'docx',
  docm: 'docx',
  dotx: 'docx',
  dotm: 'docx',
  odt: 'odt',
  pdf: 'pdf',
};

/** What a file's name promises, or undefined when it promises nothing that is known here. */
export function kindByName(name: string): DocumentKind | undefined {
  return ENDINGS[endingOf(name)];
}

/** What stands after the last dot of a file's name, in lower case; '' where there is none. */
export function endingOf(name: string): string {
  return /\.([^./\\]{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

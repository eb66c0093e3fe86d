import { getDocumentProxy } from 'unpdf';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { counted } from '../../shared/counted.ts';
import type { ReadDocument } from './read-document.ts';

const MOST_PAGES = 2000;
// What describes a stream is never packed with other objects, nor are names encrypted.
const PICTURE = /\/Subtype\s*\/Image\b/;

type Piece = { str: string; transform: number[]; width: number; height: number; hasEOL: boolean };
/** A line of a page: its words, where it stands (upwards), and how high its letters are. */
export type PageLine = { text: string; y: number; height: number };

/** The text of a PDF. Nothing in it is run, and its pictures stay in the original file. */
export async function readPdf(bytes: Uint8Array): Promise<ReadDocument> {
  const hasPictures = PICTURE.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  const pdf = await opened(bytes);
  try {
    if (pdf.numPages > MOST_PAGES)
      throw new Refusal(`It has ${pdf.numPages.toLocaleString('en-GB')} pages, more than are read here. Divide it.`);
    const paragraphs: string[] = [];
    let empty = 0;
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const lines = linesOf(items.filter((item) => 'str' in item) as Piece[]);
      if (lines.length === 0) empty += 1;
      paragraphs.push(...paragraphsOfLines(lines));
      page.cleanup();
    }
    const remarks =
      paragraphs.length === 0
        ? []
        : [
            'Lines of the PDF were joined into paragraphs by the space between them: look the text through.',
            ...(hasPictures
              ? ['Its pictures are not kept apart: the original file, which is kept as it came, has them.']
              : []),
            ...(empty > 0
              ? [
                  `${counted(empty, 'page')} of ${pdf.numPages} ${empty === 1 ? 'has' : 'have'} no text: scanned, or a picture.`,
                ]
              : []),
          ];
    return { text: paragraphs.join('\n'), pictures: [], remarks };
  } finally {
    await pdf.destroy();
  }
}

async function opened(bytes: Uint8Array): ReturnType<typeof getDocumentProxy> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      isEvalSupported: false,
      useSystemFonts: false,
      disableFontFace: true,
      stopAtErrors: false,
      verbosity: 0,
    });
  } catch (error) {
    if ((error as { name?: unknown }).name === 'PasswordException')
      throw new Refusal('It is protected by a password. Open it, save it without the password, and choose it again.');
    throw new Refusal('The PDF is damaged or was cut off. Copy it again, or print it to a new PDF.');
  }
}

/** Pieces of a page as lines: a piece that begins lower, or after an end of line, begins a new one. */
export function linesOf(pieces: readonly Piece[]): PageLine[] {
  const lines: PageLine[] = [];
  let line: (PageLine & { end: number }) | undefined;
  const finish = (): void => {
    if (line && line.text.trim() !== '') lines.push({ text: line.text.trim(), y: line.y, height: line.height });
    line = undefined;
  };
  for (const { str, transform, width, height, hasEOL } of pieces) {
    const [x, y] = [transform[4] ?? 0, transform[5] ?? 0];
    const high = height || Math.abs(transform[3] ?? 0);
    if (line && Math.abs(y - line.y) > Math.max(high, line.height) / 2) finish();
    if (line) {
      const gap = x - line.end;
      const isApart = gap > Math.max(high, line.height) * 0.15 && !/\s$/.test(line.text) && !/^\s/.test(str);
      line.text += (isApart ? ' ' : '') + str;
      line.end = x + width;
      line.height = Math.max(line.height, high);
    } else line = { text: str, y, height: high, end: x + width };
    if (hasEOL) finish();
  }
  finish();
  return lines;
}

// A paragraph ends where the next line is further away than lines of one paragraph are.
const FURTHER = 1.35;

/** Lines joined into paragraphs. */
export function paragraphsOfLines(lines: readonly PageLine[]): string[] {
  const gaps = lines
    .slice(1)
    .map((line, index) => lines[index]!.y - line.y)
    .filter((gap) => gap > 0)
    .toSorted((one, other) => one - other);
  const usual = gaps[Math.floor(gaps.length / 4)] ?? 0;
  const paragraphs: string[] = [];
  lines.forEach(({ text, y, height }, index) => {
    const before = lines[index - 1];
    const gap = before ? before.y - y : 0;
    const isNew =
      !before ||
      gap <= 0 ||
      gap > usual * FURTHER ||
      Math.abs(height - before.height) > Math.max(height, before.height) * 0.2 ||
      /^((ON|TN|MN|PN):|[•·▪◦–-]\s|\d{1,3}[.)]\s)/.test(text);
    if (isNew) paragraphs.push(text);
    else paragraphs.push(`${paragraphs.pop()} ${text}`);
  });
  return paragraphs;
}

import { buffer } from 'node:stream/consumers';
import * as cheerio from 'cheerio';
import yauzl from 'yauzl';

/** The parts of a ZIP, in its order, each as text. */
export async function partsOf(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await yauzl.fromBufferPromise(bytes);
  const parts = new Map<string, string>();
  for await (const entry of zip.eachEntry())
    parts.set(entry.fileName, (await buffer(await zip.openReadStreamPromise(entry))).toString('utf8'));
  return parts;
}

/** The rows of a sheet, each cell as it is stored: its text, its number, or null where there is none. */
export function cellsOf(xml: string): (string | number | null)[][] {
  const $ = cheerio.load(xml, { xml: true });
  return $('row')
    .toArray()
    .map((row) => {
      const cells: (string | number | null)[] = [];
      for (const cell of $(row).children('c').toArray()) {
        const column = $(cell).attr('r')!.charCodeAt(0) - 65;
        while (cells.length < column) cells.push(null);
        const isText = $(cell).attr('t') === 'inlineStr';
        cells.push(isText ? $(cell).find('is > t').text() : Number($(cell).children('v').text()));
      }
      return cells;
    });
}

/** The paragraphs of a DOCX: the style and the text of each, "\n" and "\t" where lines and tabs stand. */
export function paragraphsOf(xml: string): { style: string; text: string }[] {
  const $ = cheerio.load(xml, { xml: true });
  return $('w\\:p')
    .map((_, paragraph) => ({
      style: $(paragraph).find('w\\:pStyle').attr('w:val') ?? '',
      text: $(paragraph)
        .find('w\\:t, w\\:br, w\\:tab')
        .map((_, piece) => (piece.name === 'w:br' ? '\n' : piece.name === 'w:tab' ? '\t' : $(piece).text()))
        .get()
        .join(''),
    }))
    .get();
}

/** A piece of text of a document, made as it is read. */
export type Text = AsyncIterable<string> | Iterable<string>;

/** One file of those that a document, a workbook or a ZIP is made of. */
export type Part = { name: string; content: Text };

const PIECE = 64 * 1024;

/** Many short texts as few long pieces of UTF-8. */
export async function* inPieces(text: Text): AsyncGenerator<Buffer> {
  let held = '';
  for await (const piece of text) {
    held += piece;
    if (held.length < PIECE) continue;
    yield Buffer.from(held, 'utf8');
    held = '';
  }
  if (held !== '') yield Buffer.from(held, 'utf8');
}

/** Documents and workbooks have this before the first element of each of their parts. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** Who made a document, and when: taken from the record of its export, so that it is the same whenever it is made. */
export type Properties = { title: string; subject: string; creator: string; created: Date };

import { readFile } from 'node:fs/promises';
import type { MessagePort } from 'node:worker_threads';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { counted } from '../../shared/counted.ts';
import { documentKind } from './document-kind.ts';
import { readDocx } from './docx.ts';
import { htmlText, shapeRemarks } from './html-text.ts';
import { readOdt } from './odt.ts';
import { readPdf } from './pdf.ts';
import { judgePictures } from './pictures.ts';
import type { DocumentKind, ReadDocument } from './read-document.ts';
import { readRtf } from './rtf.ts';
import { decodeText } from './text-encoding.ts';
import { tidyText } from './tidy-text.ts';

export type Order = { file: string; name: string };
export type Answer =
  | { kind: 'read'; document: ReadDocument & { kind: DocumentKind; encoding?: string } }
  | { kind: 'refused'; sentence: string }
  | { kind: 'failed'; code: string | undefined; message: string };

/** Reads one document after another as they are asked for. It runs on a thread of its own, which may be ended any time. */
export function serveReading(port: MessagePort): void {
  port.on('message', (order: Order) => {
    void answerTo(order).then((answer) => port.postMessage(answer));
  });
}

async function answerTo(order: Order): Promise<Answer> {
  try {
    return { kind: 'read', document: await readDocument(order) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', sentence: error.message };
    const { code, message } = error as { code?: unknown; message?: unknown };
    return {
      kind: 'failed',
      code: typeof code === 'string' ? code : undefined,
      message: String(message).slice(0, 300),
    };
  }
}

/** The words and pictures of the document at `file`, which its sender calls `name`. Throws a Refusal for what is none. */
export async function readDocument({
  file,
  name,
}: Order): Promise<ReadDocument & { kind: DocumentKind; encoding?: string }> {
  const bytes = await readFile(file);
  const { kind, remarks } = await documentKind(name, bytes);
  const read = await wordsOf(kind, file, bytes);
  const tidied = tidyText(read.text);
  if (tidied.text.trim() === '') throw new Refusal(NO_WORDS[kind] ?? 'There are no words in it.');
  return { kind, ...read, text: tidied.text, remarks: [...remarks, ...read.remarks, ...tidied.remarks] };
}

const NO_WORDS: Partial<Record<DocumentKind, string>> = {
  pdf: 'There is no text in this PDF: it is probably scanned. Run text recognition (OCR) over it, or attach it to a note that you write.',
};

async function wordsOf(kind: DocumentKind, file: string, bytes: Buffer): Promise<ReadDocument & { encoding?: string }> {
  switch (kind) {
    case 'docx':
      return readDocx(file, bytes);
    case 'html':
      return readHtml(bytes);
    case 'text':
    case 'markdown': {
      const decoded = decodeText(bytes);
      if (!decoded) throw new Refusal(NO_TEXT);
      return {
        text: decoded.text,
        pictures: [],
        remarks: encodingRemarks(decoded.encoding),
        encoding: decoded.encoding,
      };
    }
    case 'odt':
      return readOdt(file);
    case 'rtf':
      return readRtf(bytes);
    case 'pdf':
      return readPdf(bytes);
  }
}

const NO_TEXT =
  'Its content is not text in UTF-8, UTF-16 or Windows-1252. Open it in the program that made it and save it as text.';

async function readHtml(bytes: Buffer): Promise<ReadDocument & { encoding?: string }> {
  const declared = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,30})/i.exec(
    bytes.subarray(0, 4096).toString('latin1'),
  )?.[1];
  const decoded = decodeText(bytes, declared);
  if (!decoded) throw new Refusal(NO_TEXT);
  const { encoding } = decoded;
  const found = htmlText(decoded.text, { spaces: false });
  if (found.elements === 0)
    return {
      text: decoded.text,
      pictures: [],
      encoding,
      remarks: ['There is no markup in it: it was read as plain text.'],
    };
  const inside = found.pictures.map((source) => /^data:image\/[\w.+-]+;base64,/.exec(source) && source);
  const held = inside
    .filter((source) => typeof source === 'string')
    .map((source, index) => ({
      name: `picture ${index + 1}`,
      bytes: Buffer.from(source.slice(source.indexOf(',') + 1), 'base64'),
    }));
  const pictures = await judgePictures(held);
  const away = found.pictures.length - held.length;
  return {
    text: found.text,
    pictures: pictures.kept,
    encoding,
    remarks: [
      ...encodingRemarks(encoding),
      ...shapeRemarks(found),
      ...pictures.remarks,
      ...(away > 0 ? [`${counted(away, 'picture')} elsewhere ${away === 1 ? 'was' : 'were'} not fetched.`] : []),
    ],
  };
}

function encodingRemarks(encoding: string): string[] {
  return encoding === 'UTF-8' ? [] : [`Read as ${encoding}.`];
}

import { fileTypeFromBuffer } from 'file-type';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { type DocumentKind, endingOf, kindByName, KINDS } from './read-document.ts';

const READ = 'Notes are made of .txt, .md, .docx, .odt, .rtf, .html and .pdf.';
const BY_EXTENSION: Record<string, DocumentKind> = {
  docx: 'docx',
  docm: 'docx',
  dotx: 'docx',
  dotm: 'docx',
  odt: 'odt',
  rtf: 'rtf',
  pdf: 'pdf',
};

/** What the file is by its bytes, and a remark where its name says something else. Throws a Refusal for what is not read. */
export async function documentKind(
  name: string,
  bytes: Uint8Array,
): Promise<{ kind: DocumentKind; remarks: string[] }> {
  if (bytes.length === 0) throw new Refusal('The file is empty: it holds no bytes. Save it again and choose it anew.');
  const kind = (await packedKind(bytes)) ?? textKind(name, bytes);
  const promised = kindByName(name);
  const isAsNamed = promised === kind || (promised === undefined && endingOf(name) === '');
  if (isAsNamed || (kind === 'text' && promised === 'markdown')) return { kind, remarks: [] };
  const said = promised === undefined ? `ends in .${endingOf(name)}` : `says ${KINDS[promised].words}`;
  return { kind, remarks: [`Its name ${said}, but its content is ${KINDS[kind].words}, and was read as that.`] };
}

async function packedKind(bytes: Uint8Array): Promise<DocumentKind | undefined> {
  // First, because the mark of UTF-16 can be taken for the beginning of a recording.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return undefined;
  const found = await fileTypeFromBuffer(bytes);
  if (!found || found.ext === 'xml') return undefined;
  const kind = BY_EXTENSION[found.ext];
  if (kind) return kind;
  if (found.ext === 'cfb') throw new Refusal(oldOffice(bytes));
  if (found.ext === 'zip')
    throw new Refusal('It is a ZIP that is damaged, or one inside another. Unpack it and choose the documents in it.');
  throw new Refusal(`Its content is no text but ${found.ext.toUpperCase()}. ${READ}`);
}

function oldOffice(bytes: Uint8Array): string {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (content.includes(Buffer.from('EncryptedPackage', 'utf16le')))
    return 'It is protected by a password. Open it, save it without the password, and choose it again.';
  if (content.includes(Buffer.from('WordDocument', 'utf16le')))
    return 'It is a document of Word before 2007 (.doc). Open it in Word or LibreOffice, save it as .docx, and choose that.';
  return `It is a file of Office before 2007. ${READ}`;
}

function textKind(name: string, bytes: Uint8Array): DocumentKind {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 2048)).toString('latin1');
  if (start.startsWith('{\\rtf')) return 'rtf';
  const promised = kindByName(name);
  if (promised === 'html' || promised === 'markdown') return promised;
  // A text may begin with a tag that somebody writes about; one that says it is text is text.
  if (promised !== 'text' && /^\s*(<!doctype html|<html[\s>])/i.test(start.replace(/^\u00ef\u00bb\u00bf/, '')))
    return 'html';
  return 'text';
}

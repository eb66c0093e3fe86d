import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { childOf, element, type Element } from '../refi/element.ts';
import { internalNames } from '../refi/internal-names.ts';
import { type SourceText, sourceText } from '../refi/profile.ts';
import { Refusal, type Remarks } from '../refi/refusal.ts';
import { createReader, type Head } from '../refi/xml-reader.ts';
import { type Archive, openArchive, type ZipLimits } from '../refi/zip-reading.ts';

/** A file that somebody sent: a .qdpx, or a project or codebook by itself. */
export type ProjectFile = { archive: Archive | undefined; pieces(): AsyncIterable<Buffer>; close(): void };

const ZIP = 'PK';
const LARGEST_XML = 256 * 1024 * 1024;
const LONGEST_TEXT_BYTES = 64 * 1024 * 1024;
const LONGEST_TEXT = 5_000_000;

/** `limit` in bytes, of all that is in the file; or that and how many files may be in it. */
export async function openProjectFile(file: string, limit: number | ZipLimits): Promise<ProjectFile> {
  const handle = await open(file);
  const start = Buffer.alloc(2);
  const { size } = await handle.stat();
  await handle.read(start, 0, 2, 0).finally(() => handle.close());
  if (start.toString('latin1') === ZIP) {
    const archive = await openArchive(file, typeof limit === 'number' ? { total: limit } : limit);
    return { archive, pieces: () => archive.read(archive.project), close: archive.close };
  }
  if (size > LARGEST_XML) throw new Refusal('The file is larger than 256 MB. Send it as a .qdpx.');
  return { archive: undefined, pieces: () => createReadStream(file) as AsyncIterable<Buffer>, close: () => {} };
}

/** The units of a project or codebook, one at a time, and its head before the first of them. */
export async function* readUnits(
  file: ProjectFile,
  remarks: Remarks,
): AsyncGenerator<{ head: Head; unit?: undefined } | { head?: undefined; unit: Element; container: string }> {
  const ready: ({ head: Head; unit?: undefined } | { head?: undefined; unit: Element; container: string })[] = [];
  const reader = createReader(
    { head: (head) => ready.push({ head }), unit: (unit, container) => ready.push({ unit, container }) },
    remarks,
  );
  let decoder: TextDecoder | undefined;
  const decode = (piece?: Buffer): string => {
    if (!decoder) {
      const encoding = encodingOf(piece ?? Buffer.alloc(0));
      if (encoding !== 'utf-8')
        remarks.add('unusual', `The project is written in ${encoding}; the format asks for UTF-8.`);
      decoder = new TextDecoder(encoding, { fatal: true });
    }
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw new Refusal('The file is not written in UTF-8, as the format asks for. Export it again.');
    }
  };
  for await (const piece of file.pieces()) {
    reader.write(decode(piece));
    yield* ready.splice(0);
    // Others have their turn between two pieces.
    await new Promise(setImmediate);
  }
  reader.write(decode());
  reader.close();
  yield* ready.splice(0);
}

// What an XML document says of its encoding: by its mark, by the zeroes of UTF-16, or in its first line.
function encodingOf(start: Buffer): string {
  const [first = 0, second = 0] = start;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const said = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    start.toString('latin1', 0, 300),
  )?.[1];
  if (said === undefined || /^utf-?16/i.test(said)) return 'utf-8';
  try {
    return new TextDecoder(said).encoding;
  } catch {
    return 'utf-8';
  }
}

/** The entry that a path in the project means, as `files` of the archive calls it. Refuses one that could be several. */
export function findInternal(archive: Archive | undefined, written: string): string | undefined {
  if (!archive) return undefined;
  const name = internalNames(written).find((one) => archive.files.has(one) || archive.twice.has(one));
  if (name !== undefined && archive.twice.has(name))
    throw new Refusal(
      `The file holds “${name.slice(0, 80)}” twice, in different folders, and it cannot be told which one is meant. Export it again.`,
    );
  return name;
}

/** The text of an element that bears one, or undefined where there is none that can be read; `remarks` says why. */
export async function readText(file: ProjectFile, carrier: Element, remarks: Remarks): Promise<SourceText | undefined> {
  const written = carrier.attributes.plainTextPath;
  const content = childOf(carrier, 'PlainTextContent');
  const where = carrier.attributes.name ?? carrier.attributes.guid;
  if (written === undefined || written === '') {
    if (content) return fitting(content.text, remarks, where);
    if ((carrier.attributes.richTextPath ?? '') !== '')
      remarks.add(
        'lost',
        'Texts that came only as a formatted document were not read. The document is kept with the note; bring it in from the page of notes to have its words.',
        where,
      );
    return undefined;
  }
  if (!written.startsWith('internal://'))
    remarks.add(
      'unusual',
      'Paths of texts that do not begin with internal:// were looked for in the file by their last name.',
      where,
    );
  const name = findInternal(file.archive, written);
  if (name === undefined) {
    remarks.add(
      'lost',
      'Texts that the project refers to are not in the file. Their passages became lines that say where they are.',
      where,
    );
    return content ? fitting(content.text, remarks, where) : undefined;
  }
  const entry = file.archive!.files.get(name)!;
  if (entry.uncompressedSize > LONGEST_TEXT_BYTES) {
    remarks.add('lost', 'Texts longer than five million characters cannot be held.', where);
    return undefined;
  }
  const raw = decodeText(await file.archive!.readWhole(entry, LONGEST_TEXT_BYTES), remarks, where);
  return raw === undefined ? undefined : fitting(raw, remarks, where);
}

function decodeText(bytes: Buffer, remarks: Remarks, where: string | undefined): string | undefined {
  const wide = bytes.length >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff);
  try {
    if (!wide) return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    remarks.add('unusual', 'Texts in UTF-16 were read as such; the format asks for UTF-8.', where);
    return new TextDecoder(bytes.readUInt16BE(0) === 0xfffe ? 'utf-16le' : 'utf-16be', {
      fatal: true,
      ignoreBOM: true,
    }).decode(bytes);
  } catch {
    // Not what the format asks for; but Windows wrote so for long, and letters that are wrong can be seen and mended.
    if (!bytes.includes(0)) {
      remarks.add('changed', 'Texts that are not in UTF-8 were read as Windows-1252. Look at their letters.', where);
      // In one go some versions of Node read it as Latin-1, without its quotation marks.
      return new TextDecoder('windows-1252').decode(bytes, { stream: true });
    }
    remarks.add(
      'lost',
      'Texts that are not in UTF-8 could not be read. Their passages became lines that say where they are.',
      where,
    );
    return undefined;
  }
}

function fitting(raw: string, remarks: Remarks, where: string | undefined): SourceText | undefined {
  const text = sourceText(raw);
  if (text.length <= LONGEST_TEXT) return text;
  remarks.add('lost', 'Texts longer than five million characters cannot be held.', where);
  return undefined;
}

/** The source with the words of its marked areas in it, where they came in files of their own. */
export async function withWordsOfAreas(file: ProjectFile, unit: Element, remarks: Remarks): Promise<Element> {
  const children: Element[] = [];
  for (const child of unit.children) {
    const words = child.name === 'PDFSelection' ? childOf(child, 'Representation') : undefined;
    if (words?.attributes.plainTextPath === undefined) {
      children.push(child);
      continue;
    }
    const text = await readText(file, words, remarks);
    const { plainTextPath: _, ...attributes } = words.attributes;
    const inner = text ? [element('PlainTextContent', {}, [], text.text)] : [];
    const made = {
      ...words,
      attributes,
      children: [...inner, ...words.children.filter(({ name }) => name !== 'PlainTextContent')],
    };
    children.push({ ...child, children: child.children.map((one) => (one === words ? made : one)) });
  }
  return { ...unit, children };
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '../exchange/refi/refusal.ts';
import { openZip } from '../exchange/refi/zip-reading.ts';
import { firstBytes } from '../web/upload-type.ts';
import { counted } from '../shared/counted.ts';
import { sliceCodePoints } from '../shared/text.ts';
import { type Attributes, linesWithoutDocument, readAttributes } from './attributes.ts';
import type { Arrived } from './document-intake-service.ts';
import type { ImportStore } from './import-store-service.ts';
import { endingOf } from './reading/read-document.ts';

/** What an upload came to: documents, tables that say what they are, and remarks on the rest. */
export type Unpacked = { documents: Arrived[]; table: Attributes[]; remarks: string[] };

/** `each`: the longest document; `total`: of all that is in one ZIP, unpacked; in bytes. */
type Limits = { each: number; total: number; most: number };

// Of the lines of a table that fit nothing.
const NAMED = 5;

/** Takes ZIPs apart and sets tables of attributes aside. What is refused stands among the documents with its reason. */
export async function unpack(store: ImportStore, arrived: readonly Arrived[], limits: Limits): Promise<Unpacked> {
  const found: Unpacked = { documents: [], table: [], remarks: [] };
  for (const file of arrived) {
    if (await isZip(store.pathOf(file.stored.storedName))) await unpackZip(store, file, limits, found);
    else await sort(store, file, limits, found);
    if (found.documents.length > limits.most)
      throw new Refusal(`There are more than ${limits.most} documents in it. Send them in several parts.`);
  }
  const without = linesWithoutDocument(
    found.table,
    found.documents.map(({ name, folder }) => ({ fileName: name, folder })),
  );
  if (without.length > 0) found.remarks.push(withoutInWords(without.map(({ file }) => file)));
  return found;
}

function withoutInWords(files: readonly string[]): string {
  const named = files.slice(0, NAMED).map((file) => `“${sliceCodePoints(file, 0, 80)}”`);
  const more = files.length > NAMED ? [`${files.length - NAMED} more`] : [];
  const fit = files.length === 1 ? 'fits' : 'fit';
  return `${counted(files.length, 'line')} of the table ${fit} no document that was sent: ${[...named, ...more].join(', ')}.`;
}

async function sort(store: ImportStore, file: Arrived, { each }: Limits, found: Unpacked): Promise<void> {
  if (file.stored.byteLength > each)
    found.documents.push({
      ...file,
      refusal: `It is larger than ${megabytes(each)} MB. Divide it, or make its pictures smaller.`,
    });
  else {
    const table =
      endingOf(file.name) === 'csv' ? readAttributes(await readFile(store.pathOf(file.stored.storedName))) : undefined;
    if (!table) return void found.documents.push(file);
    found.table.push(...table);
    found.remarks.push(`“${file.name}” was read as a table of what the documents are (${table.length} lines).`);
    await store.remove(file.stored.storedName);
  }
}

// What Macs and Windows put into folders beside what people put there.
const ASIDE = /(^|\/)(__MACOSX\/|\.|thumbs\.db$|desktop\.ini$|~\$)/i;

async function unpackZip(store: ImportStore, file: Arrived, limits: Limits, found: Unpacked): Promise<void> {
  const before = found.documents.length;
  let zip: Awaited<ReturnType<typeof openZip>> | undefined;
  try {
    zip = await openZip(store.pathOf(file.stored.storedName), { total: limits.total });
    const names = [...zip.entries.keys()];
    // Documents of Word and OpenDocument, and spreadsheets, are ZIPs themselves.
    if (names.includes('[Content_Types].xml') || names.includes('mimetype'))
      return await sort(store, file, limits, found);
    const wanted = [...zip.entries.values()].filter(({ fileName }) => !ASIDE.test(fileName));
    if (wanted.length === 0) throw new Refusal('There is no document in this ZIP.');
    if (found.documents.length + wanted.length > limits.most)
      throw new Refusal(`There are more than ${limits.most} documents in it. Send them in several parts.`);
    for (const entry of wanted) {
      const { base, dir } = path.posix.parse(entry.fileName);
      const stored = await store.write(zip.read(entry), endingOf(base));
      await sort(store, { name: base, folder: dir, stored }, limits, found);
    }
    await store.remove(file.stored.storedName);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // All of it or nothing: of a ZIP that is not whole, what was unpacked is no use.
    for (const { stored } of found.documents.splice(before)) await store.remove(stored.storedName);
    found.documents.push({ ...file, refusal: error.message });
  } finally {
    zip?.close();
  }
}

const ZIP = '504b0304';

async function isZip(file: string): Promise<boolean> {
  return (await firstBytes(file, 4)).toString('hex') === ZIP;
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1024 / 1024).toLocaleString('en-GB');
}

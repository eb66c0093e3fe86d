import { countLeftBehind } from './file-queries.ts';
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Actor, Transaction } from '../../database/connection.ts';
import { countRawNotes } from '../../extracts/extract-source-queries.ts';
import { openSidecar, rowsOf } from '../archive/sidecar-service.ts';
import { measured } from '../measured.ts';
import { createRemarks, type Remark } from '../refi/refusal.ts';
import type { Outgoing } from './outgoing.ts';
import type { OutsideView } from './outside-view.ts';
import { prepareExport } from './prepare-service.ts';
import { profileFor } from './formats.ts';
import { leftBehindRemarks } from './left-behind.ts';
import { writeProject } from './project-writing-service.ts';
import { openSpool } from './spool-service.ts';
import { createZip, type ZipWriting } from './zip-writing.ts';

const ONLY_KEPT =
  'Attachments stay here, as does what came with another program’s file and is only kept: nobody has looked what they tell.';

export type ExportOrder = {
  uploadsFolder: string;
  /** Where the finished file is put. */
  file: string;
  /** Is given the project as it is written. */
  passing?: (piece: Buffer) => Promise<void>;
} & (
  | { format: 'qdpx' | 'qdpx-nvivo' }
  /** `installation` is the address of this one, which archives are told by. */
  | { format: 'archive'; installation: string }
);

export type ExportedFile = { byteLength: number; sha256: string; remarks: Remark[]; counts: Record<string, number> };

/**
 * Writes the whole study into `order.file`, in a transaction with one snapshot. Texts go into it as they are read, and the
 * project, which is written down beside it, after them: no more than a few hundred notes are in memory.
 */
export async function exportProject(
  trx: Transaction,
  actor: Actor,
  order: ExportOrder,
  view?: OutsideView,
): Promise<ExportedFile> {
  const profile = profileFor(order.format);
  const remarks = createRemarks();
  const [beside] = spoolsOf(order.file);
  const project = openSpool(beside, order.passing);
  const zip = createZip();
  const sidecar = order.format === 'archive' ? openSidecar(trx, actor, zip, order) : undefined;
  const { add, addBytes } = sidecar ?? zip;
  try {
    const prepared = await prepareExport(trx, view);
    const written = write(zip, order.file);
    // Looked at below, or after another error, and nobody's affair until then.
    written.catch(() => {});
    const files = new Map<string, string>();
    let room = Promise.resolve();
    const out: Outgoing = {
      ...prepared.naming,
      profile,
      remarks,
      // Packed by other threads while the database reads the next notes.
      addText: ({ entry, text }) => void (room = addBytes(`sources/${entry}`, Buffer.from(text, 'utf8'))),
      addFile: (attachment, entry) => void files.set(entry, attachment.storedName),
    };
    const counts = await writeProject(trx, actor, {
      out,
      prepared,
      view,
      async write(text) {
        await room;
        await project.write(text);
      },
    });
    await project.close();
    if (view) remarks.add('lost', ONLY_KEPT);
    if (!sidecar) leftBehindRemarks(remarks, await countLeftBehind(trx));
    add('project.qde', () => project.read());
    for (const [entry, storedName] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      add(`sources/${entry}`, async () => createReadStream(path.join(order.uploadsFolder, storedName)));
    const archived = await sidecar?.addStudy(files);
    zip.end();
    const rawNotes = await countRawNotes(trx);
    return {
      ...(await written),
      remarks: sidecar ? [] : remarks.list(),
      counts: archived ?? { ...counts, ...(!view && { rawNotes }) },
    };
  } finally {
    zip.close();
    await project.remove();
    await sidecar?.remove();
  }
}

/** What lies beside `file` while it is made. */
export function spoolsOf(file: string): [project: string, rows: string] {
  return [`${file}.qde`, rowsOf(file)];
}

async function write(zip: ZipWriting, file: string): Promise<{ byteLength: number; sha256: string }> {
  const { pieces, result } = measured(zip.output as AsyncIterable<Buffer>);
  await pipeline(pieces, createWriteStream(file, { mode: 0o600 }));
  return result();
}

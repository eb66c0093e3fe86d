import { createHash } from 'node:crypto';
import { openProjectFile } from '../import/project-file-service.ts';
import { Refusal } from '../refi/refusal.ts';
import { type Archive, openArchive } from '../refi/zip-reading.ts';
import { FORMAT, LONGEST_MANIFEST, type Manifest, MANIFEST, PEOPLE, STUDY, tableEntry } from './manifest.ts';
import { manifestForm, manifestHead } from './manifest-service.ts';

const ALTERED = 'It was damaged or altered after it was made. Copy it again, or make a new one where it comes from.';

/** Whether a file is a project with a list such as archives have. Throws a Refusal for a ZIP that no project is in. */
export async function isArchiveFile(file: string, limit: number): Promise<boolean> {
  const opened = await openProjectFile(file, limit);
  opened.close();
  return opened.archive?.entries.has(MANIFEST) ?? false;
}

/**
 * Reads an archive from end to end and says what is in it. Throws a Refusal for one that is not whole and as it was made,
 * of another program, or of a format that is newer than this program.
 */
export async function verifyArchive(
  archive: Archive,
  progress: (sentence: string) => Promise<void>,
): Promise<Manifest> {
  const manifest = await readManifest(archive);
  const parts = new Map(manifest.parts.map((part) => [part.entry, part]));
  const extra = [...archive.entries.keys()].find((name) => !parts.has(name) && name !== MANIFEST);
  if (extra !== undefined) throw new Refusal(`“${extra}” was put into the archive after it was made. ${ALTERED}`);
  let read = 0;
  for (const { entry, sha256 } of manifest.parts) {
    const found = archive.entries.get(entry);
    if (!found) throw new Refusal(`The archive lacks its part “${entry}”. ${ALTERED}`);
    const hash = createHash('sha256');
    for await (const piece of archive.read(found)) hash.update(piece);
    if (hash.digest('hex') !== sha256)
      throw new Refusal(`The part “${entry}” of the archive is not as it was made. ${ALTERED}`);
    read += 1;
    if (read % 200 === 0)
      await progress(
        `${read.toLocaleString('en-GB')} of ${manifest.parts.length.toLocaleString('en-GB')} parts checked`,
      );
  }
  const wanted = [PEOPLE, tableEntry(STUDY), ...manifest.tables.map((table) => table.entry)];
  const missing = [...wanted, ...manifest.files.map((file) => file.entry)].find((name) => !parts.has(name));
  if (missing !== undefined) throw new Refusal(`The archive lacks its part “${missing}”. ${ALTERED}`);
  return manifest;
}

async function readManifest(archive: Archive): Promise<Manifest> {
  const bytes = await archive.readWhole(archive.entries.get(MANIFEST)!, LONGEST_MANIFEST);
  const given = asJson(bytes);
  const head = manifestHead.safeParse(given);
  if (!head.success)
    throw new Refusal(
      `“${MANIFEST}” in the file was not written by this program, so what it holds cannot be restored.`,
    );
  if (head.data.format > FORMAT)
    throw new Refusal(
      'The archive was made by a newer version of this program. Bring this installation up to date, and then restore it.',
    );
  const whole = manifestForm.safeParse(given);
  if (!whole.success) throw new Refusal(`The list of what is in the archive cannot be read. ${ALTERED}`);
  return whole.data;
}

function asJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The rows of a part, a line each, some at a time. */
export async function* readLines(archive: Archive, entry: string, letters: number): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [rest, held, lines] = ['', 0, [] as string[]];
  for await (const piece of archive.read(archive.entries.get(entry)!)) {
    const found = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = found.pop()!;
    for (const line of found) held += line.length;
    lines.push(...found);
    if (held < letters) continue;
    yield lines;
    [held, lines] = [0, []];
  }
  if (lines.length > 0) yield lines;
  if (rest !== '') throw new Refusal(`The part “${entry}” of the archive was cut off. ${ALTERED}`);
}

/** What is wrong with an archive that was just made: nothing, or it does not leave. */
export async function archiveFaults(file: string, limit: number): Promise<string[]> {
  const archive = await openArchive(file, { total: limit, entries: Infinity });
  try {
    await verifyArchive(archive, async () => {});
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [error.message];
    throw error;
  } finally {
    archive.close();
  }
}

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { asAccount, type Db } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { keepFile, type ReceivedFile } from '../../web/uploads.ts';
import { previewArchive } from '../archive/archive-preview-service.ts';
import { isArchiveFile } from '../archive/reading-service.ts';
import { restoreArchive } from '../archive/restore-service.ts';
import { FAULT, failureSentence } from '../failure-service.ts';
import { INTERRUPTED, type Jobs } from '../jobs.ts';
import { importProject } from './import-service.ts';
import { previewProject } from './preview-service.ts';
import {
  findProjectImport,
  insertProjectImport,
  type ProjectImport,
  updateProjectImport,
} from './project-import-queries.ts';

export type Importing = {
  db: Db;
  jobs: Jobs;
  uploadsFolder: string;
  /** Of all that is in a file, unpacked, in bytes. */
  limit: number;
  /** Told of faults that are the program's own. */
  fault: (error: unknown) => void;
};

type Person = { id: string; name: string };

/** Takes a file in and begins to read it. Sending the same form twice takes it once. */
export async function receiveImport(means: Importing, person: Person, id: string, file: ReceivedFile): Promise<void> {
  const storedName = `${newId()}.import`;
  await keepFile(means.uploadsFolder, file, storedName);
  const row = {
    id,
    personId: person.id,
    fileName: file.name.slice(0, 255) || 'project.qdpx',
    storedName,
    byteLength: file.byteLength,
    sha256: file.sha256,
  };
  const isNew = await asAccount(means.db, { personId: person.id }, (trx) => insertProjectImport(trx, row));
  if (!isNew) {
    await rm(path.join(means.uploadsFolder, storedName), { force: true });
    return;
  }
  means.jobs.start(id, () =>
    settle(means, person, id, ['reading'], async (progress) => {
      const preview = await previewFile(means, path.join(means.uploadsFolder, storedName), progress);
      await change(means, person, id, ['reading'], { state: 'ready', preview, progress: '' });
    }),
  );
}

async function previewFile(means: Importing, file: string, progress: (sentence: string) => Promise<void>) {
  if (await isArchiveFile(file, means.limit))
    return { archive: await previewArchive(means.db, file, means.limit, progress) };
  return (await previewProject(file, means.limit, progress)).preview;
}

/** Begins to restore the study of an archive that has been read. Nothing happens where that was begun already. */
export async function beginRestoring(means: Importing, person: Person, found: ProjectImport): Promise<void> {
  if ((await change(means, person, found.id, ['ready'], { state: 'importing', progress: 'Beginning' })) === 0) return;
  const { id, sha256, byteLength, storedName } = found;
  means.jobs.start(id, () =>
    settle(means, person, id, ['importing'], async (progress) => {
      const file = path.join(means.uploadsFolder, storedName);
      const { uploadsFolder, limit } = means;
      const order = { person, file, sha256, byteLength, uploadsFolder, limit };
      const founded = await restoreArchive(means.db, order, progress);
      await change(means, person, id, ['importing'], { state: 'done', progress: '', founded });
      await rm(file, { force: true });
    }),
  );
}

/** Begins to make a study of a file that has been read. Nothing happens where that was begun already. */
export async function beginImport(
  means: Importing,
  person: Person,
  found: ProjectImport,
  chosen: { name: string; profileKey: string },
): Promise<void> {
  const studyId = found.id;
  if ((await change(means, person, found.id, ['ready'], { state: 'importing', progress: 'Beginning' })) === 0) return;
  means.jobs.start(found.id, () =>
    settle(means, person, found.id, ['importing'], async (progress) => {
      const file = path.join(means.uploadsFolder, found.storedName);
      const order = {
        importId: found.id,
        person,
        file,
        fileName: found.fileName,
        sha256: found.sha256,
        byteLength: found.byteLength,
        studyId,
        studyName: chosen.name,
        profileKey: chosen.profileKey,
        uploadsFolder: means.uploadsFolder,
        limit: means.limit,
      };
      await importProject(means.db, order, await previewProject(file, means.limit, progress), progress);
      await change(means, person, found.id, ['importing'], { state: 'done', progress: '', founded: studyId });
      await rm(file, { force: true });
    }),
  );
}

/** Throws a file away that was not imported. */
export async function dropImport(means: Importing, person: Person, id: string): Promise<void> {
  const found = await currentImport(means, person, id);
  if (means.jobs.isRunning(id)) return;
  await change(means, person, id, ['ready', 'failed'], { state: 'failed', failure: 'The file was thrown away.' });
  if (found.state !== 'done') await rm(path.join(means.uploadsFolder, found.storedName), { force: true });
}

/** The import as it is now; one whose work ended with a former run of the program has failed. */
export async function currentImport(means: Importing, person: Person, id: string): Promise<ProjectImport> {
  const find = (): Promise<ProjectImport | undefined> =>
    asAccount(means.db, { personId: person.id }, (trx) => findProjectImport(trx, id));
  const found = await find();
  if (!found) throw new NotFoundError();
  const isWaiting = found.state === 'reading' || found.state === 'importing';
  if (!isWaiting || means.jobs.isRunning(id)) return found;
  await change(means, person, id, ['reading', 'importing'], { state: 'failed', failure: INTERRUPTED });
  return (await find()) ?? found;
}

type States = readonly ProjectImport['state'][];

function change(
  means: Importing,
  person: Person,
  id: string,
  from: States,
  to: Parameters<typeof updateProjectImport>[3],
): Promise<number> {
  return asAccount(means.db, { personId: person.id }, (trx) => updateProjectImport(trx, id, from, to));
}

async function settle(
  means: Importing,
  person: Person,
  id: string,
  from: States,
  work: (progress: (sentence: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const progress = async (sentence: string): Promise<void> =>
    void (await change(means, person, id, from, { progress: sentence }));
  try {
    await work(progress);
  } catch (error) {
    const sentence = failureSentence(error);
    if (sentence === undefined) means.fault(error);
    await change(means, person, id, from, { state: 'failed', failure: sentence ?? FAULT, progress: '' });
  }
}

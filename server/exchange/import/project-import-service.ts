import { rm } from 'node:fs/promises';
import path from 'node:path';
import { asAccount, type Db } from '../../database/connection.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { keepFile, type ReceivedFile } from '../../web/uploads.ts';
import { failureSentence } from '../failure-service.ts';
import { INTERRUPTED, type Jobs } from '../jobs.ts';
import { removeSurvey } from './kept-survey-service.ts';
import type { importFile, readFile, restoreFile } from './reading-service.ts';
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

const THROWN_AWAY = 'The file was thrown away.';
const MODULE = import.meta.resolve('./reading-service.ts');

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
  means.jobs.start(id, (job) =>
    settle(means, person, id, ['reading'], async (progress) => {
      const order = { file: path.join(means.uploadsFolder, storedName), limit: means.limit };
      const preview = await job.inThread<typeof readFile>({ module: MODULE, name: 'readFile' }, order, { progress });
      await change(means, person, id, ['reading'], { state: 'ready', preview, progress: '' });
    }),
  );
}

/** Begins to restore the study of an archive that has been read. Nothing happens where that was begun already. */
export async function beginRestoring(means: Importing, person: Person, found: ProjectImport): Promise<void> {
  if ((await change(means, person, found.id, ['ready'], { state: 'importing', progress: 'Beginning' })) === 0) return;
  const { id, sha256, byteLength } = found;
  const { uploadsFolder, limit } = means;
  means.jobs.start(id, (job) =>
    settle(means, person, id, ['importing'], async (progress) => {
      const file = path.join(uploadsFolder, found.storedName);
      const order = { importId: id, person, file, sha256, byteLength, uploadsFolder, limit };
      await job.inThread<typeof restoreFile>({ module: MODULE, name: 'restoreFile' }, order, { progress });
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
  means.jobs.start(found.id, (job) =>
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
        preview: found.preview!,
        uploadsFolder: means.uploadsFolder,
        limit: means.limit,
      };
      await job.inThread<typeof importFile>({ module: MODULE, name: 'importFile' }, order, { progress });
      await removeSent(file);
    }),
  );
}

/** Throws a file away that was not imported; what goes on with it is cut off. A study that it has become stays. */
export async function dropImport(means: Importing, person: Person, id: string): Promise<void> {
  await currentImport(means, person, id);
  await means.jobs.cancel(id, THROWN_AWAY);
  const found = await currentImport(means, person, id);
  await change(means, person, id, ['ready', 'failed'], { state: 'failed', failure: THROWN_AWAY });
  if (found.state !== 'done') await removeSent(path.join(means.uploadsFolder, found.storedName));
}

/** The import as it is now; one whose work ended with a former run of the program has failed. */
export async function currentImport(means: Importing, person: Person, id: string): Promise<ProjectImport> {
  const find = (): Promise<ProjectImport | undefined> =>
    asAccount(means.db, { personId: person.id }, (trx) => findProjectImport(trx, id));
  const found = await find();
  if (!found) throw new NotFoundError();
  const isWaiting = found.state === 'reading' || found.state === 'importing';
  if (!isWaiting || means.jobs.isRunning(id)) return found;
  await fail(means, person, id, ['reading', 'importing'], INTERRUPTED);
  return (await find()) ?? found;
}

/** Ends an import that came to nothing, and takes its file away: nobody can do anything with it any more. */
async function fail(means: Importing, person: Person, id: string, from: States, failure: string): Promise<void> {
  const over = await asAccount(means.db, { personId: person.id }, (trx) => findProjectImport(trx, id));
  // One that was committed before its thread died is done all the same, and nothing changes below.
  if (over && over.state !== 'ready') await removeSent(path.join(means.uploadsFolder, over.storedName));
  await change(means, person, id, from, { state: 'failed', failure, progress: '' });
}

async function removeSent(file: string): Promise<void> {
  await rm(file, { force: true });
  await removeSurvey(file);
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
    await fail(means, person, id, from, failureSentence(error, means.fault));
  }
}

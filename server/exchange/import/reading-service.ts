import type { ThreadMeans } from '../../web/threads.ts';
import { type ArchivePreview, previewArchive } from '../archive/archive-preview-service.ts';
import { isArchiveFile } from '../archive/reading-service.ts';
import { type RestoreOrder, restoreArchive } from '../archive/restore-service.ts';
import { importProject, type ImportOrder } from './import-service.ts';
import { type Preview, previewProject, surveyProject } from './preview-service.ts';
import { updateProjectImport } from './project-import-queries.ts';

// What is done with a file in a thread of its own.

/** What is in the file, for the page on which somebody decides. */
export async function readFile(
  { db, progress }: ThreadMeans,
  order: { file: string; limit: number },
): Promise<Preview | { archive: ArchivePreview }> {
  if (await isArchiveFile(order.file, order.limit))
    return { archive: await previewArchive(db, order.file, order.limit, progress) };
  return (await previewProject(order.file, order.limit, progress)).preview;
}

/** Makes a study of the file: all of it, or nothing. `preview` is what readFile() said of it. */
export async function importFile(
  { db, ...means }: ThreadMeans,
  { preview, ...order }: ImportOrder & { preview: Preview },
): Promise<void> {
  const survey = await surveyProject(order.file, order.limit);
  await importProject(db, order, { preview, survey }, means.progress, means);
}

/** Restores the study of an archive: all of it, or nothing. */
export async function restoreFile(
  { db, ...means }: ThreadMeans,
  order: RestoreOrder & { importId: string },
): Promise<void> {
  await restoreArchive(db, order, {
    ...means,
    // In the same transaction, so that an import is done exactly when its study is there.
    async done(trx, founded) {
      await updateProjectImport(trx, order.importId, ['importing'], { state: 'done', progress: '', founded });
      means.committing();
    },
  });
}

import type { ThreadMeans } from '../../web/threads.ts';
import { type ArchivePreview, previewArchive } from '../archive/archive-preview-service.ts';
import { isArchiveFile } from '../archive/reading-service.ts';
import { restoreArchive, type RestoreOrder } from '../archive/restore-service.ts';
import { findSurvey, keepSurvey } from './kept-survey-service.ts';
import { importProject, type ImportOrder } from './import-service.ts';
import { type Preview, previewProject, surveyProject } from './preview-service.ts';

// What is done with a file in a thread of its own.

/** What is in the file, for the page on which somebody decides: a project, or the archive of a study. */
export async function readFile(
  { db, progress }: ThreadMeans,
  { file, limit }: { file: string; limit: number },
): Promise<Preview | { archive: ArchivePreview }> {
  if (await isArchiveFile(file, limit)) return { archive: await previewArchive(db, file, limit, progress) };
  const { preview, survey } = await previewProject(file, limit, progress);
  await keepSurvey(file, survey);
  return preview;
}

/** Restores the study of an archive: all of it, or nothing. */
export async function restoreFile({ db, ...means }: ThreadMeans, order: RestoreOrder): Promise<void> {
  await restoreArchive(db, order, means.progress, means);
}

/** Makes a study of the file: all of it, or nothing. `preview` is what readFile() said of it. */
export async function importFile(
  { db, ...means }: ThreadMeans,
  { preview, ...order }: ImportOrder & { preview: Preview },
): Promise<void> {
  const survey = (await findSurvey(order.file)) ?? (await surveyProject(order.file, order.limit));
  await importProject(db, order, { preview, survey }, means.progress, means);
}

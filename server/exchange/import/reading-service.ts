import type { ThreadMeans } from '../../web/threads.ts';
import { importProject, type ImportOrder } from './import-service.ts';
import { type Preview, previewProject } from './preview-service.ts';

// What is done with a file in a thread of its own.

/** What is in the file, for the page on which somebody decides. */
export async function readFile(
  { progress }: Pick<ThreadMeans, 'progress'>,
  order: { file: string; limit: number },
): Promise<Preview> {
  return (await previewProject(order.file, order.limit, progress)).preview;
}

/** Makes a study of the file: all of it, or nothing. */
export async function importFile({ db, ...means }: ThreadMeans, order: ImportOrder): Promise<void> {
  const previewed = await previewProject(order.file, order.limit, means.progress);
  await importProject(db, order, previewed, means.progress, means);
}

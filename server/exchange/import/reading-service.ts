import type { ThreadMeans } from '../../web/threads.ts';
import { importProject, type ImportOrder } from './import-service.ts';
import { type Preview, previewProject, surveyProject } from './preview-service.ts';

// What is done with a file in a thread of its own.

/** What is in the file, for the page on which somebody decides. */
export async function readFile(
  { progress }: Pick<ThreadMeans, 'progress'>,
  order: { file: string; limit: number },
): Promise<Preview> {
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

import { sealTrail } from '../../audit/sealing-service.ts';
import { type Actor, inStudy } from '../../database/connection.ts';
import type { ThreadMeans } from '../../web/threads.ts';
import { archiveFaults } from '../archive/reading-service.ts';
import { NVIVO, STANDARD } from '../refi/profile.ts';
import { checkProject } from './check-service.ts';
import { exportCodebook } from './codebook-export-service.ts';
import type { Format } from './formats.ts';
import { type ExportedFile, exportProject, spoolsOf } from './project-export-service.ts';

export type MakingOrder = {
  actor: Actor;
  id: string;
  format: Format;
  file: string;
  uploadsFolder: string;
  installation: string;
};

const CHECKED_UP_TO = 16 * 1024 * 1024 * 1024;

/** Makes `file` and reads it again before it may leave. Done in a thread of its own. */
export async function makeProjectFile({ db, claim }: ThreadMeans, order: MakingOrder): Promise<ExportedFile> {
  const { actor, format, file } = order;
  for (const name of [file, ...spoolsOf(file)]) claim(name);
  if (format === 'qdc' || format === 'codebook-csv')
    return inStudy(db, actor, (trx) => exportCodebook(trx, { format, file }), { snapshot: true });
  // An archive holds the trail with its chain: whatever is committed by now is in it.
  if (format === 'archive') await sealTrail(db);
  const made = await inStudy(db, actor, (trx) => exportProject(trx, actor, { ...order, format }), { snapshot: true });
  const faults = await checkProject(file, format === 'qdpx-nvivo' ? NVIVO : STANDARD, CHECKED_UP_TO);
  if (format === 'archive') faults.push(...(await archiveFaults(file, CHECKED_UP_TO)));
  if (faults.length > 0)
    throw new Error(`a project for export did not pass its check: ${faults.slice(0, 10).join('; ')}`);
  return made;
}

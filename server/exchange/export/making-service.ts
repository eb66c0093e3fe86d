import { sealTrail } from '../../audit/sealing-service.ts';
import { type Actor, inStudy } from '../../database/connection.ts';
import type { ThreadMeans } from '../../web/threads.ts';
import { CHECKED_UP_TO, refuseFaulty } from './check-service.ts';
import { exportCodebook } from './codebook-export-service.ts';
import { type Format, isOfCodebook, profileFor } from './formats.ts';
import { openPassingCheck } from './passing-check-service.ts';
import { type ExportedFile, exportProject, spoolsOf } from './project-export-service.ts';

export type MakingOrder = {
  actor: Actor;
  format: Format;
  file: string;
  uploadsFolder: string;
  installation: string;
};

/** Makes `file` and reads it again before it may leave. Done in a thread of its own. */
export async function makeProjectFile({ db, claim }: ThreadMeans, order: MakingOrder): Promise<ExportedFile> {
  const { actor, format, file } = order;
  for (const name of [file, ...spoolsOf(file)]) claim(name);
  if (isOfCodebook(format))
    return inStudy(db, actor, (trx) => exportCodebook(trx, { format, file }), { snapshot: true });
  // An archive holds the trail with its chain: whatever is committed by now is in it.
  if (format === 'archive') await sealTrail(db);
  const check = openPassingCheck({ profile: profileFor(format), limit: CHECKED_UP_TO });
  try {
    const making = { ...order, format, passing: check.pass };
    const made = await inStudy(db, actor, (trx) => exportProject(trx, actor, making), { snapshot: true });
    await refuseFaulty(file, format, 'a project for export', check);
    return made;
  } finally {
    await check.close();
  }
}

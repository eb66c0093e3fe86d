import type { Actor, Transaction } from '../database/connection.ts';
import { refuseFaulty } from '../exchange/export/check-service.ts';
import { exportCodebook } from '../exchange/export/codebook-export-service.ts';
import { isOfCodebook } from '../exchange/export/formats.ts';
import { exportProject } from '../exchange/export/project-export-service.ts';
import type { Measure } from '../extracts/export-file.ts';
import type { Disclosure } from './disclosure-queries.ts';
import type { StudyFormat } from './formats.ts';
import { findFilesLeft } from './files-service.ts';
import { createSurvey } from './preview.ts';
import { outsideViewOf } from './project-view-service.ts';
import { makeReady } from './rows-service.ts';
import type { Opened } from './making-service.ts';

/** Makes `file` of the whole study, or of its codebook, as it looks outside the team: looking through it is making it. */
export async function openOutsideStudy(
  trx: Transaction,
  actor: Actor,
  { choices, format }: Disclosure & { format: StudyFormat },
  { uploadsFolder, file, isDeep }: { uploadsFolder: string; file: string; isDeep: boolean },
): Promise<Opened> {
  const ready = await makeReady(trx, choices);
  const survey = createSurvey(ready.rules, isDeep);
  const view = outsideViewOf(choices, ready, survey);
  const isCodebook = isOfCodebook(format);
  const made = isCodebook
    ? await exportCodebook(trx, { format, file }, view)
    : await exportProject(trx, actor, { format, uploadsFolder, file }, view);
  if (!isCodebook) await refuseFaulty(file, format, 'a project for people outside');
  const more = isCodebook ? { themes: made.counts.Code ?? 0 } : await findFilesLeft(trx, view);
  const preview = survey.result({ ...ready.known, ...more });
  const measure: Measure = {
    rowCount: isCodebook ? (made.counts.Code ?? 0) : preview.rows,
    byteLength: made.byteLength,
    sha256: made.sha256,
  };
  return { preview, fingerprint: made.sha256, write: () => Promise.resolve(measure) };
}

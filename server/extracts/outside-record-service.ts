import { recordEvent } from '../audit/event-service.ts';
import type { Actor, Transaction } from '../database/connection.ts';
import { codebookInWords } from './export-content-service.ts';
import type { Measure } from './export-file.ts';
import type { ExportFormat } from './export-formats.ts';
import { findExport, insertExport, type RecordedFilter, updateExportCompleted } from './export-queries.ts';

/** Records, under a number of its own, an export for people outside the team that somebody has confirmed. */
export async function recordOutsideExport(
  trx: Transaction,
  actor: Actor,
  row: { id: string; disclosureId: string; filter: RecordedFilter; byteOrderMark: boolean; format: ExportFormat },
): Promise<void> {
  const { id, disclosureId, filter, byteOrderMark, format } = row;
  const place = { id, disclosureId, filter, byteOrderMark, format };
  const codebook = await codebookInWords(trx);
  await insertExport(trx, { ...place, codebook, raw: null, studyId: actor.studyId, by: actor.membershipId });
  await recordEvent(trx, actor, { kind: 'export.requested', subjectId: id, after: { format, for: 'outside' } });
}

/** Leaves on record that the file of such an export was handed over whole. Returns the sha256 that is on record then. */
export async function recordOutsideDownload(
  trx: Transaction,
  actor: Actor,
  id: string,
  measure: Measure,
): Promise<string> {
  const found = await findExport(trx, id);
  const sha256 = await updateExportCompleted(trx, id, measure, { codebook: found?.codebook ?? '', raw: null });
  if (sha256 === measure.sha256)
    await recordEvent(trx, actor, { kind: 'export.downloaded', subjectId: id, after: measure });
  return sha256;
}

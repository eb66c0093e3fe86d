import { recordCommand } from '../../audit/event-service.ts';
import type { Transaction } from '../../database/connection.ts';
import { updateForgottenProjectImports } from './forgotten-queries.ts';

/** Ends projects that nobody made a study of. The names of their files: they go from the disk once this is committed. */
export async function endForgottenProjects(trx: Transaction, before: Date): Promise<string[]> {
  const over = await updateForgottenProjectImports(trx, before);
  for (const { id } of over) await recordCommand(trx, null, { kind: 'project-import.expired', subjectId: id });
  return over.map(({ storedName }) => storedName);
}

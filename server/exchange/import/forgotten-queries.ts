import type { Transaction } from '../../database/connection.ts';
import { WAITED_TOO_LONG } from './waiting.ts';

/** Ends, as the database's owner, what nobody made a study of; the names of the files, which have to go from the disk. */
export async function updateForgottenProjectImports(
  trx: Transaction,
  before: Date,
): Promise<{ id: string; storedName: string }[]> {
  return trx('project_imports')
    .where({ state: 'ready' })
    .where('created_at', '<', before)
    .update({ state: 'failed', failure: WAITED_TOO_LONG, updated_at: trx.fn.now() })
    .returning(['id', 'stored_name as storedName']);
}

import type { Db } from '../../database/connection.ts';
import { Refusal } from '../refi/refusal.ts';
import type { ImportOrder } from '../import/import-service.ts';

export async function restoreArchive(
  _db: Db,
  _order: ImportOrder,
  _progress: (sentence: string) => Promise<void>,
): Promise<void> {
  throw new Refusal('not yet');
}

import type { Transaction } from '../../database/connection.ts';
import type { Spool } from './spool-service.ts';
import type { ZipWriting } from './zip-writing.ts';

export async function addArchive(
  _trx: Transaction,
  _zip: ZipWriting,
  _order: { file: string; uploadsFolder: string; project: Spool; files: ReadonlyMap<string, string> },
): Promise<Spool[]> {
  return [];
}

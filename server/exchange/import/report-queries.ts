import type { Transaction } from '../../database/connection.ts';
import type { ImportReport } from './import-service.ts';

/** How the study came in from a file; undefined when it was made here. */
export async function findReport(
  trx: Transaction,
): Promise<(ImportReport & { fileName: string; sha256: string; importedAt: Date; importedBy: string }) | undefined> {
  const row = await trx('import_reports')
    .join('memberships', 'memberships.id', 'import_reports.imported_by')
    .orderBy('imported_at', 'desc')
    .first({
      report: 'report',
      fileName: 'file_name',
      sha256: 'sha256',
      importedAt: 'imported_at',
      importedBy: 'memberships.name',
    });
  return (
    row && {
      ...row.report,
      fileName: row.fileName,
      sha256: row.sha256,
      importedAt: row.importedAt,
      importedBy: row.importedBy,
    }
  );
}

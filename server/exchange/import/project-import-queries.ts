import type { Transaction } from '../../database/connection.ts';
import type { ArchivePreview } from '../archive/archive-preview-service.ts';
import type { Preview } from './preview-service.ts';

export type ProjectImport = {
  id: string;
  fileName: string;
  storedName: string;
  byteLength: number;
  sha256: string;
  state: 'reading' | 'ready' | 'importing' | 'done' | 'failed';
  progress: string;
  /** Of a project of another program, or of the archive of a study; both null until the file has been read. */
  preview: Preview | null;
  archive: ArchivePreview | null;
  failure: string | null;
  founded: string | null;
  createdAt: Date;
};

const COLUMNS = {
  id: 'id',
  fileName: 'file_name',
  storedName: 'stored_name',
  byteLength: 'byte_length',
  sha256: 'sha256',
  state: 'state',
  progress: 'progress',
  preview: 'preview',
  failure: 'failure',
  founded: 'founded',
  createdAt: 'created_at',
};

type Found = Omit<ProjectImport, 'preview' | 'archive'> & { preview: Preview | { archive: ArchivePreview } | null };

function asImport({ preview, ...row }: Found): ProjectImport {
  const isArchive = preview !== null && 'archive' in preview;
  return {
    ...row,
    byteLength: Number(row.byteLength),
    preview: isArchive ? null : preview,
    archive: isArchive ? preview.archive : null,
  };
}

/** False when there is one with this id. All of these are in a transaction set to the person. */
export async function insertProjectImport(
  trx: Transaction,
  row: { id: string; personId: string; fileName: string; storedName: string; byteLength: number; sha256: string },
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into project_imports (id, person_id, file_name, stored_name, byte_length, sha256)
     values (?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
    [row.id, row.personId, row.fileName, row.storedName, row.byteLength, row.sha256],
  );
  return rowCount > 0;
}

export async function findProjectImport(trx: Transaction, id: string): Promise<ProjectImport | undefined> {
  const row: Found | undefined = await trx('project_imports').where({ id }).first(COLUMNS);
  return row && asImport(row);
}

export async function listProjectImports(trx: Transaction, limit: number): Promise<ProjectImport[]> {
  const rows: Found[] = await trx('project_imports').orderBy('created_at', 'desc').limit(limit).select(COLUMNS);
  return rows.map(asImport);
}

/** The imports of a file with the same content that have become studies. */
export async function listSameFiles(
  trx: Transaction,
  sha256: string,
  id: string,
): Promise<{ founded: string; createdAt: Date }[]> {
  return trx('project_imports')
    .where({ sha256, state: 'done' })
    .whereNot({ id })
    .whereNotNull('founded')
    .orderBy('created_at', 'desc')
    .select({ founded: 'founded', createdAt: 'created_at' });
}

/** How many rows changed: none unless it was in one of the states `from`. */
export async function updateProjectImport(
  trx: Transaction,
  id: string,
  from: readonly ProjectImport['state'][],
  change: Partial<{
    state: ProjectImport['state'];
    progress: string;
    preview: Preview | { archive: ArchivePreview };
    failure: string | null;
    founded: string;
  }>,
): Promise<number> {
  const { preview, ...columns } = change;
  return trx('project_imports')
    .where({ id })
    .whereIn('state', from)
    .update({ ...columns, ...(preview && { preview: JSON.stringify(preview) }), updated_at: trx.fn.now() });
}

import type { Transaction } from '../../database/connection.ts';
import type { IncomingTheme } from './incoming-theme.ts';

export type CodebookImport = {
  id: string;
  fileName: string;
  state: 'ready' | 'done' | 'dropped';
  themes: IncomingTheme[];
  remarks: string[];
  stepId: string | null;
  startedAt: Date;
  startedBy: string;
};

/** False when the id is taken: the form was sent twice. */
export async function insertCodebookImport(
  trx: Transaction,
  row: {
    id: string;
    studyId: string;
    by: string;
    fileName: string;
    sha256: string;
    themes: IncomingTheme[];
    remarks: string[];
  },
): Promise<boolean> {
  const inserted = await trx('codebook_imports')
    .insert({
      id: row.id,
      study_id: row.studyId,
      started_by: row.by,
      file_name: row.fileName,
      sha256: row.sha256,
      themes: JSON.stringify(row.themes),
      remarks: JSON.stringify(row.remarks),
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

export async function findCodebookImport(trx: Transaction, id: string): Promise<CodebookImport | undefined> {
  return trx('codebook_imports')
    .join('memberships', 'memberships.id', 'codebook_imports.started_by')
    .where('codebook_imports.id', id)
    .first({
      id: 'codebook_imports.id',
      fileName: 'codebook_imports.file_name',
      state: 'codebook_imports.state',
      themes: 'codebook_imports.themes',
      remarks: 'codebook_imports.remarks',
      stepId: 'codebook_imports.step_id',
      startedAt: 'codebook_imports.started_at',
      startedBy: 'memberships.name',
    });
}

/** How many changed: none when it is over already. What was read goes with it. */
export async function updateCodebookImportOver(
  trx: Transaction,
  id: string,
  to: { state: 'done' | 'dropped'; stepId?: string | null },
): Promise<number> {
  return trx('codebook_imports')
    .where({ id, state: 'ready' })
    .update({ state: to.state, themes: '[]', step_id: to.stepId ?? null });
}

/** The GUIDs under which themes came from another program, with the themes that they became. */
export async function listThemeGuids(trx: Transaction): Promise<Map<string, string>> {
  const rows: { guid: string; id: string }[] = await trx('exchange_origins')
    .where({ kind: 'Code' })
    .whereNotNull('entity_id')
    .select({ guid: 'guid', id: 'entity_id' });
  return new Map(rows.map(({ guid, id }) => [guid.toLowerCase(), id]));
}

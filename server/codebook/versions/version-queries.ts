import type { Transaction } from '../../database/connection.ts';
import type { KeptTheme } from './codebook-comparison.ts';

/** A named version of the codebook, without its themes. */
export type CodebookVersion = {
  id: string;
  number: number;
  name: string;
  note: string;
  themeCount: number;
  by: string;
  byId: string;
  at: Date;
};

function versions(trx: Transaction) {
  return trx('codebook_versions').join('memberships', 'memberships.id', 'codebook_versions.made_by').select({
    id: 'codebook_versions.id',
    number: 'codebook_versions.number',
    name: 'codebook_versions.name',
    note: 'codebook_versions.note',
    themeCount: 'codebook_versions.theme_count',
    by: 'memberships.name',
    byId: 'codebook_versions.made_by',
    at: 'codebook_versions.made_at',
  });
}

/** The versions, the latest first. They are named by hand, so that a study has few. */
export async function listVersions(trx: Transaction): Promise<CodebookVersion[]> {
  return versions(trx).orderBy('codebook_versions.number', 'desc');
}

export async function findVersion(
  trx: Transaction,
  number: number,
): Promise<(CodebookVersion & { themes: KeptTheme[] }) | undefined> {
  return versions(trx).where('codebook_versions.number', number).first({ themes: 'codebook_versions.themes' });
}

export async function findVersionById(trx: Transaction, id: string): Promise<CodebookVersion | undefined> {
  return versions(trx).where('codebook_versions.id', id).first();
}

/** The number of the next version; only while the codebook is locked. */
export async function findNextVersionNumber(trx: Transaction): Promise<number> {
  const last = await trx('codebook_versions').max('number as number').first();
  return Number(last?.number ?? 0) + 1;
}

/** False when the id is taken. */
export async function insertVersion(
  trx: Transaction,
  version: {
    id: string;
    studyId: string;
    number: number;
    name: string;
    note: string;
    themes: readonly KeptTheme[];
    by: string;
  },
): Promise<boolean> {
  const inserted = await trx('codebook_versions')
    .insert({
      id: version.id,
      study_id: version.studyId,
      number: version.number,
      name: version.name,
      note: version.note,
      theme_count: version.themes.filter(({ removed }) => !removed).length,
      themes: JSON.stringify(version.themes),
      made_by: version.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

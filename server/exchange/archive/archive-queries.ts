import type { Transaction } from '../../database/connection.ts';
import type { ArchivedTrail, Origin } from './manifest.ts';

const MANY = 1000;
const LARGE = 4_000_000;

/**
 * Rows as lines of JSON, in batches that stay small however long a row is. Everything of it in one transaction of one of
 * the two kinds that the functions answer to.
 */
async function* inBatches(trx: Transaction, statement: string, values: unknown[]): AsyncGenerator<string[]> {
  await trx.raw(`declare archived no scroll cursor for ${statement}`, values as string[]);
  let most = MANY;
  for (;;) {
    const { rows } = await trx.raw<{ rows: { row: string }[] }>(`fetch ${most} from archived`);
    if (rows.length > 0) yield rows.map(({ row }) => row);
    if (rows.length < most) break;
    const letters = rows.reduce((sum, { row }) => sum + row.length, 0);
    most = Math.max(1, Math.min(MANY, Math.floor((LARGE / letters) * most)));
  }
  await trx.raw('close archived');
}

/** All rows of a table of the study, or the study itself. Nothing unless a present lead asks. */
export function listArchivedRows(trx: Transaction, table: string): AsyncGenerator<string[]> {
  return inBatches(trx, 'select row from read_study_rows(?) as row', [table]);
}

export function listArchivedPeople(trx: Transaction): AsyncGenerator<string[]> {
  return inBatches(trx, 'select row from read_study_people() as row', []);
}

type Trail = ArchivedTrail & { changedAt: string | null };
const TRAIL = `links::float8 as links, hash, broken_at::float8 as "brokenAt", to_json(changed_at at time zone 'UTC') #>> '{}' || 'Z' as "changedAt"`;

/** Undefined unless a present lead asks. */
export async function findArchivedTrail(trx: Transaction): Promise<Trail | undefined> {
  const { rows } = await trx.raw<{ rows: Trail[] }>(`select ${TRAIL} from read_study_trail()`);
  return rows[0];
}

/** Where the study was restored from, and how long its trail was then; undefined when it was founded here. */
export async function findRestored(
  trx: Transaction,
): Promise<{ origin: Origin; links: number; restoredAt: Date } | undefined> {
  const row = await trx('restored_studies').first<{
    origin: Origin;
    links: string;
    restored_at: Date;
  }>('origin', 'links', 'restored_at');
  if (!row) return undefined;
  // In the order in which it is written: the database keeps another.
  const { installation, before } = row.origin;
  const origin = { installation, before: before.map((one) => ({ installation: one.installation, links: one.links })) };
  return { origin, links: Number(row.links), restoredAt: row.restored_at };
}

export async function listAttachedFiles(trx: Transaction): Promise<string[]> {
  return trx('attachments').orderByRaw('stored_name collate "C"').pluck('stored_name');
}

export async function isStudyHere(trx: Transaction, id: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { here: boolean }[] }>('select is_study_here(?) as here', [id]);
  return rows[0]!.here;
}

/** Founds the study that an archive is of, as its row says. False when it is here already. */
export async function insertRestoredStudy(trx: Transaction, row: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { founded: boolean }[] }>('select found_restored_study(?::jsonb) as founded', [
    row,
  ]);
  return rows[0]!.founded;
}

/** Adds rows, as the archive has them, to a table of the study that this transaction has founded. */
export async function insertRestoredRows(
  trx: Transaction,
  table: string,
  lines: readonly string[],
  people: Record<string, string>,
): Promise<void> {
  if (lines.length === 0) return;
  const values = [table, `[${lines.join(',')}]`, JSON.stringify(people)];
  await trx.raw('select restore_study_rows(?, ?::jsonb, ?::jsonb)', values);
}

/** What has been restored, as an archive would have it, without columns that the archive does not know. */
export function listRestoredRows(trx: Transaction, table: string, without: string[]): AsyncGenerator<string[]> {
  return inBatches(trx, 'select row from read_restored_rows(?, ?::text[]) as row', [table, without]);
}

export async function findRestoredTrail(trx: Transaction): Promise<ArchivedTrail> {
  const { rows } = await trx.raw<{ rows: Trail[] }>(`select ${TRAIL} from read_restored_trail()`);
  return rows[0]!;
}

import type { Transaction } from '../database/connection.ts';
import { spreadsheetText } from '../database/copy-out.ts';
import type { Measure } from './export-file.ts';
import type { ExportFormat } from './export-formats.ts';
import { EVERYTHING, type ExtractFilter } from './extract-filter.ts';
import { type Asked, extractsWithProvenance, inReadingOrder } from './extract-queries.ts';
import type { RawWords } from './raw-words.ts';
import { instant, thatLeave } from './extract-source-queries.ts';

/** The filter as it was asked, with the words that it had then: names may change, and themes go. */
export type RecordedFilter = ExtractFilter & { read: { field: string; text: string }[] };

/** The measures are null until the file has been sent whole once. `byteLength` in bytes; `codebook` which it was, in words. */
export type Export = {
  id: string;
  number: number;
  requestedBy: string;
  requestedAt: Date;
  filter: RecordedFilter;
  format: ExportFormat;
  codebook: string;
  byteOrderMark: boolean;
  completedAt: Date | null;
  abandonedAt: Date | null;
  rowCount: number | null;
  byteLength: number | null;
  sha256: string | null;
  /** How much of it is of notes that were not de-identified. Null where nobody counted. */
  raw: RawWords | null;
  /** Set where it is for people outside the team: what leaves is made by server/disclosure then. */
  disclosureId: string | null;
  recipient: string | null;
  purpose: string | null;
};

const COLUMNS: [name: string, sql: string][] = [
  ['extract_id', 'codings.id'],
  ['quote', spreadsheetText('codings.quote')],
  ['context_before', spreadsheetText('codings.context_before')],
  ['context_after', spreadsheetText('codings.context_after')],
  ['theme_path', spreadsheetText('coalesce(theme_paths.path, themes.name)')],
  ['agency_code', spreadsheetText('agencies.code')],
  ['phase', spreadsheetText('phases.name')],
  ['visit_date', `to_char(visits.starts_at at time zone :timeZone, 'YYYY-MM-DD')`],
  ['note_title', spreadsheetText('note_revisions.title')],
  ['note_revision', 'note_revisions.number'],
  ['paragraph_label', 'codings.paragraph_label'],
  ['coder', spreadsheetText('coder.name')],
  ['coded_at', instant('codings.created_at')],
  ['start', 'codings.start_position'],
  ['end', 'codings.end_position'],
  ['needs_review', `case when codings.needs_review_at is null then 'no' else 'yes' end`],
];

/** The select that an export's CSV file is made of, its values escaped: COPY takes no parameters. */
export function exportSelect(trx: Transaction, wanted: Asked): string {
  const cells = COLUMNS.map(([name, sql]) => `${sql} as "${name}"`).join(', ');
  return thatLeave(inReadingOrder(extractsWithProvenance(trx, wanted)))
    .select(trx.raw(cells, { timeZone: wanted.timeZone }))
    .toQuery();
}

/** False when an export with this id exists already. Numbers are given out one at a time, from 1 in each study. */
export async function insertExport(
  trx: Transaction,
  row: {
    id: string;
    studyId: string;
    by: string;
    filter: RecordedFilter;
    format: ExportFormat;
    codebook: string;
    byteOrderMark: boolean;
    raw: RawWords | null;
    disclosureId?: string;
  },
): Promise<boolean> {
  await trx('studies').where({ id: row.studyId }).forNoKeyUpdate().select('id');
  const result = await trx.raw<{ rowCount: number }>(
    `insert into exports (id, study_id, number, requested_by, filter, format, codebook, byte_order_mark, disclosure_id,
       raw_extracts, raw_notes)
     select ?::uuid, ?::uuid, coalesce(max(number), 0) + 1, ?::uuid, ?::jsonb, ?, ?, ?::boolean, ?::uuid, ?::bigint, ?::bigint
       from exports
     on conflict (id) do nothing`,
    [
      row.id,
      row.studyId,
      row.by,
      JSON.stringify(row.filter),
      row.format,
      row.codebook,
      row.byteOrderMark,
      row.disclosureId ?? null,
      row.raw?.extracts ?? null,
      row.raw?.notes ?? null,
    ],
  );
  return result.rowCount > 0;
}

function exportsOf(trx: Transaction) {
  return trx('exports')
    .join('memberships', 'memberships.id', 'exports.requested_by')
    .leftJoin('disclosures', 'disclosures.id', 'exports.disclosure_id')
    .select({
      id: 'exports.id',
      number: 'exports.number',
      requestedBy: 'memberships.name',
      requestedAt: 'exports.requested_at',
      filter: 'exports.filter',
      byteOrderMark: 'exports.byte_order_mark',
      completedAt: 'exports.completed_at',
      abandonedAt: 'exports.abandoned_at',
      rowCount: 'exports.row_count',
      byteLength: 'exports.byte_length',
      sha256: 'exports.sha256',
      rawExtracts: 'exports.raw_extracts',
      rawNotes: 'exports.raw_notes',
      format: 'exports.format',
      codebook: 'exports.codebook',
      disclosureId: 'exports.disclosure_id',
      recipient: 'disclosures.recipient',
      purpose: 'disclosures.purpose',
    });
}

/** An export of the study, or undefined. */
export async function findExport(trx: Transaction, id: string): Promise<Export | undefined> {
  const row = await exportsOf(trx).where('exports.id', id).first();
  return row && asExport(row);
}

/** Up to `limit` exports, the latest first; those with a number below `before` when it is given. */
export async function listExports(
  trx: Transaction,
  { before, limit }: { before?: number; limit: number },
): Promise<Export[]> {
  const query = exportsOf(trx).orderBy('exports.number', 'desc').limit(limit);
  if (before !== undefined) void query.where('exports.number', '<', before);
  return (await query).map(asExport);
}

/** Writes down what the whole file came to, unless that is known already. Returns what is on record then. */
export async function updateExportCompleted(
  trx: Transaction,
  id: string,
  measure: Measure,
  { codebook, raw }: Pick<Export, 'codebook' | 'raw'>,
): Promise<string> {
  const columns = {
    codebook,
    raw_extracts: raw?.extracts ?? null,
    raw_notes: raw?.notes ?? null,
    completed_at: trx.fn.now(),
    abandoned_at: null,
    row_count: measure.rowCount,
    byte_length: measure.byteLength,
    sha256: measure.sha256,
  };
  await trx('exports').where({ id }).whereNull('completed_at').update(columns);
  const { sha256 } = await trx('exports').where({ id }).first('sha256');
  return sha256;
}

/** Notes that a download stopped part-way; one that was sent whole before stays as it is. */
export async function updateExportAbandoned(trx: Transaction, id: string): Promise<void> {
  await trx('exports').where({ id }).whereNull('completed_at').update({ abandoned_at: trx.fn.now() });
}

type Row = Omit<Export, 'rowCount' | 'byteLength' | 'raw'> &
  Record<'rowCount' | 'byteLength' | 'rawExtracts' | 'rawNotes', string | null>;

// bigint comes as text; no count here reaches 2^53.
function asExport({ rawExtracts, rawNotes, ...row }: Row): Export {
  const numeric = (value: string | null): number | null => (value === null ? null : Number(value));
  return {
    ...row,
    raw: rawNotes === null ? null : { extracts: Number(rawExtracts), notes: Number(rawNotes) },
    filter: Object.assign({ read: [] }, EVERYTHING, row.filter),
    rowCount: numeric(row.rowCount),
    byteLength: numeric(row.byteLength),
  };
}

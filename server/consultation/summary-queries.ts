import type { Transaction } from '../database/connection.ts';

export type Summary = {
  id: string;
  agencyId: string;
  agencyName: string;
  title: string;
  body: string;
  version: number;
  updatedAt: Date;
  updatedBy: string;
  removedAt: Date | null;
  publicationId: string | null;
  publishedAt: Date | null;
  publishedTitle: string | null;
  publishedBody: string | null;
};

export type Publication = { id: string; title: string; body: string; publishedAt: Date; agencyName: string };

const COLUMNS = {
  id: 'summaries.id',
  agencyId: 'summaries.agency_id',
  agencyName: 'agencies.name',
  title: 'summaries.title',
  body: 'summaries.body',
  version: 'summaries.version',
  updatedAt: 'summaries.updated_at',
  updatedBy: 'editor.name',
  removedAt: 'summaries.removed_at',
  publicationId: 'current.id',
  publishedAt: 'current.published_at',
  publishedTitle: 'current.title',
  publishedBody: 'current.body',
};

function summaries(trx: Transaction) {
  return trx('summaries')
    .join('agencies', 'agencies.id', 'summaries.agency_id')
    .join('memberships as editor', 'editor.id', 'summaries.updated_by')
    .leftJoin('summary_publications as current', (join) =>
      join.on('current.summary_id', 'summaries.id').onNull('current.withdrawn_at'),
    );
}

/** The summaries that are not removed, newest change first; of one agency when `agencyId` is given. */
export async function listSummaries(trx: Transaction, agencyId?: string): Promise<Summary[]> {
  const query = summaries(trx).whereNull('summaries.removed_at').orderBy('summaries.updated_at', 'desc');
  return agencyId === undefined ? query.select(COLUMNS) : query.where('summaries.agency_id', agencyId).select(COLUMNS);
}

/** One summary, removed ones included, or undefined. */
export async function findSummary(trx: Transaction, id: string): Promise<Summary | undefined> {
  return summaries(trx).where('summaries.id', id).first(COLUMNS);
}

/** An agency of the study by id, or undefined. */
export async function findSummaryAgency(
  trx: Transaction,
  id: string,
): Promise<{ id: string; name: string } | undefined> {
  return trx('agencies').where({ id }).first('id', 'name');
}

/** The agencies of the study by name. */
export async function listSummaryAgencies(trx: Transaction): Promise<{ id: string; name: string; code: string }[]> {
  return trx('agencies').orderBy('name').select('id', 'name', 'code');
}

/** Everybody who takes part, or did. `isWithheld`: they declined, or withdrew what they said. */
export async function listSummaryParticipants(
  trx: Transaction,
): Promise<{ id: string; agencyId: string; pseudonym: string; isWithheld: boolean }[]> {
  return trx('participants')
    .whereNull('erased_at')
    .orderBy('id')
    .select({
      id: 'id',
      agencyId: 'agency_id',
      pseudonym: 'pseudonym',
      isWithheld: trx.raw(
        `(consent = 'declined' or (consent = 'withdrawn'
           and coalesce(withdrawal_scope, 'erasure') in ('quotations', 'erasure')))`,
      ),
    });
}

/** What is published to the actor's agency under this id, or undefined. Meant for the agency's role. */
export async function findPublication(trx: Transaction, id: string): Promise<Publication | undefined> {
  return trx('summary_publications')
    .join('agencies', 'agencies.id', 'summary_publications.agency_id')
    .where('summary_publications.id', id)
    .whereNull('summary_publications.withdrawn_at')
    .first({
      id: 'summary_publications.id',
      title: 'summary_publications.title',
      body: 'summary_publications.body',
      publishedAt: 'summary_publications.published_at',
      agencyName: 'agencies.name',
    });
}

/** False when a summary with this id exists already. */
export async function insertSummary(
  trx: Transaction,
  row: { id: string; studyId: string; agencyId: string; title: string; body: string; by: string },
): Promise<boolean> {
  const inserted = await trx('summaries')
    .insert({
      id: row.id,
      study_id: row.studyId,
      agency_id: row.agencyId,
      title: row.title,
      body: row.body,
      created_by: row.by,
      updated_by: row.by,
    })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when the summary is no longer at `version`, or removed. */
export async function updateSummary(
  trx: Transaction,
  id: string,
  change: { version: number; title: string; body: string; by: string },
): Promise<boolean> {
  const updated = await trx('summaries')
    .where({ id, version: change.version })
    .whereNull('removed_at')
    .update({
      title: change.title,
      body: change.body,
      version: change.version + 1,
      updated_by: change.by,
      updated_at: trx.fn.now(),
    });
  return updated > 0;
}

/** Copies the summary as it stands at `version` into a publication; false when it is no longer at that version. */
export async function insertPublication(
  trx: Transaction,
  row: { id: string; summaryId: string; version: number; by: string },
): Promise<boolean> {
  const result = await trx.raw<{ rowCount: number }>(
    `insert into summary_publications (id, study_id, agency_id, summary_id, title, body, published_by)
     select ?::uuid, study_id, agency_id, id, title, body, ?::uuid from summaries
     where id = ? and version = ? and removed_at is null`,
    [row.id, row.by, row.summaryId, row.version],
  );
  return result.rowCount > 0;
}

/** How many publications ended: one, or none when nothing was published. */
export async function updatePublicationWithdrawn(trx: Transaction, summaryId: string, by: string): Promise<number> {
  return trx('summary_publications')
    .where({ summary_id: summaryId })
    .whereNull('withdrawn_at')
    .update({ withdrawn_by: by, withdrawn_at: trx.fn.now() });
}

/** Locks the summary until the transaction ends, so that publishing, withdrawing and removing take turns. */
export async function findSummaryForUpdate(
  trx: Transaction,
  id: string,
): Promise<{ version: number; removed: boolean } | undefined> {
  return trx('summaries')
    .where({ id })
    .forUpdate()
    .first({ version: 'version', removed: trx.raw('removed_at is not null') });
}

export async function updateSummaryRemoved(trx: Transaction, id: string, by: string | null): Promise<void> {
  await trx('summaries')
    .where({ id })
    .update({ removed_at: by === null ? null : trx.fn.now(), removed_by: by });
}

import type { Transaction } from '../database/connection.ts';

export type TouchedParagraph = {
  noteId: string;
  title: string;
  visitedAt: Date;
  number: number;
  start: number;
  body: string;
  revisionId: string;
  codings: number;
};
export type Touched = {
  paragraphs: TouchedParagraph[];
  visits: number;
  revisions: number;
  memos: number;
  exports: number[];
  /** Files of the whole study, by their own numbers. */
  projectExports: number[];
  /** Notes that mention them and that the reader may not read: only their author and the lead may. */
  outOfSight: number;
  summaries: { id: string; title: string }[];
  themes: { id: string; name: string }[];
  attachments: { id: string; fileName: string; noteId: string }[];
};

/**
 * What an erasure would touch as things are now. The transaction must look through the seals: what is withheld is to be
 * counted. Exports are those whose file left after a passage about them had been coded: they may hold it; files of the
 * whole study, those made after a note that mentions them was begun.
 */
export async function listTouched(
  trx: Transaction,
  person: { id: string; agencyId: string; pseudonym: string },
): Promise<Touched> {
  const { rows: paragraphs } = await trx.raw<{ rows: TouchedParagraph[] }>(
    `select p.note_id as "noteId", r.title, visits.starts_at as "visitedAt", p.number, p.start_position as start, p.body,
            p.revision_id as "revisionId",
            (select count(*)::int from codings c where c.note_id = p.note_id and c.revision_id = p.revision_id
               and c.start_position < p.end_position and c.end_position > p.start_position) as codings
       from note_paragraphs p
       join note_revisions r on r.id = p.revision_id
       join notes on notes.id = p.note_id
       join visits on visits.id = notes.visit_id
      where exists (select from note_mentions m where m.note_id = p.note_id and m.revision_id = p.revision_id
              and m.start_position = p.start_position and m.participant_id = :id and m.about)
        and not exists (select from note_mentions m where m.note_id = p.note_id and m.revision_id = p.revision_id
              and m.start_position = p.start_position and m.participant_id = :id and not m.about)
      order by visits.starts_at, p.note_id, p.number`,
    { id: person.id },
  );
  const noteIds = [...new Set(paragraphs.map(({ noteId }) => noteId))];
  const { rows } = await trx.raw<{
    rows: [
      {
        visits: number;
        revisions: number;
        memos: number;
        exports: number[] | null;
        projectExports: number[] | null;
        outOfSight: number;
      },
    ];
  }>(
    `select (select count(*)::int from visit_participants where participant_id = :id) as visits,
            (select count(*)::int from note_revisions r join notes on notes.id = r.note_id
               join visits on visits.id = notes.visit_id
              where visits.agency_id = :agency and speaks_of(r.body, :pseudonym)) as revisions,
            (select count(*)::int from memos where speaks_of(body, :pseudonym) or coding_id in (
                select c.id from codings c
                  join note_mentions m on m.note_id = c.note_id and m.revision_id = c.revision_id and m.participant_id = :id
                 where m.about and c.start_position < m.end_position and c.end_position > m.start_position)) as memos,
            (select array_agg(number order by number) from exports
              where completed_at is not null and completed_at > (
                select min(c.created_at) from codings c
                  join note_mentions m on m.note_id = c.note_id and m.revision_id = c.revision_id and m.participant_id = :id
                 where c.start_position < m.end_position and c.end_position > m.start_position)) as exports,
            (select array_agg(number order by number) from project_exports
              where completed_at is not null and format not in ('qdc', 'codebook-csv') and completed_at > (
                select min(notes.created_at) from notes
                 where notes.id in (select note_id from note_mentions where participant_id = :id and about))) as "projectExports",
            (select count(distinct m.note_id)::int from note_mentions m join notes on notes.id = m.note_id
              where m.participant_id = :id and m.about and notes.latest_revision > 0
                and not exists (select from note_paragraphs p where p.note_id = m.note_id)) as "outOfSight"`,
    { id: person.id, agency: person.agencyId, pseudonym: person.pseudonym },
  );
  return {
    paragraphs,
    visits: rows[0].visits,
    revisions: rows[0].revisions,
    memos: rows[0].memos,
    exports: rows[0].exports ?? [],
    projectExports: rows[0].projectExports ?? [],
    outOfSight: rows[0].outOfSight,
    summaries: await trx('summaries')
      .whereNull('removed_at')
      .whereRaw('speaks_of(concat_ws(chr(10), title, body), ?)', [person.pseudonym])
      .select('id', 'title'),
    themes: await trx('themes')
      .whereNull('removed_at')
      .whereRaw('speaks_of(name, ?)', [person.pseudonym])
      .select('id', 'name'),
    attachments: await trx('attachments')
      .whereIn('note_id', noteIds)
      .orderBy('file_name')
      .select({ id: 'id', fileName: 'file_name', noteId: 'note_id' }),
  };
}

export async function listChoices(
  trx: Transaction,
  withdrawalId: string,
): Promise<{ kept: { noteId: string; start: number }[]; attachments: string[] }> {
  const rows: { noteId: string | null; start: number | null; attachmentId: string | null }[] = await trx(
    'withdrawal_choices',
  )
    .where({ withdrawal_id: withdrawalId })
    .orderBy('number')
    .select({ noteId: 'note_id', start: 'start_position', attachmentId: 'attachment_id' });
  return {
    kept: rows.flatMap(({ noteId, start }) => (noteId !== null && start !== null ? [{ noteId, start }] : [])),
    attachments: rows.flatMap(({ attachmentId }) => attachmentId ?? []),
  };
}

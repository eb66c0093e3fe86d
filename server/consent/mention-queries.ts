import type { Transaction } from '../database/connection.ts';
import type { FoundMention, SearchedParagraph } from './name-mentions.ts';

/** All of the note's newest text, and of older ones that codings still quote. */
export async function listSearchedParagraphs(trx: Transaction, noteId: string): Promise<SearchedParagraph[]> {
  const { rows } = await trx.raw<{ rows: SearchedParagraph[] }>(
    `select revision_id as "revisionId", start_position as start, end_position as "end", body
       from texts_to_search(?::uuid) order by revision_id, start_position`,
    [noteId],
  );
  return rows;
}

/** The agency of the note's visit, or undefined. */
export async function findAgencyOfNote(trx: Transaction, noteId: string): Promise<{ agencyId: string } | undefined> {
  return trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .where('notes.id', noteId)
    .first({ agencyId: 'visits.agency_id' });
}

/** Makes `found` what the note says of people by their names, of `participantId` alone where given. */
export async function replaceNameMentions(
  trx: Transaction,
  place: { noteId: string; studyId: string; participantId?: string | undefined },
  found: readonly FoundMention[],
): Promise<void> {
  const old = trx('note_mentions').where({ note_id: place.noteId, source: 'name' });
  if (place.participantId !== undefined) void old.where({ participant_id: place.participantId });
  await old.delete();
  if (found.length > 0)
    await trx.raw(
      `insert into note_mentions (note_id, study_id, revision_id, start_position, end_position, participant_id, source)
       select ?::uuid, ?::uuid, m.revision_id, m.start_position, m.end_position, m.participant_id, 'name'
         from jsonb_to_recordset(?::jsonb) as m (revision_id uuid, start_position int, end_position int, participant_id uuid)
       on conflict do nothing`,
      [
        place.noteId,
        place.studyId,
        JSON.stringify(
          found.map(({ revisionId, start, end, participantId }) => ({
            revision_id: revisionId,
            start_position: start,
            end_position: end,
            participant_id: participantId,
          })),
        ),
      ],
    );
  await updateWithheld(trx, place.noteId);
}

/** Brings what is withheld of the note in step with its mentions. */
async function updateWithheld(trx: Transaction, noteId: string): Promise<void> {
  await trx.raw('select withhold_own_note(?::uuid)', [noteId]);
}

/** Every note that has a text, in the order of their ids: for looking for a name anew. */
export async function listNotesToSearch(
  trx: Transaction,
  after: string | null,
  limit: number,
): Promise<{ id: string; agencyId: string }[]> {
  const query = trx('notes')
    .join('visits', 'visits.id', 'notes.visit_id')
    .where('notes.latest_revision', '>', 0)
    .orderBy('notes.id')
    .limit(limit)
    .select({ id: 'notes.id', agencyId: 'visits.agency_id' });
  return after === null ? query : query.where('notes.id', '>', after);
}

/** Says by hand that the paragraph that begins there is about somebody, or is not; `about` null takes it back. */
export async function updateHandMark(
  trx: Transaction,
  mark: { noteId: string; studyId: string; start: number; participantId: string; about: boolean | null; by: string },
): Promise<boolean> {
  const where = {
    note_id: mark.noteId,
    start_position: mark.start,
    participant_id: mark.participantId,
    source: 'hand',
  };
  await trx('note_mentions').where(where).delete();
  if (mark.about !== null) {
    const result = await trx.raw<{ rowCount: number }>(
      `insert into note_mentions (note_id, study_id, revision_id, start_position, end_position, participant_id, source, about, marked_by)
       select note_id, study_id, revision_id, start_position, end_position, ?::uuid, 'hand', ?::boolean, ?::uuid
         from note_paragraphs where note_id = ?::uuid and start_position = ?::int`,
      [mark.participantId, mark.about, mark.by, mark.noteId, mark.start],
    );
    if (result.rowCount === 0) return false;
  }
  await updateWithheld(trx, mark.noteId);
  return true;
}

export type ShownMention = {
  participantId: string;
  pseudonym: string;
  source: 'pseudonym' | 'name' | 'hand';
  about: boolean;
};

/** Whom paragraph `number` of the note's newest text mentions, and where it is; undefined when there is none. */
export async function findParagraph(
  trx: Transaction,
  noteId: string,
  number: number,
): Promise<{ number: number; start: number; body: string; mentions: ShownMention[]; isWithheld: boolean } | undefined> {
  const paragraph = await trx('note_paragraphs')
    .join('notes', 'notes.id', 'note_paragraphs.note_id')
    .whereNull('notes.removed_at')
    .where({ note_id: noteId, number })
    .first({ number: 'number', start: 'start_position', body: 'body', revisionId: 'revision_id' });
  if (!paragraph) return undefined;
  const here = { note_id: noteId, revision_id: paragraph.revisionId, start_position: paragraph.start };
  const mentions = await trx('note_mentions')
    .join('participants', 'participants.id', 'note_mentions.participant_id')
    .where(here)
    .orderBy(['pseudonym', 'source'])
    .select({ participantId: 'participants.id', pseudonym: 'pseudonym', source: 'source', about: 'about' });
  const withheld = await trx('note_withheld').where(here).first('note_id');
  const { number: shown, start, body } = paragraph;
  return { number: shown, start, body, mentions, isWithheld: withheld !== undefined };
}

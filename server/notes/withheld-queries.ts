import type { Transaction } from '../database/connection.ts';

/** Where the paragraphs of the note's newest text begin that are withheld because of consent. */
export async function listWithheldStarts(trx: Transaction, noteId: string): Promise<Set<number>> {
  const starts: number[] = await trx('note_withheld')
    .where({ note_id: noteId })
    .whereIn('revision_id', trx('note_paragraphs').where({ note_id: noteId }).select('revision_id').limit(1))
    .distinct('start_position')
    .pluck('start_position');
  return new Set(starts);
}

/** How many coded passages of the study, or of one note, nobody sees because of consent. */
export async function countWithheld(trx: Transaction, noteId: string | null = null): Promise<number> {
  const { rows } = await trx.raw<{ rows: [{ count: string }] }>('select count_withheld(?::uuid) as count', [noteId]);
  return Number(rows[0].count);
}

/** The stretches of these revisions that are withheld, by the revision. */
export async function listWithheldByRevision(
  trx: Transaction,
  revisionIds: readonly string[],
): Promise<Map<string, { start: number; end: number }[]>> {
  const rows: { revisionId: string; start: number; end: number }[] = await trx('note_withheld')
    .whereIn('revision_id', revisionIds)
    .distinct({ revisionId: 'revision_id', start: 'start_position', end: 'end_position' })
    .orderBy(['revision_id', 'start_position']);
  const found = new Map<string, { start: number; end: number }[]>();
  for (const { revisionId, start, end } of rows)
    found.set(revisionId, [...(found.get(revisionId) ?? []), { start, end }]);
  return found;
}

/** The stretches of a revision that are withheld. */
export async function listWithheldStretches(
  trx: Transaction,
  revisionId: string,
): Promise<{ start: number; end: number }[]> {
  return trx('note_withheld')
    .where({ revision_id: revisionId })
    .distinct({ start: 'start_position', end: 'end_position' });
}

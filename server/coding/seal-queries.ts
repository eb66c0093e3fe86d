import type { Transaction } from '../database/connection.ts';

/** Whether the note has or had codings, removed ones included: whoever could see them has seen them. */
export async function findAnyCoding(trx: Transaction, noteId: string): Promise<{ id: string } | undefined> {
  return trx('codings').where({ note_id: noteId }).first('id');
}

/** Seals every coding of the note to its coder, or opens all of them; how many there are. In the order of their ids. */
export async function updateCodingsSealed(trx: Transaction, noteId: string, sealed: boolean): Promise<number> {
  const result = await trx.raw<{ rowCount: number }>(
    `with locked as materialized (select id from codings where note_id = ? order by id for no key update)
     update codings set sealed_to = case when ?::boolean then coder_id end
       from locked where codings.id = locked.id`,
    [noteId, sealed],
  );
  return result.rowCount;
}

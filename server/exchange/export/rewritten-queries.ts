import type { Transaction } from '../../database/connection.ts';

/**
 * Sources of another program that do not go out as they came, because a note of theirs has been de-identified or has a
 * passage withheld: what was kept of them quotes the text as it was. By their GUIDs; and their notes.
 */
export async function listRewrittenSources(trx: Transaction): Promise<{ guids: Set<string>; notes: string[] }> {
  const { rows } = await trx.raw<{ rows: { guid: string; noteId: string }[] }>(
    `select split_part(guid, ' ', 1) as guid, entity_id as "noteId" from exchange_origins
      where kind in ('Source', 'CodedNote', 'SourceNote')
        and split_part(guid, ' ', 1) in (
          select split_part(origin.guid, ' ', 1) from exchange_origins as origin join notes on notes.id = origin.entity_id
           where origin.kind in ('Source', 'CodedNote', 'SourceNote')
             and (notes.deidentification <> 'raw' or exists (select from note_withheld where note_id = notes.id)))`,
  );
  return { guids: new Set(rows.map(({ guid }) => guid)), notes: rows.map(({ noteId }) => noteId) };
}

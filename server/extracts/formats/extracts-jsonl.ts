import type { ExtractSource } from '../extract-source.ts';

/** JSON Lines: an object an extract, with its full provenance; its names are those of the CSV's columns where both have it. */
export async function* extractsJsonl({ rows }: Pick<ExtractSource, 'rows'>): AsyncGenerator<string> {
  for await (const row of rows)
    yield `${JSON.stringify({
      extract_id: row.id,
      quote: row.quote,
      context_before: row.contextBefore,
      context_after: row.contextAfter,
      theme_id: row.themeId,
      theme_path: row.themePath,
      agency_id: row.agencyId,
      agency_code: row.agencyCode,
      agency_name: row.agencyName,
      phase: row.phase,
      visit_id: row.visitId,
      visit_date: row.visitDate,
      note_id: row.noteId,
      note_title: row.noteTitle,
      note_revision: row.revision,
      paragraph_label: row.label,
      coder_id: row.coderId,
      coder: row.coder,
      coded_at: row.codedAt,
      start: row.start,
      end: row.end,
      needs_review: row.needsReview,
      memos: row.memos.map(({ author, writtenAt, body }) => ({ author, written_at: writtenAt, body })),
    })}\n`;
}

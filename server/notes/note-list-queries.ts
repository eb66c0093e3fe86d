import type { Transaction } from '../database/connection.ts';
import type { DeidentificationState } from './deidentification/state.ts';
import type { NoteListFilter } from './note-form.ts';

/** A line of the list of notes. `hasDraft`: the reader has words in it that are not saved yet. */
export type ListedNote = {
  id: string;
  title: string | null;
  draftTitle: string | null;
  author: string;
  createdAt: Date;
  completedAt: Date | null;
  latestRevision: number;
  deidentification: DeidentificationState;
  hasDraft: boolean;
  agencyName: string;
  phase: string;
  setting: string;
  visitedAt: Date;
};

export type Choice = { id: string; name: string };

/** `newer` and `older` say whether there are notes before and after these. */
export type NotePage = { notes: ListedNote[]; newer: boolean; older: boolean };

/** One page of notes, newest first, of at most `size`. `reader` is the membership whose drafts count. */
export async function listNotes(
  trx: Transaction,
  filter: NoteListFilter,
  { reader, size }: { reader: string; size: number },
): Promise<NotePage> {
  const backwards = filter.before !== undefined && filter.after === undefined;
  const cursor = filter.after ?? filter.before;
  const query = filtered(trx, filter, reader)
    .orderBy('notes.created_at', backwards ? 'asc' : 'desc')
    .orderBy('notes.id', backwards ? 'desc' : 'asc')
    .limit(size + 1);
  if (cursor !== undefined) {
    // In the list's order: newest first, and by id where two began at the same moment.
    const place = trx('notes').where({ id: cursor }).select('created_at');
    void query
      .where('notes.created_at', backwards ? '>=' : '<=', place)
      .where((either) =>
        either.where('notes.created_at', '<>', place.clone()).orWhere('notes.id', backwards ? '<' : '>', cursor),
      );
  }
  const rows: ListedNote[] = await query;
  const more = rows.length > size;
  const notes = rows.slice(0, size);
  if (backwards) return { notes: notes.toReversed(), newer: more, older: true };
  return { notes, newer: cursor !== undefined, older: more };
}

function filtered(trx: Transaction, filter: NoteListFilter, reader: string) {
  const query = trx('notes')
    .join('memberships as author', 'author.id', 'notes.author_id')
    .join('visits', 'visits.id', 'notes.visit_id')
    .join('agencies', 'agencies.id', 'visits.agency_id')
    .join('phases', 'phases.id', 'visits.phase_id')
    .leftJoin('note_revisions as latest', (join) =>
      join.on('latest.note_id', 'notes.id').on('latest.number', 'notes.latest_revision'),
    )
    .leftJoin('note_drafts as draft', (join) =>
      join.on('draft.note_id', 'notes.id').onVal('draft.membership_id', reader).onNull('draft.discarded_at'),
    )
    .select({
      id: 'notes.id',
      title: 'latest.title',
      draftTitle: 'draft.title',
      author: 'author.name',
      createdAt: 'notes.created_at',
      completedAt: 'notes.completed_at',
      latestRevision: 'notes.latest_revision',
      deidentification: 'notes.deidentification',
      hasDraft: trx.raw('draft.note_id is not null'),
      agencyName: 'agencies.name',
      phase: 'phases.name',
      setting: 'visits.setting',
      visitedAt: 'visits.starts_at',
    });
  if (filter.agency !== undefined) void query.where('visits.agency_id', filter.agency);
  if (filter.phase !== undefined) void query.where('visits.phase_id', filter.phase);
  if (filter.author !== undefined) void query.where('notes.author_id', filter.author);
  if (filter.step !== undefined)
    void query.where('notes.deidentification', filter.step).where('notes.latest_revision', '>', 0);
  if (filter.state === 'finished') void query.whereNotNull('notes.completed_at');
  if (filter.state === 'unfinished') void query.whereNull('notes.completed_at');
  if (filter.state === 'mine') void query.whereNotNull('draft.note_id');
  return filter.state === 'removed' ? query.whereNotNull('notes.removed_at') : query.whereNull('notes.removed_at');
}

/** What the list can be narrowed to: agencies and authors by name, phases in their order. */
export async function listNoteChoices(
  trx: Transaction,
): Promise<{ agencies: Choice[]; phases: Choice[]; authors: Choice[] }> {
  return {
    agencies: await trx('agencies').orderBy('name').select('id', 'name'),
    phases: await trx('phases').orderBy(['position', 'name']).select('id', 'name'),
    authors: await trx('memberships').whereNot('role', 'agency').orderBy('name').select('id', 'name'),
  };
}

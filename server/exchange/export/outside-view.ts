import type { Transaction } from '../../database/connection.ts';
import type { NoteWithCodings } from './outgoing.ts';
import type { NotePlace } from './note-place-queries.ts';
import type { ExportedAgency, ExportedMember, ExportedMemo, ExportedTheme } from './project-queries.ts';

/**
 * How a study's rows look to people outside its team. What came with another program's file and is only kept is in no
 * such file, nor is any attachment: nobody can say what a picture shows.
 */
export type OutsideView = {
  /** What a row is called there, a theme's apart. */
  id: (id: string) => string;
  study: (name: string) => string;
  member: (member: ExportedMember) => ExportedMember;
  theme: (theme: ExportedTheme) => ExportedTheme;
  agency: (agency: ExportedAgency) => ExportedAgency;
  /** Undefined where nothing of it leaves. */
  memo: (memo: ExportedMemo) => ExportedMemo | undefined;
  leaves: (note: NotePlace) => boolean;
  /** Notes with their codings as they leave, positions in step with the text. */
  notes: (trx: Transaction, batch: NoteWithCodings[]) => Promise<NoteWithCodings[]>;
};

import type { Element } from '../refi/element.ts';
import type { Profile } from '../refi/profile.ts';
import type { Remarks } from '../refi/refusal.ts';

/** A row of one of our tables, by its columns. */
export type Row = Record<string, unknown>;

/** What a memo of the file is about: one of the three, or none for the study. */
export type Subject = { note_id?: string; theme_id?: string; coding_id?: string };

/**
 * What all parts of an import share: the study that is being filled, what its parts are called by the file's GUIDs, and
 * where rows go. `by` is the membership of whoever imports; `at` the moment, for what the file gives no date of.
 */
export type Into = {
  studyId: string;
  by: string;
  at: string;
  remarks: Remarks;
  profile: Profile;
  /** An id for the element, the same whenever it is asked; `order` is its place among those of the same moment. */
  idOf: (kind: string, guid: string, at?: string, order?: number) => string;
  /** How many notes there are so far. */
  notes: number;
  /** The membership of a user of the file; of nobody, a member who stands for coders not named. */
  memberOf: (guid: string | undefined) => string;
  themes: Map<string, string>;
  /** The theme that a CodeRef means: of a code, or of a case, which some programs code with. */
  themeOf: (target: string) => string | undefined;
  /** By the GUID of a source, the agency of its case. */
  agencyOfSource: Map<string, string>;
  defaultAgency: () => string;
  phaseCalled: (name: string | undefined) => string;
  /** By the GUID of a note of the file. */
  subjects: Map<string, Subject>;
  /** By the GUID of a source, the note that it became. */
  noteOfElement: Map<string, string>;
  /** GUIDs that links join to notes of the file; and what the passages among them became. */
  linked: ReadonlySet<string>;
  subjectOfPassage: Map<string, Subject>;
  /** By the GUID of a source, what it is called in the file. */
  sourceNames: Map<string, string>;
  put: (table: string, row: Row) => void;
  /** Keeps the element for the next export. */
  keep: (
    kind: string,
    content: { element?: Element; held?: Record<string, unknown> },
    ids?: { guid?: string; entityId?: string; noteId?: string },
  ) => void;
  /** A GUID that no other element of the file has: the one given, or another where it was met before. */
  uniqueGuid: (guid: string) => string;
};

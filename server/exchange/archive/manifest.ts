/**
 * What x-fieldnotes/extension.json of an archive says. `format` grows when older programs could not read it any more;
 * columns and tables that come with later versions need no new one.
 */
export const KIND = 'connecting-people-field-notes archive';
export const FORMAT = 1;
export const FOLDER = 'x-fieldnotes/';
export const MANIFEST = `${FOLDER}extension.json`;
export const PEOPLE = `${FOLDER}people.jsonl`;
export const STUDY = 'studies';
/** The longest list of parts that is read: some millions of characters. */
export const LONGEST_MANIFEST = 64 * 1024 * 1024;

export const tableEntry = (name: string): string => `${FOLDER}tables/${name}.jsonl`;
export const fileEntry = (storedName: string): string => `${FOLDER}files/${storedName}`;

/** Tables of a study that no archive holds, each with its reason. Everything else in the catalogue is in every archive. */
export const LEFT_OUT: Record<string, string> = {
  files_to_remove: 'Files that this installation has still to delete are its own affair.',
  restored_studies: 'Where this installation got the study from stands as the origin of the archive.',
};

/** What else is not in an archive, in words. */
export const NEVER_IN = [
  'Passwords, second steps, sessions and links that let somebody in: accounts belong to an installation.',
  'The keys of identities: who participants really are is in the archive only encrypted, and is restored only where the same key is.',
  'Links of invitations: an invitation that was open has to be sent again.',
  'Files of extracts and of exports: they can be made again from what is in the archive.',
];

/** Encrypted with an installation's key: rows whose key is not known where they are restored stay out. */
export const ENCRYPTED = ['identities', 'deidentification_log'];

export type Part = { entry: string; byteLength: number; sha256: string };
export type ArchivedTable = { name: string; entry: string; rows: number; columns: string[] };
export type ArchivedFile = { storedName: string; entry: string };

/** Where the newest entry of the trail was recorded, and where the study had been before. */
export type Origin = { installation: string; before: { installation: string; links: number }[] };

/** How far the chain of the trail goes, and where it breaks, if it does so in the study itself. */
export type ArchivedTrail = { links: number; hash: string | null; brokenAt: number | null };

export type Manifest = {
  kind: typeof KIND;
  about: string[];
  format: number;
  program: { name: string; version: string; schema: string };
  origin: Origin;
  study: { id: string; name: string };
  /** When the study last changed, but for archives made of it; null where nothing has been recorded. */
  changedAt: string | null;
  trail: ArchivedTrail;
  counts: Record<string, number>;
  tables: ArchivedTable[];
  files: ArchivedFile[];
  leftOut: string[];
  parts: Part[];
};

export const ABOUT = [
  'This file is the whole of a study: project.qde is a REFI-QDA project that other programs open; this folder holds the rest.',
  'tables/*.jsonl has a line of JSON for each row, by the columns of the database; ids are those of project.qde in lower case, but for what came from other programs, whose GUIDs stand in exchange_origins.',
  'files/ has the files kept with notes that are not in sources/ already. people.jsonl names whoever a row refers to.',
  'parts gives length and SHA-256 of everything in the file but this list.',
];

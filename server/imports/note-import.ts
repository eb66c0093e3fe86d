/** How far an import is. `ready`: all is read, and somebody has to say that it is right. */
export type ImportState = 'reading' | 'ready' | 'importing' | 'done' | 'failed' | 'dropped';

/** One upload of documents. `remarks` are about the upload as a whole. */
export type NoteImport = {
  id: string;
  state: ImportState;
  progress: string;
  failure: string | null;
  remarks: string[];
  startedAt: Date;
  confirmedAt: Date | null;
};

/** A document of an import without its words: `start` has its first ones. */
export type ListedDocument = {
  id: string;
  position: number;
  fileName: string;
  folder: string;
  byteLength: number;
  kind: string;
  title: string;
  start: string;
  paragraphs: number;
  words: number;
  remarks: string[];
  refusal: string | null;
  visitId: string | null;
  visitHint: string | null;
  leftOut: boolean;
  sameAs: string | null;
  noteId: string | null;
  noteTitle: string | null;
  noteRemoved: boolean;
  pictures: number;
};

/** A file that the note of a document will have. */
export type ImportFile = {
  id: string;
  documentId: string;
  fileName: string;
  mediaType: string;
  byteLength: number;
  sha256: string;
  storedName: string;
};

/** What can become a note: it was read, and nobody left it out. */
export function isWanted({ refusal, leftOut }: Pick<ListedDocument, 'refusal' | 'leftOut'>): boolean {
  return refusal === null && !leftOut;
}

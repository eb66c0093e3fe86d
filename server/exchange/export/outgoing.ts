import { sliceCodePoints } from '../../shared/text.ts';
import { type ExportedAttachment } from './file-queries.ts';
import type { Element } from '../refi/element.ts';
import { element, writtenGuid } from '../refi/element.ts';
import type { Profile } from '../refi/profile.ts';
import type { Referred } from '../refi/references.ts';
import type { Remarks } from '../refi/refusal.ts';
import type { ExportedCoding, ExportedNote } from './project-queries.ts';

/** A text that goes into the file beside the project. */
export type OutgoingText = { entry: string; text: string };

/** What every part of an export needs: how things are called in the file, and how positions are counted. */
export type Outgoing = {
  profile: Profile;
  remarks: Remarks;
  /** The GUID, upper case, of a row. */
  guidOf: (id: string) => string;
  /** The same of a member, undefined of one who only stands for coders that a file did not name. */
  userOf: (id: string) => string | undefined;
  /** A CodeRef to the theme. */
  codeRef: (themeId: string) => Element;
  /** NoteRefs of memos that were written here, by their subject. */
  memoRefs: (subjectId: string) => Element[];
  /**
   * The GUID, as it is written in this file, of what `guid` was in the file that the study came from, where an element named
   * `by` refers to it ('User' for an attribute that names one); undefined of what is no longer there, or never was.
   */
  refersTo: (guid: string | undefined, by: string) => string | undefined;
  alsoThere: (as: Referred, guid: string) => void;
  /** What is written of a comment that came with an element and is a memo here; undefined of one that is gone. */
  comment: (memoId: string) => { body: string; isAsItCame: boolean } | undefined;
  /** Whether the file of the attachment is in already, with the source that it came with. */
  isFileWritten: (attachmentId: string) => boolean;
  /** Whether the attachment goes out as a source of its own. */
  isOwnMedia: (attachment: ExportedAttachment) => boolean;
  attachment: (id: string) => ExportedAttachment | undefined;
  addText: (text: OutgoingText) => void;
  addFile: (attachment: ExportedAttachment, entry: string) => void;
};

export type NoteWithCodings = { note: ExportedNote; codings: ExportedCoding[] };

const LONGEST_NAME = 100;

/** "A quiet corner": the first hundred characters of a quote on one line. */
export function nameOfQuote(quote: string): string {
  return sliceCodePoints(quote, 0, LONGEST_NAME).replace(/[\n\r\t]/g, ' ');
}

/** The text of a note as the file has it: for NVivo with CRLF and a byte order mark. */
export function writtenText(body: string, profile: Profile): string {
  return isWindows(profile) ? `\ufeff${body.replaceAll('\n', '\r\n')}` : body;
}

export function isWindows(profile: Profile): boolean {
  return profile.unit === 'utf-16';
}

/** Converts code points of our text into positions of the file. */
export function writtenPositions(body: string, profile: Profile): (position: number) => number {
  if (!isWindows(profile)) return (position) => position;
  const places: number[] = [];
  let unit = 0;
  for (const character of body) {
    places.push(unit);
    unit += character === '\n' ? 2 : character.length;
  }
  places.push(unit);
  return (position) => places[position] ?? unit;
}

/** A passage and its one coding, as they are written of a coding made here. */
export function selectionOf(
  out: Outgoing,
  coding: ExportedCoding,
  selectionGuid: string,
  at: (position: number) => number,
): Element {
  return element(
    'PlainTextSelection',
    {
      guid: writtenGuid(selectionGuid),
      name: nameOfQuote(coding.quote),
      startPosition: String(at(coding.start)),
      endPosition: String(at(coding.end)),
      creatingUser: out.userOf(coding.coderId),
      creationDateTime: coding.createdAt,
    },
    [codingElement(out, coding)],
  );
}

export function codingElement(out: Outgoing, coding: ExportedCoding): Element {
  return element(
    'Coding',
    { guid: out.guidOf(coding.id), creatingUser: out.userOf(coding.coderId), creationDateTime: coding.createdAt },
    [out.codeRef(coding.themeId), ...out.memoRefs(coding.id)],
  );
}

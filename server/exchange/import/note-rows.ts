import { cutPassage, type Passage, type Source, sourceOf } from '../../coding/passage.ts';
import { childOf, childrenOf, type Element, element, normaliseGuid, targetsOf } from '../refi/element.ts';
import { type OwnVariable, readOwnValues } from '../refi/own-variables.ts';
import type { Into, Subject } from './into.ts';
import { fittedDate, fittedName, fittedText } from './names.ts';

/** A note that an element of the file became. */
export type MadeNote = { id: string; revisionId: string; cut: Source; taken: Set<string>; at: string };

const MINUTE = 60_000;
const LONGEST_TITLE = 300;
const LONGEST_SETTING = 300;
/** In code points. */
export const LONGEST_PURPOSE = 2000;

/** A visit and a note with one revision. `key` tells the notes of one source apart. */
export function putNote(into: Into, source: Element, given: { key: string; title: string; body: string }): MadeNote {
  const guid = normaliseGuid(source.attributes.guid ?? '');
  const own = readOwnValues(source);
  const created = dateOf(into, source.attributes.creationDateTime, source) ?? into.at;
  const saved = dateOf(into, source.attributes.modifiedDateTime, source) ?? created;
  const author = into.memberOf(source.attributes.creatingUser);
  // Texts that were brought in within one second are listed in the order of the file.
  // A memo that became a note may have the GUID of a source.
  const key = `${source.name === 'Note' ? 'Note ' : ''}${guid} ${given.key}`;
  const id = into.idOf('note', key, created, into.notes);
  into.notes += 1;
  const revisionId = into.idOf('revision', key, created);
  const study_id = into.studyId;
  into.put('notes', {
    id,
    study_id,
    visit_id: putVisit(into, source, { guid, author, at: created, own }),
    author_id: author,
    created_at: created,
    latest_revision: 1,
    completed_at: own.completed ?? null,
    completed_by: own.completed === undefined ? null : author,
  });
  const editor = source.attributes.modifyingUser ?? source.attributes.creatingUser;
  into.put('note_revisions', {
    id: revisionId,
    study_id,
    note_id: id,
    number: 1,
    title: fittedName(given.title, LONGEST_TITLE, 'Untitled note'),
    body: given.body,
    saved_by: into.memberOf(editor),
    saved_at: saved,
  });
  return { id, revisionId, cut: sourceOf(given.body), taken: new Set(), at: created };
}

const visits = new WeakMap<Into, Set<string>>();

function putVisit(
  into: Into,
  source: Element,
  { guid, author, at, own }: { guid: string; author: string; at: string; own: Partial<Record<OwnVariable, string>> },
): string {
  const key = own.visit ?? guid;
  const starts = fittedDate(own.visitStart)?.at ?? at;
  const id = into.idOf('visit', key, starts);
  const made = visits.get(into) ?? new Set<string>();
  visits.set(into, made);
  if (made.has(id)) return id;
  made.add(id);
  if (own.visit !== undefined) into.keep('Visit', {}, { guid: own.visit, entityId: id });
  const ends = fittedDate(own.visitEnd)?.at;
  const purpose = own.visitPurpose ?? childOf(source, 'Description')?.text ?? '';
  into.put('visits', {
    id,
    study_id: into.studyId,
    agency_id: into.agencyOfSource.get(guid) ?? into.defaultAgency(),
    phase_id: into.phaseCalled(own.phase),
    setting: fittedName(own.visitSetting, LONGEST_SETTING, 'Imported'),
    purpose: fittedText(purpose, LONGEST_PURPOSE),
    starts_at: starts,
    ends_at:
      ends !== undefined && Date.parse(ends) > Date.parse(starts)
        ? ends
        : new Date(Date.parse(starts) + MINUTE).toISOString(),
    created_by: author,
    created_at: at,
  });
  return id;
}

/** The date as PostgreSQL reads it; one that is no date is remarked upon, and one without its zone taken as UTC. */
export function dateOf(into: Into, given: string | undefined, of: Element): string | undefined {
  if (given === undefined) return undefined;
  const date = fittedDate(given);
  const where = of.attributes.name ?? of.attributes.guid;
  if (!date)
    into.remarks.add(
      'kept',
      'Some dates are no dates, or lie outside the years 2 to 9998; another date of the same thing was taken.',
      where,
    );
  else if (!date.zoned) into.remarks.add('unusual', 'Dates without a time zone were taken as UTC.', where);
  return date?.at;
}

/**
 * Makes codings of the `Coding` elements of a passage. Those that became rows are replaced by a reference to the row, with
 * the element in it; the others stay as they are, for the next export. `subject` is what a memo on the passage is about.
 */
export function putCodings(
  into: Into,
  note: MadeNote,
  passage: Passage | undefined,
  of: Element,
): { children: Element[]; subject: Subject } {
  const held: string[] = [];
  const children = of.children
    .flatMap((child) => oneEach(into, child))
    .map((child) => {
      if (child.name !== 'Coding') return child;
      const guid = into.uniqueGuid(normaliseGuid(child.attributes.guid ?? ''));
      const coding: Element = { ...child, attributes: { ...child.attributes, guid } };
      const target = normaliseGuid(childOf(child, 'CodeRef')?.attributes.targetGUID ?? '');
      const themeId = into.themeOf(target);
      if (!themeId) {
        into.remarks.add('lost', 'Codings with a code that is not in the file cannot be held.', guid);
        return coding;
      }
      if (!passage) return coding;
      const coder = into.memberOf(child.attributes.creatingUser ?? of.attributes.creatingUser);
      const once = `${themeId} ${coder} ${passage.start} ${passage.end}`;
      if (note.taken.has(once)) {
        into.remarks.add(
          'kept',
          'Codings that one coder gave twice to the same words are held once; the second is kept for the next export.',
          guid,
        );
        return coding;
      }
      note.taken.add(once);
      const at = dateOf(into, child.attributes.creationDateTime ?? of.attributes.creationDateTime, of) ?? note.at;
      const id = into.idOf('coding', guid, at);
      const cut = cutPassage(note.cut, passage);
      into.put('codings', {
        id,
        study_id: into.studyId,
        note_id: note.id,
        revision_id: note.revisionId,
        theme_id: themeId,
        coder_id: coder,
        start_position: cut.start,
        end_position: cut.end,
        quote: cut.quote,
        context_before: cut.contextBefore,
        context_after: cut.contextAfter,
        paragraph_label: cut.label,
        created_at: at,
      });
      held.push(id);
      for (const noteRef of targetsOf(child, 'NoteRef'))
        if (!into.subjects.has(noteRef)) into.subjects.set(noteRef, { coding_id: id });
      return element('@Coding', { id, theme: themeId, coder, start: String(cut.start), end: String(cut.end) }, [
        coding,
      ]);
    });
  const subject: Subject = held.length === 1 ? { coding_id: held[0]! } : { note_id: note.id };
  const guid = normaliseGuid(of.attributes.guid ?? '');
  if (into.linked.has(guid)) into.subjectOfPassage.set(guid, subject);
  for (const target of targetsOf(of, 'NoteRef')) if (!into.subjects.has(target)) into.subjects.set(target, subject);
  return { children, subject };
}

// A coding has one code in the format; what somebody meant by several is one coding for each.
function oneEach(into: Into, child: Element): Element[] {
  const codes = child.name === 'Coding' ? childrenOf(child, 'CodeRef') : [];
  if (codes.length < 2) return [child];
  into.remarks.add('changed', 'Codings with several codes became one coding for each.', child.attributes.guid);
  return codes.map((code) => ({
    ...child,
    children: child.children.filter((one) => one.name !== 'CodeRef' || one === code),
  }));
}

/** The element with its codings of the whole text as references to rows. */
export function codeWhole(into: Into, note: MadeNote, of: Element): Element {
  const { length } = note.cut.body;
  if (length === 0 && of.children.some(({ name }) => name === 'Coding'))
    into.remarks.add(
      'kept',
      'Codings of a whole source whose text is empty are kept for the next export.',
      of.attributes.name,
    );
  return { ...of, children: putCodings(into, note, length > 0 ? { start: 0, end: length } : undefined, of).children };
}

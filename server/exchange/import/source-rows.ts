import { codePointLength } from '../../shared/text.ts';
import { carriersOf, isSelection, TEXT_BEARING } from '../refi/carriers.ts';
import { childOf, descriptionOf, detached, type Element, normaliseGuid } from '../refi/element.ts';
import { type Passage, passageOf, type Place, positionsOf, type SourceText } from '../refi/profile.ts';
import { isOwnValue } from '../refi/own-variables.ts';
import { hasAreas, putAreas } from './area-rows.ts';
import { putFile } from './attachment-rows.ts';
import type { Into } from './into.ts';
import { putComments } from './memo-rows.ts';
import { codeWhole, LONGEST_PURPOSE, type MadeNote, putCodings, putNote } from './note-rows.ts';
import { syncPositions } from './survey.ts';

/** A file that came with a source, as it lies in our uploads. */
export type KeptFile = {
  guid: string;
  fileName: string;
  mediaType: string;
  byteLength: number;
  sha256: string;
  storedName: string;
  entry: string;
};

/** A source and what was read for it: the text of each element that has one, and its files. */
export type ReadSource = { unit: Element; texts: Map<Element, SourceText>; files: KeptFile[] };

/**
 * Makes notes of a source: one for each text in it, and one that describes, a line each, what is marked elsewhere: areas of
 * a page or picture, stretches of a recording, passages of a text that did not come with the file. So every coding has
 * words, and none is left out. The source as a whole is kept for the next export.
 */
export function putSource(into: Into, { unit, texts, files }: ReadSource): void {
  const guid = normaliseGuid(unit.attributes.guid ?? '');
  // Before its parts: ATLAS.ti gives a document and its text the same, and others refer to the document.
  const unique = into.uniqueGuid(guid);
  const title = (unit.attributes.name ?? childOf(unit, 'Representation')?.attributes.name ?? '').replace(/\s+/gu, ' ');
  const notes: { note: MadeNote; key: string }[] = [];
  const skeletons = new Map<Element, Element>();
  for (const [index, carrier] of carriersOf(unit).entries()) {
    const text = texts.get(carrier);
    if (!text) continue;
    const key = carrier === unit || index === 0 ? 'text' : `text ${index}`;
    const named = carrier === unit || index === 0 ? title : `${title} (${carrier.attributes.name ?? index + 1})`;
    const note = putNote(into, withDates(carrier, unit), { key, title: named, body: text.text });
    notes.push({ note, key });
    const placed = placeInText(into, note, carrier === unit ? carrier : withOwnGuid(into, carrier), text);
    // What a source says of itself is the purpose of its visit.
    skeletons.set(carrier, carrier === unit ? placed : withComments(into, note, placed));
    putRaw(into, note, text);
  }
  const first = notes[0]?.note;
  let skeleton = skeletons.get(unit) ?? unit;
  skeleton = {
    ...skeleton,
    children: skeleton.children.map(
      (child) => skeletons.get(child) ?? (TEXT_BEARING.has(child.name) ? withOwnGuid(into, child) : child),
    ),
  };
  if (!first || hasAreas(skeleton)) skeleton = putAreas(into, unit, skeleton, title, notes, first);
  else if (skeletons.get(unit) === undefined) skeleton = codeWhole(into, first, skeleton);
  const home = notes[0]!.note;
  if (codePointLength(descriptionOf(unit) ?? '') > LONGEST_PURPOSE) skeleton = withComments(into, home, skeleton);
  if (!into.noteOfElement.has(guid)) into.noteOfElement.set(detached(guid), home.id);
  for (const { note, key } of notes.slice(1))
    into.keep('SourceNote', {}, { guid: `${guid} ${key}`, entityId: note.id, noteId: note.id });
  for (const file of files)
    putFile(into, unit, file, { id: into.idOf('attachment', file.guid), noteId: home.id, at: home.at });
  skeleton = {
    ...skeleton,
    attributes: { ...skeleton.attributes, guid: unique },
    children: skeleton.children.filter((child) => !isOwnValue(child)),
  };
  into.keep(
    unit.name === 'Note' ? 'CodedNote' : 'Source',
    {
      element: skeleton,
      held: {
        title,
        notes: notes.map(({ note, key }) => ({ id: note.id, key })),
        isOwn: unit.children.some(isOwnValue),
        hasText: texts.size > 0,
        files: files.map(({ entry, guid: id }) => ({ entry, id: into.idOf('attachment', id) })),
      },
    },
    { guid, entityId: home.id, noteId: home.id },
  );
}

function withComments(into: Into, { id, at }: MadeNote, of: Element): Element {
  const about = { subject: { note_id: id }, at, noteId: id };
  return { ...of, children: putComments(into, of, of.children, about) };
}

function withOwnGuid(into: Into, carrier: Element): Element {
  const guid = into.uniqueGuid(normaliseGuid(carrier.attributes.guid ?? ''));
  return { ...carrier, attributes: { ...carrier.attributes, guid } };
}

// A text inside a recording or a document has its own dates, or those of what it is in.
function withDates(carrier: Element, unit: Element): Element {
  if (carrier === unit) return carrier;
  return {
    ...carrier,
    attributes: { ...unit.attributes, ...carrier.attributes, guid: unit.attributes.guid ?? '' },
    children: unit.children,
  };
}

/** The element with its positions in our text; what became a coding is replaced by a reference to it. */
function placeInText(into: Into, note: MadeNote, carrier: Element, text: SourceText): Element {
  const at = positionsOf(text, into.profile);
  const points = syncPositions(carrier);
  const children = carrier.children.map((child) => {
    if (child.name === 'SyncPoint') return placePoint(into, at, child);
    if (!isSelection(child)) return child;
    const isTranscript = child.name === 'TranscriptSelection';
    const [from, to] = isTranscript
      ? [
          points.get(normaliseGuid(child.attributes.fromSyncPoint ?? '')),
          points.get(normaliseGuid(child.attributes.toSyncPoint ?? '')),
        ]
      : [child.attributes.startPosition, child.attributes.endPosition];
    const passage =
      from === undefined || to === undefined
        ? 'outside'
        : placePassage(into, at, text, { start: wholeNumber(from), end: wholeNumber(to) });
    const guid = into.uniqueGuid(normaliseGuid(child.attributes.guid ?? ''));
    const isPlaced = typeof passage !== 'string';
    if (!isPlaced) remarkOn(into, passage, child);
    else if (!child.children.some(({ name }) => name === 'Coding'))
      into.remarks.add(
        'kept',
        'Passages that are marked and not coded have no place here; they are kept for the next export, and what is said of them stands with the note.',
        child.attributes.name ?? note.cut.body.slice(passage.start, Math.min(passage.end, passage.start + 60)),
      );
    const attributes: Record<string, string> = { ...child.attributes, guid };
    if (isPlaced && !isTranscript)
      Object.assign(attributes, { startPosition: String(passage.start), endPosition: String(passage.end) });
    else if (passage === 'empty') {
      const place = String(at(wholeNumber(from!)));
      Object.assign(attributes, { startPosition: place, endPosition: place });
    } else if (!isPlaced && !isTranscript) attributes['@misplaced'] = passage;
    const coded = putCodings(into, note, isPlaced ? passage : undefined, child);
    const { subject } = coded;
    const quote =
      isPlaced && subject.coding_id === undefined ? note.cut.body.slice(passage.start, passage.end) : undefined;
    const about = { subject, quote, at: note.at, noteId: note.id };
    return { ...child, attributes, children: putComments(into, { ...child, attributes }, coded.children, about) };
  });
  return codeWhole(into, note, { ...carrier, children });
}

// Some programs count one more at the end of a text: a newline that they added, or the mark at its beginning.
function placePassage(into: Into, at: (position: number) => Place, text: SourceText, given: Passage) {
  const passage = passageOf(at, into.profile, given);
  if (passage !== 'outside') return passage;
  const shorter = passageOf(at, into.profile, { ...given, end: given.end - 1 });
  if (typeof shorter === 'string' || shorter.end !== text.length) return passage;
  into.remarks.add('changed', 'Passages that end one place after the end of their text end with the text.');
  return shorter;
}

// Kept as our text has them, like the passages themselves.
function placePoint(into: Into, at: (position: number) => Place, point: Element): Element {
  const { position, ...attributes } = point.attributes;
  if (position === undefined) return point;
  const place = at(wholeNumber(position));
  if (typeof place === 'number') return { ...point, attributes: { ...attributes, position: String(place) } };
  into.remarks.add('lost', 'Points of time that lie outside their transcript keep their time and lose their place.');
  return { ...point, attributes };
}

function remarkOn(into: Into, problem: string, selection: Element): void {
  const where = `${selection.attributes.startPosition}–${selection.attributes.endPosition} (${selection.attributes.guid})`;
  if (problem === 'empty')
    into.remarks.add(
      'kept',
      'Passages without any length cannot be coded here; they are kept for the next export.',
      where,
    );
  else if (problem === 'reversed')
    into.remarks.add(
      'lost',
      'Passages that end before they begin were not placed; the file’s positions are kept on record.',
      where,
    );
  else if (problem === 'outside')
    into.remarks.add(
      'lost',
      'Passages outside their text were not placed; the file’s positions are kept on record.',
      where,
    );
  else
    into.remarks.add(
      'lost',
      'Passages that begin or end in the middle of a character were not placed; the file’s positions are kept on record.',
      where,
    );
}

function putRaw(into: Into, note: MadeNote, text: SourceText): void {
  if (text.raw === text.text) return;
  into.put('exchange_sources', {
    note_id: note.id,
    study_id: into.studyId,
    raw: `\\x${Buffer.from(text.raw, 'utf8').toString('hex')}`,
  });
}

function wholeNumber(text: string): number {
  return /^[+-]?\d{1,15}(\.0+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
}

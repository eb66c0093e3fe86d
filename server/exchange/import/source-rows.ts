import { childOf, detached, type Element, normaliseGuid } from '../refi/element.ts';
import { type Passage, passageOf, type Place, positionsOf, type SourceText } from '../refi/profile.ts';
import { isOwnValue } from '../refi/own-variables.ts';
import { describeArea } from './area.ts';
import { putFile } from './attachment-rows.ts';
import type { Into } from './into.ts';
import { type MadeNote, putCodings, putNote } from './note-rows.ts';
import { syncPositions } from './survey.ts';

const TEXT_BEARING = new Set(['TextSource', 'Representation', 'TextDescription', 'Transcript', 'Note']);
const SELECTION = /Selection$/;

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

/** The elements of a source (itself among them) that have a text of their own, those inside selections left out. */
export function carriersOf(unit: Element): Element[] {
  const inside = unit.children.filter(({ name }) => TEXT_BEARING.has(name));
  return TEXT_BEARING.has(unit.name) ? [unit, ...inside] : inside;
}

/**
 * Makes notes of a source: one for each text in it, and one that describes, a line each, what is marked elsewhere: areas of
 * a page or picture, stretches of a recording, passages of a text that did not come with the file. So every coding has
 * words, and none is left out. The source as a whole is kept for the next export.
 */
export function putSource(into: Into, { unit, texts, files }: ReadSource): void {
  const guid = normaliseGuid(unit.attributes.guid ?? '');
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
    skeletons.set(carrier, placeInText(into, note, carrier === unit ? carrier : withOwnGuid(into, carrier), text));
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
  into.noteOfElement.set(detached(guid), home.id);
  for (const { note, key } of notes.slice(1))
    into.keep('SourceNote', {}, { guid: `${guid} ${key}`, entityId: note.id, noteId: note.id });
  for (const file of files)
    putFile(into, unit, file, { id: into.idOf('attachment', file.guid), noteId: home.id, at: home.at });
  skeleton = {
    ...skeleton,
    attributes: { ...skeleton.attributes, guid: into.uniqueGuid(guid) },
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
    if (!SELECTION.test(child.name)) return child;
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
        'Passages that are marked and not coded have no place here; they are kept for the next export, and their memos stand with the note.',
        child.attributes.name ?? guid,
      );
    const attributes: Record<string, string> = { ...child.attributes, guid };
    if (isPlaced && !isTranscript)
      Object.assign(attributes, { startPosition: String(passage.start), endPosition: String(passage.end) });
    else if (passage === 'empty') {
      const place = String(at(wholeNumber(from!)));
      Object.assign(attributes, { startPosition: place, endPosition: place });
    } else if (!isPlaced && !isTranscript) attributes['@misplaced'] = passage;
    return { ...child, attributes, children: putCodings(into, note, isPlaced ? passage : undefined, child) };
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

function codeWhole(into: Into, note: MadeNote, of: Element): Element {
  const { length } = note.cut.body;
  if (length === 0 && of.children.some(({ name }) => name === 'Coding'))
    into.remarks.add(
      'kept',
      'Codings of a whole source whose text is empty are kept for the next export.',
      of.attributes.name,
    );
  return { ...of, children: putCodings(into, note, length > 0 ? { start: 0, end: length } : undefined, of) };
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

function isArea(child: Element): boolean {
  return SELECTION.test(child.name) && child.name !== 'PlainTextSelection' && child.name !== 'TranscriptSelection';
}

function hasAreas(unit: Element): boolean {
  return unit.children.some((child) => isArea(child) && child.children.some(({ name }) => name === 'Coding'));
}

// One line a marked area, each coded with what the area is coded with.
function putAreas(
  into: Into,
  unit: Element,
  skeleton: Element,
  title: string,
  notes: { note: MadeNote; key: string }[],
  first: MadeNote | undefined,
): Element {
  const inner = first ? [] : carriersOf(skeleton).filter((carrier) => carrier !== skeleton);
  const areas = [skeleton, ...inner].flatMap((of) =>
    of.children.filter((child) => SELECTION.test(child.name) && (first ? isArea(child) : true)),
  );
  const lines = [
    unit.name === 'TextSource' || unit.name === 'Note'
      ? `The text of “${title}” did not come with the file. What was marked in it:`
      : `What was marked in “${title}”:`,
    ...areas.map((area) => describeArea(area)),
  ];
  const note = putNote(into, unit, {
    key: 'areas',
    title: first ? `${title} (marked areas)` : title,
    body: lines.join('\n'),
  });
  notes.push({ note, key: 'areas' });
  let at = note.cut.paragraphs[0]!.end + 1;
  const placed = new Map<Element, Element>();
  for (const [index, area] of areas.entries()) {
    const end = note.cut.paragraphs[index + 1]!.end;
    const guid = into.uniqueGuid(normaliseGuid(area.attributes.guid ?? ''));
    placed.set(area, {
      ...area,
      attributes: { ...area.attributes, guid },
      children: putCodings(into, note, { start: at, end }, area),
    });
    at = end + 1;
  }
  if (areas.length > 0)
    into.remarks.add(
      'changed',
      'Marked areas of pages, pictures and recordings, and passages of texts that did not come with the file, became lines of a note that say where they are.',
      title,
      areas.length,
    );
  const swap = (of: Element): Element => ({
    ...of,
    children: of.children.map((child) => placed.get(child) ?? (inner.includes(child) ? swap(child) : child)),
  });
  const swapped = swap(skeleton);
  return first
    ? isText(unit)
      ? swapped
      : codeWhole(into, first, swapped)
    : { ...swapped, children: putCodings(into, note, { start: 0, end: note.cut.paragraphs[0]!.end }, swapped) };
}

const isText = (unit: Element): boolean => TEXT_BEARING.has(unit.name);

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

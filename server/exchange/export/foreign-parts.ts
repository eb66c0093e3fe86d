import { element, type Element } from '../refi/element.ts';
import { internalNames } from '../refi/internal-names.ts';
import { leadsTo } from '../refi/references.ts';
import { codingElement, type Outgoing } from './outgoing.ts';
import { living, livingUsers } from './project-elements.ts';
import type { ExportedCoding } from './project-queries.ts';
import type { SyncPoints } from './sync-points.ts';

/** What was kept of a source when it came in. */
export type KeptSource = {
  element: Element;
  held: { title: string; isOwn: boolean; notes: { id: string; key: string }[]; files: { entry: string; id: string }[] };
};

/** A source as it is written: `left` are the codings of its notes that have not found their place in it yet. */
export type Foreign = { out: Outgoing; kept: KeptSource; left: Map<string, ExportedCoding> };

/** A marked passage of a text that is here. Undefined where nothing is left of it. */
export function writePassage(
  state: Foreign,
  selection: Element,
  given: { at: (position: number) => number; isEdited: boolean; points: SyncPoints | undefined },
): Element | undefined {
  const { at, isEdited, points } = given;
  const isPlain = selection.name === 'PlainTextSelection';
  const isPlaced = isPlain || (points !== undefined && selection.name === 'TranscriptSelection');
  const codings = selection.children.filter(({ name }) => name === '@Coding');
  const isCoded = codings.some(({ attributes }) => state.left.has(attributes.id ?? ''));
  if (isEdited && isPlaced && !isCoded) {
    if (codings.length === 0 || selection.children.length > codings.length)
      state.out.remarks.add(
        'lost',
        'Marked passages without codings of texts that were changed here are left out: where they lie now is not known.',
        selection.attributes.guid,
      );
    return undefined;
  }
  const here: ExportedCoding[] = [];
  const children = selection.children.flatMap((child): Element[] => {
    if (child.name !== '@Coding') return writeChild(state, child);
    const coding = state.left.get(child.attributes.id ?? '');
    const moved =
      coding && isPlaced && here[0] !== undefined && (here[0].start !== coding.start || here[0].end !== coding.end);
    if (!coding || moved) return [];
    here.push(coding);
    state.left.delete(coding.id);
    return [writeCoding(state.out, child, coding)];
  });
  const place = here[0];
  if (codings.length > 0 && !place && children.length === 0) return undefined;
  const attributes = livingUsers(state.out, selection.attributes);
  if (isPlain) {
    const start = Number(attributes.startPosition);
    const end = Number(attributes.endPosition);
    // What a program writes as a passage's own words is of no use once they are others.
    if (place && (place.start !== start || place.end !== end)) delete attributes.name;
    attributes.startPosition = String(at(place?.start ?? start));
    attributes.endPosition = String(at(place?.end ?? end));
  } else if (points && place) Object.assign(attributes, points.between(place, attributes));
  return { ...selection, attributes, children };
}

// As it came, unless it was given another theme here.
function writeCoding(out: Outgoing, held: Element, coding: ExportedCoding): Element {
  const original = held.children[0]!;
  const isSame = held.attributes.theme === coding.themeId && held.attributes.coder === coding.coderId;
  const refs = original.children.filter(({ name }) => name === 'NoteRef').flatMap((child) => living(out, child) ?? []);
  const attributes = livingUsers(out, original.attributes);
  // Somebody whom the file calls by a name, and does not list.
  const coder = original.attributes.creatingUser === undefined ? undefined : out.userOf(coding.coderId);
  if (attributes.creatingUser === undefined && coder !== undefined) attributes.creatingUser = coder;
  return {
    ...(isSame ? original : codingElement(out, coding)),
    attributes,
    children: [out.codeRef(coding.themeId), ...refs, ...out.memoRefs(coding.id)],
  };
}

/** A part of a source as it is now: a coding that is a row here, a reference, or something with such in it. */
export function writeChild(state: Foreign, child: Element): Element[] {
  const { out } = state;
  if (child.name === '@Coding') {
    const coding = state.left.get(child.attributes.id ?? '');
    if (!coding) return [];
    state.left.delete(coding.id);
    return [writeCoding(out, child, coding)];
  }
  if (child.name === '@Comment') return writeComment(out, child);
  if (leadsTo(child.name) || child.name === 'Coding') {
    const made = living(out, child);
    return made ? [made] : [];
  }
  const inner = child.children.flatMap((one) => writeChild(state, one));
  return [{ ...child, attributes: writeAttributes(state, child.attributes), children: inner }];
}

/** What an element says of itself, which is a memo here: as it reads now, and gone where that is gone. */
export function writeComment(out: Outgoing, { attributes, children }: Element): Element[] {
  const comment = out.comment(attributes.memo ?? '');
  if (!comment) return [];
  return [comment.isAsItCame ? children[0]! : element('Description', {}, [], comment.body)];
}

/** Paths of files that are here lead to them; others would lead nowhere, or to somebody's own disk. */
export function writeAttributes(
  state: Foreign,
  given: Record<string, string>,
  textPath?: string,
): Record<string, string> {
  const { out, kept } = state;
  const attributes = livingUsers(out, given);
  delete attributes.currentPath;
  if (textPath === undefined) delete attributes.plainTextPath;
  else attributes.plainTextPath = textPath;
  for (const key of ['path', 'richTextPath'] as const) {
    const written = attributes[key];
    if (written === undefined) continue;
    const names = internalNames(written);
    const file = kept.held.files.find(({ entry }) => names.includes(entry));
    const attachment = file && out.attachment(file.id);
    if (!attachment) {
      delete attributes[key];
      continue;
    }
    const entry = `${attachment.id.toUpperCase()}.${attachment.storedName.split('.').at(-1)!}`;
    out.addFile(attachment, entry);
    attributes[key] = `internal://${entry}`;
  }
  return attributes;
}

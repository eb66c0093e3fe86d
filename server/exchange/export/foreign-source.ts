import { childOf, type Element, normaliseGuid, writtenGuid } from '../refi/element.ts';
import {
  codingElement,
  type NoteWithCodings,
  type Outgoing,
  selectionOf,
  writtenPositions,
  writtenText,
} from './outgoing.ts';
import { ownValues, selectionGuid } from './own-source.ts';
import { upper } from './project-elements.ts';
import type { ExportedCoding } from './project-queries.ts';

/** What was kept of a source when it came in. */
export type KeptSource = {
  element: Element;
  held: { title: string; isOwn: boolean; notes: { id: string; key: string }[]; files: { entry: string; id: string }[] };
};

const SELECTION = /Selection$/;
const TEXT_BEARING = new Set(['TextSource', 'Representation', 'TextDescription', 'Transcript', 'Note']);
const REFERENCES = new Set([
  'NoteRef',
  'CodeRef',
  'SourceRef',
  'SelectionRef',
  'VariableRef',
  'MemberCode',
  'MemberSource',
  'MemberNote',
]);

/**
 * A source that came from a file, as it is now: everything that was kept of it, with the codings as they stand, and the text
 * as it reads. `notes` are those that it became, by their key; undefined when the first of them was removed.
 */
export function foreignSource(
  out: Outgoing,
  kept: KeptSource,
  notes: Map<string, NoteWithCodings>,
): Element | undefined {
  const [home, ...more] = kept.held.notes.map(({ id, key }) => ({ key, found: notes.get(id) }));
  if (!home?.found) return undefined;
  const texts = [home, ...more].filter(({ key, found }) => key.startsWith('text') && found !== undefined);
  const state: State = {
    out,
    kept,
    left: new Map([home, ...more].flatMap(({ found }) => found?.codings ?? []).map((coding) => [coding.id, coding])),
  };
  const root = kept.element;
  const carriers = [root, ...root.children].filter(({ name }) => TEXT_BEARING.has(name));
  let written = root;
  for (const [index, carrier] of carriers.entries()) {
    const key = carrier === root || index === 0 ? 'text' : `text ${index}`;
    const found = texts.find((one) => one.key === key)?.found;
    const made = found ? writeText(state, carrier, found, carrier === root) : writePlain(state, carrier);
    written =
      carrier === root
        ? made
        : { ...written, children: written.children.map((child) => (child === carrier ? made : child)) };
  }
  if (!TEXT_BEARING.has(root.name)) written = writePlain(state, written);
  const first = home.found.note;
  if (kept.held.isOwn) written = { ...written, children: [...written.children, ...ownValues(out, first)] };
  const renamed = first.title !== fitted(kept.held.title);
  const attributes = {
    ...written.attributes,
    ...(renamed && { name: first.title }),
    guid: writtenGuid(written.attributes.guid ?? ''),
  };
  if (state.left.size > 0)
    out.remarks.add(
      'lost',
      'Codings added here to the lines that describe marked areas have no place in the format.',
      first.title,
      state.left.size,
    );
  const memos = out.memoRefs(first.id);
  return withNoteRefs({ ...written, attributes }, memos);
}

type State = { out: Outgoing; kept: KeptSource; left: Map<string, ExportedCoding> };

const fitted = (title: string): string => title.replace(/\s+/gu, ' ').trim();

function withNoteRefs(of: Element, refs: Element[]): Element {
  if (refs.length === 0) return of;
  const at = of.children.findIndex(({ name }) => name === 'VariableValue');
  const place = at === -1 ? of.children.length : at;
  return { ...of, children: [...of.children.slice(0, place), ...refs, ...of.children.slice(place)] };
}

// A text of the source: its words as they read now, its passages where they are now.
function writeText(state: State, carrier: Element, { note, codings }: NoteWithCodings, isRoot: boolean): Element {
  const { out } = state;
  const at = writtenPositions(note.body, out.profile);
  const isEdited = note.revision > 1;
  const entry = `${isRoot ? writtenGuid(carrier.attributes.guid ?? '') : note.id.toUpperCase()}.txt`;
  out.addText({ entry, text: writtenText(note.body, out.profile) });
  const children: Element[] = [];
  const later: Element[] = [];
  for (const child of carrier.children) {
    if (child.name === 'PlainTextContent') continue;
    if (!SELECTION.test(child.name)) {
      children.push(...writeChild(state, child));
      continue;
    }
    if (child.attributes['@misplaced'] !== undefined) {
      out.remarks.add(
        'lost',
        'Passages that lay outside their text in the file they came from are left out.',
        child.attributes.guid,
      );
      continue;
    }
    const made = writeSelection(state, child, { at, isEdited });
    if (made) children.push(made);
  }
  const mine = new Set(codings.map(({ id }) => id));
  for (const coding of state.left.values())
    if (mine.has(coding.id)) later.push(selectionOf(out, coding, selectionGuid(coding.id), at));
  for (const { id } of codings) state.left.delete(id);
  const lastSelection = children.findLastIndex(({ name }) => SELECTION.test(name));
  const first = children.findIndex(({ name }) => name !== 'Description' && name !== 'SyncPoint');
  const place = lastSelection === -1 ? (first === -1 ? children.length : first) : lastSelection + 1;
  children.splice(place, 0, ...later);
  const { richTextPath: _, ...plain } = carrier.attributes;
  // A formatted text says the same as the plain one, or is left out.
  const attributes = writeAttributes(state, isEdited ? plain : carrier.attributes, `internal://${entry}`);
  if (isEdited) {
    const editor = out.userOf(note.savedBy);
    Object.assign(attributes, { modifiedDateTime: note.savedAt }, editor !== undefined && { modifyingUser: editor });
  }
  return { ...carrier, attributes, children };
}

function writeSelection(
  state: State,
  selection: Element,
  { at, isEdited }: { at: (position: number) => number; isEdited: boolean },
): Element | undefined {
  const isPlain = selection.name === 'PlainTextSelection';
  const start = Number(selection.attributes.startPosition);
  const end = Number(selection.attributes.endPosition);
  let held = 0;
  const here: ExportedCoding[] = [];
  const children = selection.children.flatMap((child): Element[] => {
    if (child.name !== '@Coding') return writeChild(state, child);
    held += 1;
    const coding = state.left.get(child.attributes.id ?? '');
    const moved =
      coding && isPlain && here[0] !== undefined && (here[0].start !== coding.start || here[0].end !== coding.end);
    if (!coding || moved) return [];
    here.push(coding);
    state.left.delete(coding.id);
    return [writeCoding(state.out, child, coding)];
  });
  const place = here[0];
  if (held > 0 && !place && children.length === 0) return undefined;
  if (isEdited && !place && isPlain) {
    state.out.remarks.add(
      'lost',
      'Marked passages without codings of texts that were changed here are left out: where they lie now is not known.',
      selection.attributes.guid,
    );
    return undefined;
  }
  const attributes: Record<string, string> = {
    ...selection.attributes,
    guid: writtenGuid(selection.attributes.guid ?? ''),
  };
  if (isPlain) {
    // What a program writes as a passage's own words is of no use once they are others.
    if (place && (place.start !== start || place.end !== end)) delete attributes.name;
    attributes.startPosition = String(at(place?.start ?? start));
    attributes.endPosition = String(at(place?.end ?? end));
  }
  return { ...selection, attributes: usersOf(state.out, attributes), children };
}

// As it came, unless it was given another theme here.
function writeCoding(out: Outgoing, held: Element, coding: ExportedCoding): Element {
  const original = held.children[0]!;
  const isSame = held.attributes.theme === coding.themeId && held.attributes.coder === coding.coderId;
  const refs = original.children.filter(
    ({ name, attributes }) => name === 'NoteRef' && out.isThere(normaliseGuid(attributes.targetGUID ?? '')),
  );
  const own = out.memoRefs(coding.id);
  if (!isSame)
    return {
      ...codingElement(out, coding),
      attributes: usersOf(out, original.attributes),
      children: [out.codeRef(coding.themeId), ...refs, ...own],
    };
  return {
    ...original,
    attributes: usersOf(out, { ...original.attributes, guid: writtenGuid(original.attributes.guid ?? '') }),
    children: [childOf(original, 'CodeRef')!, ...refs, ...own].map(upper),
  };
}

// An element whose text is not here: its codings stand in the note that describes it.
function writePlain(state: State, of: Element): Element {
  const children = of.children.flatMap((child): Element[] => {
    if (!SELECTION.test(child.name)) return TEXT_BEARING.has(child.name) ? [child] : writeChild(state, child);
    const made = writeAsItWas(state, child);
    return made ? [made] : [];
  });
  return { ...of, attributes: writeAttributes(state, of.attributes), children };
}

function writeAsItWas(state: State, selection: Element): Element | undefined {
  let held = 0;
  const children = selection.children.flatMap((child): Element[] => {
    if (child.name === '@Coding') held += 1;
    return writeChild(state, child);
  });
  if (held > 0 && children.length === 0) return undefined;
  return {
    ...selection,
    attributes: usersOf(state.out, { ...selection.attributes, guid: writtenGuid(selection.attributes.guid ?? '') }),
    children,
  };
}

function writeChild(state: State, child: Element): Element[] {
  const { out } = state;
  if (child.name === '@Coding') {
    const coding = state.left.get(child.attributes.id ?? '');
    if (!coding) return [];
    state.left.delete(coding.id);
    return [writeCoding(out, child, coding)];
  }
  if (REFERENCES.has(child.name)) {
    const there = out.isThere(normaliseGuid(child.attributes.targetGUID ?? ''));
    if (!there)
      out.remarks.add(
        'lost',
        'References to what is no longer there, or never was in the file, are left out.',
        child.attributes.targetGUID,
      );
    return there ? [upper(child)] : [];
  }
  if (child.name === 'Coding') {
    const code = childOf(child, 'CodeRef');
    if (!code || !out.isThere(normaliseGuid(code.attributes.targetGUID ?? ''))) {
      out.remarks.add('lost', 'Codings with a code that is not in the file are left out.', child.attributes.guid);
      return [];
    }
  }
  const inner = child.children.flatMap((one) => writeChild(state, one));
  return [{ ...child, attributes: writeAttributes(state, child.attributes), children: inner }];
}

// Paths of files that are here lead to them; others would lead nowhere, or to somebody's own disk.
function writeAttributes(state: State, given: Record<string, string>, textPath?: string): Record<string, string> {
  const { out, kept } = state;
  const attributes = usersOf(out, given.guid === undefined ? given : { ...given, guid: writtenGuid(given.guid) });
  delete attributes.currentPath;
  if (textPath === undefined) delete attributes.plainTextPath;
  else attributes.plainTextPath = textPath;
  for (const key of ['path', 'richTextPath'] as const) {
    const written = attributes[key];
    if (written === undefined) continue;
    const name = written.split('/').at(-1)!.toLowerCase();
    const file = kept.held.files.find(({ entry }) => entry === name);
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

function usersOf(out: Outgoing, given: Record<string, string>): Record<string, string> {
  const attributes = { ...given };
  for (const key of ['creatingUser', 'modifyingUser']) {
    if (attributes[key] === undefined) continue;
    if (out.isThere(normaliseGuid(attributes[key]))) attributes[key] = writtenGuid(attributes[key]);
    else delete attributes[key];
  }
  return attributes;
}

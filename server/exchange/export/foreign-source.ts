import { carriersOf, isSelection, TEXT_BEARING } from '../refi/carriers.ts';
import { type Element, writtenGuid } from '../refi/element.ts';
import { type Foreign, type KeptSource, writeAttributes, writeChild, writePassage } from './foreign-parts.ts';
import { type NoteWithCodings, type Outgoing, selectionOf, writtenPositions, writtenText } from './outgoing.ts';
import { ownValues, selectionGuid } from './own-source.ts';
import { livingUsers } from './project-elements.ts';
import { createSyncPoints, stretchOf } from './sync-points.ts';

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
  const state: Foreign = {
    out,
    kept,
    left: new Map([home, ...more].flatMap(({ found }) => found?.codings ?? []).map((coding) => [coding.id, coding])),
  };
  const root = kept.element;
  const carriers = carriersOf(root);
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

const fitted = (title: string): string => title.replace(/\s+/gu, ' ').trim();

function withNoteRefs(of: Element, refs: Element[]): Element {
  if (refs.length === 0) return of;
  const at = of.children.findIndex(({ name }) => name === 'VariableValue');
  const place = at === -1 ? of.children.length : at;
  return { ...of, children: [...of.children.slice(0, place), ...refs, ...of.children.slice(place)] };
}

// A text of the source: its words as they read now, its passages where they are now.
function writeText(state: Foreign, carrier: Element, { note, codings }: NoteWithCodings, isRoot: boolean): Element {
  const { out } = state;
  const at = writtenPositions(note.body, out.profile);
  const isEdited = note.revision > 1;
  const entry = `${isRoot ? writtenGuid(carrier.attributes.guid ?? '') : note.id.toUpperCase()}.txt`;
  out.addText({ entry, text: writtenText(note.body, out.profile) });
  const points = carrier.name === 'Transcript' ? createSyncPoints(out, carrier, { at, isEdited }) : undefined;
  const [children, later]: [Element[], Element[]] = [[], []];
  for (const child of carrier.children) {
    if (child.name === 'PlainTextContent' || child.name === 'SyncPoint') continue;
    if (!isSelection(child)) {
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
    const made = writePassage(state, child, { at, isEdited, points });
    if (made) children.push(made);
  }
  const mine = new Set(codings.map(({ id }) => id));
  for (const coding of state.left.values()) {
    if (!mine.has(coding.id)) continue;
    const made = selectionOf(out, coding, selectionGuid(coding.id), at);
    later.push(points ? stretchOf(made, points.between(coding)) : made);
  }
  for (const { id } of codings) state.left.delete(id);
  const lastSelection = children.findLastIndex(isSelection);
  const first = children.findIndex(({ name }) => name !== 'Description');
  const place = lastSelection === -1 ? (first === -1 ? children.length : first) : lastSelection + 1;
  children.splice(place, 0, ...later);
  children.unshift(...(points?.written() ?? []));
  const { richTextPath: _, ...plain } = carrier.attributes;
  // A formatted text says the same as the plain one, or is left out.
  const attributes = writeAttributes(state, isEdited ? plain : carrier.attributes, `internal://${entry}`);
  if (isEdited) {
    const editor = out.userOf(note.savedBy);
    Object.assign(attributes, { modifiedDateTime: note.savedAt }, editor !== undefined && { modifyingUser: editor });
  }
  return { ...carrier, attributes, children };
}

// An element whose text is not here: its codings stand in the note that describes it.
function writePlain(state: Foreign, of: Element): Element {
  const children = of.children.flatMap((child): Element[] => {
    if (!isSelection(child)) return TEXT_BEARING.has(child.name) ? [child] : writeChild(state, child);
    const made = writeAsItWas(state, child);
    return made ? [made] : [];
  });
  return { ...of, attributes: writeAttributes(state, of.attributes), children };
}

function writeAsItWas(state: Foreign, selection: Element): Element | undefined {
  let held = 0;
  const children = selection.children.flatMap((child): Element[] => {
    if (child.name === '@Coding') held += 1;
    return writeChild(state, child);
  });
  if (held > 0 && children.length === 0) return undefined;
  return {
    ...selection,
    attributes: livingUsers(state.out, selection.attributes),
    children,
  };
}

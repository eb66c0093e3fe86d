import { carriersOf, isSelection, TEXT_BEARING } from '../refi/carriers.ts';
import { type Element, normaliseGuid } from '../refi/element.ts';
import { describeArea } from './area.ts';
import type { Into } from './into.ts';
import { putComments } from './memo-rows.ts';
import { codeWhole, type MadeNote, putCodings, putNote } from './note-rows.ts';

function isArea(child: Element): boolean {
  return isSelection(child) && child.name !== 'PlainTextSelection' && child.name !== 'TranscriptSelection';
}

/** Whether areas of a page, picture or recording are marked with codings or comments. */
export function hasAreas(unit: Element): boolean {
  const says = ({ name, text }: Element): boolean =>
    name === 'Coding' || (name === 'Description' && text.trim() !== '');
  return unit.children.some((child) => isArea(child) && child.children.some(says));
}

/** A note with one line for each marked area, coded with what the area is coded with. `first` is the note of the text, if any. */
export function putAreas(
  into: Into,
  unit: Element,
  skeleton: Element,
  title: string,
  notes: { note: MadeNote; key: string }[],
  first: MadeNote | undefined,
): Element {
  const inner = first ? [] : carriersOf(skeleton).filter((carrier) => carrier !== skeleton);
  const areas = [skeleton, ...inner].flatMap((of) =>
    of.children.filter((child) => isSelection(child) && (first ? isArea(child) : true)),
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
    const { children, subject } = putCodings(into, note, { start: at, end }, area);
    const quote = subject.coding_id === undefined ? lines[index + 1] : undefined;
    const unique = { ...area, attributes: { ...area.attributes, guid } };
    placed.set(area, {
      ...unique,
      children: putComments(into, unique, children, { subject, quote, at: note.at, noteId: note.id }),
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
    ? TEXT_BEARING.has(unit.name)
      ? swapped
      : codeWhole(into, first, swapped)
    : {
        ...swapped,
        children: putCodings(into, note, { start: 0, end: note.cut.paragraphs[0]!.end }, swapped).children,
      };
}

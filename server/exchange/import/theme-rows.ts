import { leastUsedColour, PALETTE } from '../../codebook/palette.ts';
import { DEEPEST } from '../../codebook/theme-tree.ts';
import { childrenOf, descriptionOf, type Element, normaliseGuid, targetsOf } from '../refi/element.ts';
import { splitDefinition } from '../refi/definition.ts';
import type { Into, Row } from './into.ts';
import { createUniqueNames, fittedColour, fittedName, fittedText } from './names.ts';

const LONGEST_NAME = 200;
const LONGEST_TEXT = 10_000;

/** Themes of the codes of the file, parents first: they are loaded in one piece, because each may refer to another. */
export function putThemes(into: Into, codes: readonly Element[], { isOwn }: { isOwn: boolean }): void {
  const unique = createUniqueNames(LONGEST_NAME);
  const used: string[] = [];
  let position = 0;
  /** `above` are the themes over it, the top first. */
  const visit = (code: Element, above: readonly string[]): void => {
    const guid = normaliseGuid(code.attributes.guid ?? '');
    const id = into.idOf('Code', guid);
    into.themes.set(guid, id);
    const parentId = above.slice(0, DEEPEST - 1).at(-1) ?? null;
    const isDeeper = above.length >= DEEPEST;
    if (isDeeper)
      into.remarks.add(
        'changed',
        `Codes that are nested more than ${DEEPEST} deep stand on the last level here; where they stood is kept for the next export.`,
        code.attributes.name,
      );
    const row = themeRow(into, code, { id, parentId, isOwn, unique, used });
    position += 1;
    into.put('themes', { ...row, position });
    const held = {
      name: row.name,
      colour: row.colour,
      definition: row.definition,
      when_to_use: row.when_to_use,
      when_not_to_use: row.when_not_to_use,
      example: row.example,
      ...(isDeeper && { parent: above.at(-1)!, standsUnder: parentId! }),
    };
    const { children, ...alone } = code;
    const kept = { ...alone, attributes: { ...code.attributes, guid: into.uniqueGuid(guid) } };
    into.keep(
      'Code',
      { element: { ...kept, children: children.filter(({ name }) => name !== 'Code') }, held },
      { guid, entityId: id },
    );
    for (const target of targetsOf(code, 'NoteRef'))
      if (!into.subjects.has(target)) into.subjects.set(target, { theme_id: id });
    if (/^(false|0)$/.test(code.attributes.isCodable ?? ''))
      into.remarks.add(
        'kept',
        'Codes that are only headings became themes like any other; the mark is kept for the next export.',
        code.attributes.name,
      );
    for (const child of childrenOf(code, 'Code')) visit(child, [...above, id]);
  };
  for (const code of codes) visit(code, []);
}

function themeRow(
  into: Into,
  code: Element,
  place: {
    id: string;
    parentId: string | null;
    isOwn: boolean;
    unique: (scope: string, name: string) => string;
    used: string[];
  },
) {
  const given = code.attributes.name;
  const name = place.unique(place.parentId ?? '', fittedName(given, LONGEST_NAME, 'Untitled theme'));
  if (name !== given)
    into.remarks.add(
      'changed',
      'Some names of codes were empty, too long, or twice under the same parent; they were made to fit.',
      given,
    );
  const colour = fittedColour(code.attributes.color) ?? leastUsedColour(place.used);
  if (place.used.length < PALETTE.length * 4) place.used.push(colour);
  const text = splitDefinition(descriptionOf(code) ?? '', place.isOwn);
  const fitted = Object.fromEntries(Object.entries(text).map(([key, value]) => [key, fittedText(value, LONGEST_TEXT)]));
  if (Object.entries(text).some(([key, value]) => fitted[key] !== value))
    into.remarks.add(
      'kept',
      'Descriptions of codes longer than 10,000 characters were cut; the whole of them is kept for the next export.',
      given,
    );
  return {
    id: place.id,
    study_id: into.studyId,
    parent_id: place.parentId,
    name,
    ...(fitted as typeof text),
    colour,
    created_by: into.by,
    created_at: into.at,
  } satisfies Row;
}

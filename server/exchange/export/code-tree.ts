import { element, type Element } from '../refi/element.ts';
import { joinDefinition } from '../refi/definition.ts';
import type { ExportedTheme } from './project-queries.ts';

/** What was kept of a code when it came in. */
export type KeptCode = {
  element: Element;
  /** `parent`: the theme that it stood under, where that was deeper than themes can stand, and it got another. */
  held: Partial<Record<keyof ReturnType<typeof heldOf> | 'parent' | 'standsUnder', string>>;
};

export type CodeWriting = {
  guidOf: (id: string) => string;
  kept: (id: string) => KeptCode | undefined;
  noteRefs: (id: string, kept: readonly Element[]) => Element[];
};

/** The codebook as nested codes; a theme whose parent is not among them stands at the top. */
export function codeTree(themes: readonly ExportedTheme[], writing: CodeWriting): Element[] {
  const ids = new Set(themes.map(({ id }) => id));
  const below = new Map<string | null, ExportedTheme[]>();
  for (const theme of themes) {
    const held = writing.kept(theme.id)?.held;
    const parentId = held?.parent !== undefined && held.standsUnder === theme.parentId ? held.parent : theme.parentId;
    const parent = parentId !== null && ids.has(parentId) ? parentId : null;
    below.set(parent, [...(below.get(parent) ?? []), theme]);
  }
  const write = (theme: ExportedTheme): Element => codeOf(theme, writing, (below.get(theme.id) ?? []).map(write));
  return (below.get(null) ?? []).map(write);
}

function heldOf({ name, colour, definition, when_to_use, when_not_to_use, example }: ExportedTheme) {
  return { name, colour, definition, when_to_use, when_not_to_use, example };
}

// What was not changed here goes out as it came in.
function codeOf(theme: ExportedTheme, writing: CodeWriting, children: Element[]): Element {
  const kept = writing.kept(theme.id);
  const now = heldOf(theme);
  const isSame = (key: keyof typeof now): boolean => kept?.held[key] === now[key];
  const text = joinDefinition(theme);
  const described = (['definition', 'when_to_use', 'when_not_to_use', 'example'] as const).every(isSame)
    ? kept!.element.children.find(({ name }) => name === 'Description')
    : text === ''
      ? undefined
      : element('Description', {}, [], text);
  return element(
    'Code',
    {
      ...kept?.element.attributes,
      guid: writing.guidOf(theme.id),
      name: isSame('name') ? (kept!.element.attributes.name ?? theme.name) : theme.name,
      isCodable: kept?.element.attributes.isCodable ?? 'true',
      color: isSame('colour') && kept!.element.attributes.color === undefined ? undefined : theme.colour.toUpperCase(),
    },
    [described, ...writing.noteRefs(theme.id, kept?.element.children ?? []), ...children],
  );
}

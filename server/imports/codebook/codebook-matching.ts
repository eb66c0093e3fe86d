import { asCompared } from '../../shared/names.ts';
import type { Theme } from '../../codebook/theme-tree.ts';
import { type IncomingTheme, TEXT_FIELDS } from './incoming-theme.ts';

/** In what a theme of the file differs from that of the codebook: `place` is the theme it stands under. */
export type Difference = 'name' | 'place' | (typeof TEXT_FIELDS)[number];

/**
 * A theme of the file beside that of the codebook that it is; `theme` undefined: there is none yet. `parentId`: the theme
 * of the codebook that it stands under in the file, null at the top, undefined where that is not there yet.
 */
export type Matched = {
  incoming: IncomingTheme;
  theme: Theme | undefined;
  parentId: string | null | undefined;
  differences: Difference[];
};

export type Comparison = { matched: Matched[]; onlyHere: Theme[] };

/** What can become of a theme of the file: the first two where there is none like it yet, the others where there is. */
export const CHOICES = ['add', 'skip', 'keep', 'take', 'separate'] as const;

/** What is to become of one; `fields` are those differences that are taken over. */
export type Decision = { choice: (typeof CHOICES)[number]; fields: readonly string[] };

/**
 * Which theme of the file is which of the codebook: by GUID first, then by the names that lead to it. `guids`: by which
 * GUID a theme came in or goes out, where that is not its id.
 */
export function compareCodebooks(
  incoming: readonly IncomingTheme[],
  present: readonly Theme[],
  guids: ReadonlyMap<string, string>,
): Comparison {
  const byId = new Map(present.map((theme) => [theme.id, theme]));
  const found = new Map<string, Theme>();
  const used = new Set<string>();
  const take = (key: string, theme: Theme | undefined): void => {
    if (!theme || used.has(theme.id)) return;
    used.add(theme.id);
    found.set(key, theme);
  };
  for (const { key, guid } of incoming) if (guid !== null) take(key, byId.get(guid) ?? byId.get(guids.get(guid) ?? ''));
  const byPlace = new Map(present.map((theme) => [placeKey(theme.parentId, theme.name), theme]));
  const parents = new Map<string, string | null | undefined>();
  for (const theme of incoming) {
    const parentId = parentIn(theme, found, byPlace);
    parents.set(theme.key, parentId);
    if (!found.has(theme.key) && parentId !== undefined) take(theme.key, byPlace.get(placeKey(parentId, theme.name)));
  }
  const matched = incoming.map((theme) => {
    const mine = found.get(theme.key);
    const parentId = parents.get(theme.key);
    return { incoming: theme, theme: mine, parentId, differences: mine ? differencesOf(theme, mine, parentId) : [] };
  });
  return { matched, onlyHere: present.filter(({ id }) => !used.has(id)) };
}

function parentIn(
  theme: IncomingTheme,
  found: ReadonlyMap<string, Theme>,
  byPlace: ReadonlyMap<string, Theme>,
): string | null | undefined {
  if (theme.parentKey !== null) return found.get(theme.parentKey)?.id;
  if (theme.parentPath === null) return null;
  let parentId: string | null = null;
  for (const name of theme.parentPath) {
    const next: Theme | undefined =
      byPlace.get(placeKey(parentId, name)) ??
      // A table may name a parent without saying where that stands.
      (theme.parentPath.length === 1 ? onlyOneCalled(name, byPlace) : undefined);
    if (!next) return undefined;
    parentId = next.id;
  }
  return parentId;
}

function onlyOneCalled(name: string, byPlace: ReadonlyMap<string, Theme>): Theme | undefined {
  const called = [...byPlace.values()].filter((theme) => alike(theme.name) === alike(name));
  return called.length === 1 ? called[0] : undefined;
}

function placeKey(parentId: string | null, name: string): string {
  return `${parentId ?? ''} ${alike(name)}`;
}

/** A name as names are compared: capitals, and blanks between words, make no difference. */
export function alike(name: string): string {
  return asCompared(name.replace(/\s+/g, ' ').trim());
}

function differencesOf(incoming: IncomingTheme, theme: Theme, parentId: string | null | undefined): Difference[] {
  return [
    ...(incoming.name === theme.name ? [] : (['name'] as const)),
    ...(parentId === undefined || parentId === theme.parentId ? [] : (['place'] as const)),
    // What a file leaves empty it says nothing about: nobody's words are taken over by none.
    ...TEXT_FIELDS.filter((field) => (incoming[field] ?? '') !== '' && incoming[field] !== theme[field]),
  ];
}

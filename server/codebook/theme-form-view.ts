import { leastUsedColour, PALETTE } from './palette.ts';
import { outline } from './theme-outline.ts';
import { colourName } from './theme-view.ts';
import type { ShownTheme } from './theme-queries.ts';
import { descendantIds, type Theme } from './theme-tree.ts';

/** What stands in the fields: a stored theme, or what was typed. */
type Values = Record<string, unknown>;

/** The values of a form for a new theme under `parentId`, in a colour that few others have. */
export function newThemeValues(id: string, themes: Theme[], parentId: string | undefined): Values {
  return { id, parent: parentId ?? '', colour: leastUsedColour(themes.map(({ colour }) => colour)) };
}

/** A stored theme as the values of its form. */
export function themeValues(theme: Theme): Values {
  return { ...theme, parent: theme.parentId ?? '' };
}

/** The choices of the form: where the theme may stand, and its colour. `id` is the theme being edited. */
export function themeFormView(values: Values, themes: Theme[], id?: string) {
  const own = new Set(id === undefined ? [] : descendantIds(themes, id));
  const colour = textOf(values.colour).toLowerCase();
  const other = !PALETTE.some(({ value }) => value === colour);
  return {
    values,
    parents: [
      { value: '', text: 'At the top of the codebook', selected: !values.parent },
      ...outline(themes)
        .filter((theme) => !own.has(theme.id))
        .map((theme) => ({
          value: theme.id,
          text: `${'\u00a0\u00a0\u00a0'.repeat(theme.depth)}${theme.number} ${theme.name}`,
          selected: theme.id === values.parent,
        })),
    ],
    colours: PALETTE.map(({ value, name }) => ({ value, name, checked: value === colour })),
    other,
    otherColour: other ? otherColourOf(values) : '#505a5f',
  };
}

function otherColourOf({ colour, otherColour }: Values): string {
  const typed = textOf(colour === 'other' ? otherColour : colour);
  return /^#[0-9a-f]{6}$/i.test(typed) ? typed : '#505a5f';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const TEXTS = [
  ['name', 'Name'],
  ['definition', 'Definition'],
  ['whenToUse', 'When to use it'],
  ['whenNotToUse', 'When not to use it'],
  ['example', 'Example'],
] as const;

/** What stands in the codebook where it is not what this person typed. */
export function theirChanges(typed: Values, theirs: ShownTheme, themes: Theme[]) {
  const nameOf = (id: unknown): string => themes.find((theme) => theme.id === id)?.name ?? 'At the top of the codebook';
  const texts: { label: string; text: string }[] = TEXTS.filter(
    ([field]) => (typed[field] ?? '') !== theirs[field],
  ).map(([field, label]) => ({ label, text: theirs[field] === '' ? '(empty)' : theirs[field] }));
  if ((typed.parent ?? null) !== theirs.parentId) texts.push({ label: 'Belongs under', text: nameOf(theirs.parentId) });
  if (typed.colour !== theirs.colour) texts.push({ label: 'Colour', text: colourName(theirs.colour) });
  return { by: theirs.changedBy, texts };
}

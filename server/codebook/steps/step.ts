import type { Theme } from '../theme-tree.ts';

export const STEP_KINDS = [
  'added',
  'changed',
  'moved',
  'merged',
  'split',
  'retired',
  'unretired',
  'removed',
  'restored',
  'reversed',
  'imported',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

const TEXTS = ['name', 'definition', 'whenToUse', 'whenNotToUse', 'example', 'colour'] as const;

/** All that a step can change in a theme, as it is kept with the step. */
export type ThemeState = Pick<Theme, (typeof TEXTS)[number] | 'parentId' | 'position' | 'mergedInto'> & {
  removed: boolean;
  retired: boolean;
};

/** What a step did to one theme; `before` null: the theme was new. */
export type ThemeChange = { themeId: string; before: ThemeState | null; after: ThemeState };

export const STATE_FIELDS = [...TEXTS, 'parentId', 'position', 'mergedInto', 'removed', 'retired'] as const;

export function stateOf(theme: Theme): ThemeState {
  const { name, definition, whenToUse, whenNotToUse, example, colour, parentId, position, mergedInto } = theme;
  return {
    name,
    definition,
    whenToUse,
    whenNotToUse,
    example,
    colour,
    parentId,
    position,
    mergedInto,
    removed: theme.removedAt !== null,
    retired: theme.retiredAt !== null,
  };
}

/** The fields in which two states differ. */
export function differingFields(before: ThemeState, after: ThemeState): (keyof ThemeState)[] {
  return STATE_FIELDS.filter((field) => before[field] !== after[field]);
}

/**
 * What happened between two readings of the whole codebook, removed themes included. A theme that only moved up or down
 * because others came or went is left out, unless the step was about it.
 */
export function changesBetween(before: readonly Theme[], after: readonly Theme[], subjectId: string): ThemeChange[] {
  const known = new Map(before.map((theme) => [theme.id, stateOf(theme)]));
  return after.flatMap((theme) => {
    const [old, state] = [known.get(theme.id) ?? null, stateOf(theme)];
    const differ = old === null ? ['new'] : differingFields(old, state);
    const counts = differ.some((field) => field !== 'position' || theme.id === subjectId);
    return counts ? [{ themeId: theme.id, before: old, after: state }] : [];
  });
}

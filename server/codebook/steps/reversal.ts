import { DEEPEST, heightOf, siblingsAt, type Theme, themesInOrder } from '../theme-tree.ts';
import { differingFields, stateOf, type StepKind, type ThemeChange, type ThemeState } from './step.ts';

/** Where and in what state a theme must be put to take a step back, and which of its fields that changes. */
export type Return = { theme: Theme; state: ThemeState; fields: (keyof ThemeState)[] };

/** How a step is taken back, or what stands in the way, as a sentence. */
export type Reversal = { obstacle: string } | { returns: Return[] };

/** `codebook`: every theme as it is now, removed ones included. */
export function reversalOf(
  step: { kind: StepKind; intoId: string | null; changes: readonly ThemeChange[] },
  codebook: readonly Theme[],
): Reversal {
  if (step.kind === 'reversed')
    return { obstacle: 'A reversal is not reversed itself: make the change again instead.' };
  const into = codebook.find(({ id }) => id === step.intoId);
  if (into && into.removedAt !== null) return { obstacle: changedSince(into, 'removed', codebook) };
  const returns: Return[] = [];
  for (const { themeId, before, after } of step.changes) {
    const theme = codebook.find(({ id }) => id === themeId);
    if (!theme) return { obstacle: `“${after.name}” is not in the codebook any more.` };
    const now = stateOf(theme);
    const goal: ThemeState = before ?? { ...now, removed: true };
    const touched = before ? differingFields(before, after) : (['removed'] as const);
    // Its number among siblings changes with theirs: it matters where the step was about nothing else.
    const changed = touched.find(
      (field) => now[field] !== after[field] && (field !== 'position' || touched.length === 1),
    );
    if (changed !== undefined) return { obstacle: changedSince(theme, changed, codebook) };
    const fields = touched.filter((field) => now[field] !== goal[field]);
    const state = { ...now, ...Object.fromEntries(fields.map((field) => [field, goal[field]])) };
    // Back in the codebook, or back under its parent, it also takes the place that it had.
    if (before && (fields.includes('removed') || fields.includes('parentId'))) state.position = before.position;
    returns.push({ theme, state, fields: [...fields] });
  }
  const obstacle = obstacleIn(returns, codebook);
  return obstacle === undefined ? { returns } : { obstacle };
}

/** The present themes as they would stand with the returns made; positions among siblings not numbered anew yet. */
export function presentAfter(returns: readonly Return[], codebook: readonly Theme[]): Theme[] {
  const states = new Map(returns.map(({ theme, state }) => [theme.id, state]));
  return codebook.flatMap((theme) => {
    const state = states.get(theme.id);
    if (state ? state.removed : theme.removedAt !== null) return [];
    return [state ? { ...theme, name: state.name, parentId: state.parentId, position: state.position } : theme];
  });
}

/** The new numbers of all siblings where a return takes a theme away or puts one; those put back take their old places. */
export function placesAfter(
  returns: readonly Return[],
  codebook: readonly Theme[],
): { id: string; position: number }[] {
  const moving = returns.filter(({ fields }) =>
    fields.some((field) => field === 'removed' || field === 'parentId' || field === 'position'),
  );
  const present = presentAfter(returns, codebook);
  const groups = new Set(moving.flatMap(({ theme, state }) => [theme.parentId, state.parentId]));
  const put = new Set(moving.filter(({ state }) => !state.removed).map(({ theme }) => theme.id));
  return [...groups].flatMap((parentId) => {
    const members = siblingsAt(present, parentId);
    const siblings = members.filter(({ id }) => !put.has(id));
    for (const member of members.filter(({ id }) => put.has(id)))
      siblings.splice(Math.max(0, member.position - 1), 0, member);
    return siblings.map(({ id }, index) => ({ id, position: index + 1 }));
  });
}

function changedSince(theme: Theme, field: keyof ThemeState, codebook: readonly Theme[]): string {
  const name = `“${theme.name}”`;
  const target = codebook.find(({ id }) => id === theme.mergedInto);
  if (target) return `${name} was merged into “${target.name}” since. Reverse that step first.`;
  switch (field) {
    case 'removed':
      return theme.removedAt === null
        ? `${name} is back in the codebook already.`
        : `${name} was removed since. Restore it first.`;
    case 'retired':
      return theme.retiredAt === null
        ? `${name} is in use again already.`
        : `${name} was retired since. Take it into use first.`;
    case 'parentId':
      return `${name} was moved since. Move it back first.`;
    case 'position':
      return `${name}, or a theme beside it, was moved since. Move it by hand.`;
    case 'mergedInto':
      return `${name} is not merged any more.`;
    default:
      return `${name} was changed again since. Reverse that step first, or edit the theme.`;
  }
}

function obstacleIn(returns: readonly Return[], codebook: readonly Theme[]): string | undefined {
  const present = presentAfter(returns, codebook);
  const ids = new Set(present.map(({ id }) => id));
  const nameOf = (id: string | null) => codebook.find((theme) => theme.id === id)?.name ?? '';
  for (const { theme, state } of returns) {
    if (state.removed) {
      const child = present.find(({ parentId }) => parentId === theme.id);
      if (child) return `“${child.name}” stands under “${theme.name}” now. Move it elsewhere first.`;
      continue;
    }
    if (state.parentId !== null && !ids.has(state.parentId))
      return `“${state.name}” belongs under “${nameOf(state.parentId)}”, which is not in the codebook any more. Bring that one back first.`;
    const double = present.find(
      ({ id, name, parentId }) =>
        id !== theme.id && parentId === state.parentId && name.toLowerCase() === state.name.toLowerCase(),
    );
    if (double) return `Another theme is called “${double.name}” in the same place now. Rename or move that one first.`;
    if (isRing(present, theme.id))
      return `“${state.name}” would stand under itself: themes were moved since. Move them back first.`;
    if (depthOf(present, theme.id) + heightOf(present, theme.id) > DEEPEST)
      return `“${state.name}” would stand more than ${DEEPEST} levels deep. Move the theme it belongs under nearer to the top first.`;
  }
  return undefined;
}

function isRing(present: readonly Theme[], id: string): boolean {
  const parents = new Map(present.map((theme) => [theme.id, theme.parentId]));
  const seen = new Set<string>();
  for (let at: string | null | undefined = id; at; at = parents.get(at)) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

function depthOf(present: readonly Theme[], id: string): number {
  return themesInOrder(present).find((theme) => theme.id === id)?.depth ?? 0;
}

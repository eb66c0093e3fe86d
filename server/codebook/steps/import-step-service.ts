import { recordEvents } from '../../audit/event-service.ts';
import type { Actor, Transaction } from '../../database/connection.ts';
import { ConflictError, FieldError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { asCompared } from '../../shared/names.ts';
import { leastUsedColour } from '../palette.ts';
import { branchOf, placeRefusal, placesAfterMove } from '../theme-places.ts';
import { insertTheme, listThemes, type ThemeText, updatePositions, updateTheme } from '../theme-queries.ts';
import { unlessNameTaken } from '../theme-service.ts';
import { siblingsAt, type Theme, type ThemeNode } from '../theme-tree.ts';
import { type LockedCodebook, recordStep } from './step-service.ts';

/**
 * A theme that comes in: a new one, under a theme of the codebook (`parentId`) or under another that comes in
 * (`underKey`); `colour` null: one that is little used is chosen.
 */
export type ComingTheme = Omit<ThemeText, 'colour'> & {
  key: string;
  id: string | undefined;
  parentId: string | null;
  underKey: string | undefined;
  colour: string | null;
};

/** What a theme of the codebook takes over; a place only where `parentId` is given. */
export type TakenOver = { id: string; text: Partial<ThemeText>; parentId?: string | null };

/** What a theme that comes in has to know of those that are there. */
type Present = ThemeNode & { colour: string };

/** Adds and changes themes as one step of the codebook, which the caller has locked. ConflictError says what does not fit. */
export async function importIntoCodebook(
  trx: Transaction,
  actor: Actor,
  before: LockedCodebook,
  step: { id: string; coming: readonly ComingTheme[]; taken: readonly TakenOver[] },
): Promise<void> {
  // Kept up to date here, not read anew for each: a file may have thousands of themes.
  let themes = before.present;
  for (const taken of step.taken) themes = await takeOver(trx, actor, taken, themes);
  const present: Present[] = [...themes];
  const ids = new Map<string, string>();
  for (const coming of step.coming) {
    const theme = await bringIn(trx, actor, coming, { present, ids });
    present.push(theme);
    ids.set(coming.key, theme.id);
  }
  const subjectId = step.taken[0]?.id ?? [...ids.values()][0];
  if (subjectId === undefined) return;
  await recordEvents(trx, actor, [
    ...step.taken.map(({ id, text }) => ({
      kind: 'theme.changed' as const,
      subjectId: id,
      after: { fields: Object.keys(text) },
    })),
    ...[...ids.values()].map((id) => ({ kind: 'theme.added' as const, subjectId: id })),
    { kind: 'codebook.imported', after: { added: ids.size, changed: step.taken.length, step: step.id } },
  ]);
  await recordStep(trx, actor, before, { kind: 'imported', subjectId, id: step.id });
}

/** The themes as they are afterwards. */
async function takeOver(
  trx: Transaction,
  actor: Actor,
  { id, text, parentId }: TakenOver,
  present: readonly Theme[],
): Promise<readonly Theme[]> {
  const theme = present.find((each) => each.id === id)!;
  const goal = parentId === undefined ? theme.parentId : parentId;
  const moves = goal !== theme.parentId;
  const refusal = moves ? placeRefusal(present, goal, branchOf(present, id)) : undefined;
  if (refusal !== undefined) throw new ConflictError(`“${theme.name}” cannot be moved as in the file. ${refusal}`);
  const change = { ...theme, ...text, parentId: goal, by: actor.membershipId };
  await orConflict(() => unlessNameTaken(change.name, () => updateTheme(trx, id, change)));
  if (!moves) return present.map((each) => (each.id === id ? { ...each, ...text, version: each.version + 1 } : each));
  const last = { parentId: goal, position: siblingsAt(present, goal).length + 1 };
  await updatePositions(trx, placesAfterMove(present, id, last));
  return listThemes(trx);
}

async function bringIn(
  trx: Transaction,
  actor: Actor,
  coming: ComingTheme,
  { present, ids }: { present: readonly Present[]; ids: ReadonlyMap<string, string> },
): Promise<Present> {
  const parentId = coming.underKey === undefined ? coming.parentId : (ids.get(coming.underKey) ?? coming.parentId);
  const refusal = placeRefusal(present, parentId, { height: 1 });
  if (refusal !== undefined) throw new ConflictError(`“${coming.name}” cannot be added. ${refusal}`);
  const siblings = siblingsAt(present, parentId);
  const row = {
    name: freeName(coming.name, siblings),
    definition: coming.definition,
    whenToUse: coming.whenToUse,
    whenNotToUse: coming.whenNotToUse,
    example: coming.example,
    colour: coming.colour ?? leastUsedColour(present.map(({ colour }) => colour)),
    studyId: actor.studyId,
    parentId,
    position: Math.max(0, ...siblings.map(({ position }) => position)) + 1,
    by: actor.membershipId,
  };
  // Its own id, so that the next file of the same codebook finds it; unless that is taken, in this study or another.
  for (const id of [...(coming.id === undefined ? [] : [coming.id]), newId()])
    if (await orConflict(() => unlessNameTaken(row.name, () => insertTheme(trx, { ...row, id }))))
      return { ...row, id };
  throw new Error('a new id was taken');
}

// Two of one name cannot stand in one place: the one that comes gets a number.
function freeName(name: string, siblings: readonly ThemeNode[]): string {
  const taken = new Set(siblings.map((each) => asCompared(each.name)));
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name.slice(0, 190)} (${number})`;
    if (!taken.has(asCompared(tried))) return tried;
  }
}

async function orConflict<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof FieldError) throw new ConflictError(error.message);
    throw error;
  }
}

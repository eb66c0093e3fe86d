import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ComingTheme, importIntoCodebook, type TakenOver } from '../../codebook/steps/import-step-service.ts';
import { findStep } from '../../codebook/steps/step-queries.ts';
import { findCodebookForUpdate, listThemes } from '../../codebook/theme-queries.ts';
import type { Theme } from '../../codebook/theme-tree.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { ConflictError, FieldError, NotFoundError } from '../../shared/errors.ts';
import type { ReceivedFile } from '../../web/uploads.ts';
import { decodeText } from '../reading/text-encoding.ts';
import { compareCodebooks, type Comparison, type Decision, type Matched } from './codebook-matching.ts';
import {
  type CodebookImport,
  findCodebookImport,
  insertCodebookImport,
  listThemeGuids,
  updateCodebookImportOver,
} from './codebook-import-queries.ts';
import { readCsvCodebook } from './csv-codebook.ts';
import { withinDepth } from './incoming-theme.ts';
import type { IncomingCodebook } from './incoming-theme.ts';
import { readQdc } from './qdc-codebook.ts';

export const LONGEST_FILE = 5 * 1024 * 1024;

const CHANGED =
  'The codebook was changed after you opened this page. It is compared anew below, with what you chose: look again at what is marked, then confirm.';

/** Reads a codebook and keeps it to be compared. Sending the same form twice keeps it once. FieldError for what is none. */
export async function receiveCodebook(db: Db, actor: Actor, id: string, file: ReceivedFile): Promise<void> {
  const read = readOrRefuse(file.name, await readFile(file.part));
  await inStudy(db, actor, async (trx) => {
    const row = {
      id,
      studyId: actor.studyId,
      by: actor.membershipId,
      fileName: file.name.slice(0, 255) || 'codebook',
      sha256: file.sha256,
      ...read,
    };
    if (!(await insertCodebookImport(trx, row)) && !(await findCodebookImport(trx, id))) throw new NotFoundError();
  });
}

function readOrRefuse(name: string, bytes: Buffer): IncomingCodebook {
  try {
    if (bytes.readUInt16BE(0) === 0x504b)
      throw new Refusal(
        'The file is a ZIP: perhaps a .qdpx or a spreadsheet. Choose a .qdc, or save the table as CSV.',
      );
    const text = decodeText(bytes)?.text;
    if (text === undefined) throw new Refusal('The file is no text. Choose a .qdc, or save the table as CSV.');
    const start = text.trimStart();
    return withinDepth(start.startsWith('<') ? readQdc(start) : readCsvCodebook(text));
  } catch (error) {
    if (error instanceof Refusal) throw new FieldError('file', error.message);
    if (error instanceof RangeError) throw new FieldError('file', `“${name.slice(0, 100)}” is empty.`);
    throw error;
  }
}

/** An import beside the codebook as it is now. `seen` tells one state of the codebook from another. */
export type Compared = { found: CodebookImport; comparison: Comparison; present: Theme[]; seen: string };

export async function compareImport(db: Db, actor: Actor, id: string): Promise<Compared> {
  return inStudy(db, actor, async (trx) => {
    const found = await findCodebookImport(trx, id);
    if (!found) throw new NotFoundError();
    return { found, ...(await compared(trx, found)) };
  });
}

async function compared(trx: Transaction, { themes }: CodebookImport) {
  const present = await listThemes(trx);
  const comparison = compareCodebooks(themes, present, await listThemeGuids(trx));
  const states = present.map(({ id, version, parentId }) => `${id} ${version} ${parentId}`).toSorted();
  return { present, comparison, seen: createHash('sha256').update(states.join('\n')).digest('hex') };
}

/**
 * Takes in what was chosen, as one step. ConflictError when the codebook was changed meanwhile. Doing it again does nothing,
 * and is false.
 */
export function confirmCodebook(
  db: Db,
  actor: Actor,
  id: string,
  { seen, decide }: { seen: string; decide: (index: number, matched: Matched) => Decision },
): Promise<boolean> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const found = await findCodebookImport(trx, id);
    if (!found) throw new NotFoundError();
    if (found.state !== 'ready') return false;
    const now = await compared(trx, found);
    if (now.seen !== seen) throw new ConflictError(CHANGED);
    const plan = planOf(now.comparison, decide);
    await importIntoCodebook(trx, actor, before, { id, ...plan });
    const step = await findStep(trx, id);
    await updateCodebookImportOver(trx, id, { state: 'done', stepId: step ? id : null });
    return true;
  });
}

/** Forgets a codebook that was not taken in. */
export function dropCodebook(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    if (!(await findCodebookImport(trx, id))) throw new NotFoundError();
    await updateCodebookImportOver(trx, id, { state: 'dropped' });
  });
}

/** What the choices come to. A theme whose parent is left out comes under the nearest one above it that is there. */
export function planOf(
  { matched }: Comparison,
  decide: (index: number, matched: Matched) => Decision,
): { coming: ComingTheme[]; taken: TakenOver[] } {
  const coming: ComingTheme[] = [];
  const taken: TakenOver[] = [];
  const byKey = new Map(matched.map((one) => [one.incoming.key, one]));
  const comes = new Set<string>();
  const placeOf = (one: Matched): Pick<ComingTheme, 'parentId' | 'underKey'> => {
    let top = one;
    while (top.incoming.parentKey !== null) {
      top = byKey.get(top.incoming.parentKey)!;
      if (comes.has(top.incoming.key)) return { parentId: null, underKey: top.incoming.key };
      if (top.theme) return { parentId: top.theme.id, underKey: undefined };
    }
    return { parentId: top.parentId ?? null, underKey: undefined };
  };
  for (const [index, one] of matched.entries()) {
    const { choice, fields } = decide(index, one);
    const { incoming, theme } = one;
    if (theme === undefined ? choice === 'add' : choice === 'separate') {
      coming.push({
        key: incoming.key,
        id: theme === undefined && incoming.guid !== null ? incoming.guid : undefined,
        ...placeOf(one),
        name: incoming.name,
        definition: incoming.definition ?? '',
        whenToUse: incoming.whenToUse ?? '',
        whenNotToUse: incoming.whenNotToUse ?? '',
        example: incoming.example ?? '',
        colour: incoming.colour,
      });
      comes.add(incoming.key);
    } else if (theme !== undefined && choice === 'take') {
      const wanted = one.differences.filter((field) => fields.includes(field));
      const text = Object.fromEntries(
        wanted.filter((field) => field !== 'place').map((field) => [field, incoming[field as 'name']]),
      );
      if (wanted.length > 0)
        taken.push({ id: theme.id, text, ...(wanted.includes('place') && { parentId: one.parentId ?? null }) });
    }
  }
  return { coming, taken };
}

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { copyCsv } from '../database/copy-out.ts';
import { formatCalendarDate, toLocalDate } from '../shared/dates.ts';
import { AppError, ConflictError, NotFoundError } from '../shared/errors.ts';
import { beginningOf, createMeter, exportFileName, type Measure } from './export-file.ts';
import {
  type Export,
  exportSelect,
  findExport,
  insertExport,
  updateExportAbandoned,
  updateExportCompleted,
} from './export-queries.ts';
import { chosenValues, type ExtractFilter, FIELD_NAMES, unknownChoices } from './extract-filter.ts';
import { listChoices } from './extract-queries.ts';

// Up to here, saying on a page whether the data have changed takes a fraction of a second: the file is made and measured.
const SOON_CHECKED_ROWS = 20_000;

const CHANGED =
  'The extracts have changed since this export was made, so its file can no longer be made again. Make a new export with the same filter; it gets a number of its own.';

/** Records an export before anything leaves. Sending the same id twice makes it once. AppError 422: what it asks for is not there. */
export function requestExport(
  db: Db,
  actor: Actor,
  { id, filter, byteOrderMark }: { id: string; filter: ExtractFilter; byteOrderMark: boolean },
): Promise<void> {
  return inStudy(db, actor, async (trx) => {
    const choices = await listChoices(trx, filter);
    const refusal = Object.values(unknownChoices(filter, choices))[0];
    if (refusal !== undefined) throw new AppError(422, `${refusal}.`);
    const read = chosenValues(filter, choices, formatCalendarDate).map(({ field, text }) => ({
      field: FIELD_NAMES[field],
      text,
    }));
    const row = { id, studyId: actor.studyId, by: actor.membershipId, filter: { ...filter, read }, byteOrderMark };
    if (await insertExport(trx, row)) {
      await recordEvent(trx, actor, {
        kind: 'export.requested',
        subjectId: id,
        after: { format: 'csv', byteOrderMark },
      });
      return;
    }
    // The id is taken: by this form, sent twice, or by a row that this member cannot see.
    if (!(await findExport(trx, id))) throw new NotFoundError();
  });
}

/** Records, under a number of its own, an export for people outside the team that somebody has confirmed. */
export async function recordOutsideExport(
  trx: Transaction,
  actor: Actor,
  row: { id: string; disclosureId: string; filter: Export['filter']; byteOrderMark: boolean; format: string },
): Promise<void> {
  const { id, disclosureId, filter, byteOrderMark, format } = row;
  const place = { id, disclosureId, filter, byteOrderMark, format };
  await insertExport(trx, { ...place, studyId: actor.studyId, by: actor.membershipId });
  await recordEvent(trx, actor, { kind: 'export.requested', subjectId: id, after: { format, for: 'outside' } });
}

/** Leaves on record that the file of such an export was handed over whole, and what it came to. */
export async function recordOutsideDownload(
  trx: Transaction,
  actor: Actor,
  id: string,
  measure: Measure,
): Promise<void> {
  await updateExportCompleted(trx, id, measure);
  await recordEvent(trx, actor, { kind: 'export.downloaded', subjectId: id, after: measure });
}

/** Whether the file of a completed export would still be the same; undefined where that takes too long to say on a page. */
export function checkExport(db: Db, actor: Actor, found: Export): Promise<boolean | undefined> {
  // What leaves the team is compared where it is made.
  if (found.disclosureId !== null) return Promise.resolve(undefined);
  if (found.sha256 === null || (found.rowCount ?? 0) > SOON_CHECKED_ROWS) return Promise.resolve(undefined);
  return inStudy(db, actor, (trx) => isUnchanged(trx, actor, found), { snapshot: true });
}

/** Where a file goes. `begin` is called once, before the first byte; `length` in bytes where it is known. */
export type Destination = {
  out: Writable;
  begin(head: { fileName: string; length: number | null }): void;
  /** Aborted when whoever receives the file has gone. */
  signal: AbortSignal;
};

/**
 * Sends the file of an export, reading no faster than it is taken. The first time that it is sent whole, its rows, bytes and
 * sha256 are recorded; after that the same bytes are sent or none: ConflictError when the data have changed. False when the
 * receiver went away.
 */
export async function sendExport(db: Db, actor: Actor, id: string, to: Destination): Promise<boolean> {
  let begun = false;
  // The last piece is held back until the file is on record: whoever has all of it can find it there.
  let held: Buffer | undefined;
  const sendLate = async (chunk: Buffer): Promise<void> => {
    const ready = held;
    held = chunk;
    if (ready) await send(to, ready);
  };
  try {
    const measure = await inStudy(
      db,
      actor,
      async (trx) => {
        const found = await findExport(trx, id);
        if (!found || found.disclosureId !== null) throw new NotFoundError();
        if (found.sha256 !== null && !(await isUnchanged(trx, actor, found, to.signal)))
          throw new ConflictError(CHANGED);
        begun = true;
        to.begin({
          fileName: exportFileName(actor.studyName, found.number, toLocalDate(found.requestedAt, actor.timeZone)),
          length: found.byteLength,
        });
        return writeFile(trx, actor, found, sendLate, to.signal);
      },
      { snapshot: true },
    );
    await inStudy(db, actor, async (trx) => {
      // Two first downloads at once, and the data changed between them: only one of them can be this export.
      if ((await updateExportCompleted(trx, id, measure)) !== measure.sha256) throw new ConflictError(CHANGED);
      await recordEvent(trx, actor, { kind: 'export.downloaded', subjectId: id, after: measure });
    });
    to.out.end(held);
    return true;
  } catch (error) {
    if (begun)
      await inStudy(db, actor, async (trx) => {
        await updateExportAbandoned(trx, id);
        await recordEvent(trx, actor, { kind: 'export.abandoned', subjectId: id });
      });
    if (to.signal.aborted) return false;
    throw error;
  }
}

async function isUnchanged(trx: Transaction, actor: Actor, found: Export, signal?: AbortSignal): Promise<boolean> {
  const { sha256 } = await writeFile(trx, actor, found, () => {}, signal);
  return sha256 === found.sha256;
}

async function writeFile(
  trx: Transaction,
  actor: Actor,
  { filter, byteOrderMark }: Export,
  take: (chunk: Buffer) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<Measure> {
  const choices = await listChoices(trx);
  const meter = createMeter();
  const pass = (chunk: Buffer): void | Promise<void> => {
    meter.add(chunk);
    return take(chunk);
  };
  const beginning = beginningOf({ byteOrderMark });
  if (beginning.length > 0) await pass(beginning);
  const select = exportSelect(trx, { filter, choices, timeZone: actor.timeZone });
  return meter.measure(await copyCsv(trx, select, pass, signal));
}

async function send({ out, signal }: Destination, chunk: Buffer): Promise<void> {
  signal.throwIfAborted();
  if (!out.write(chunk)) await once(out, 'drain', { signal });
}

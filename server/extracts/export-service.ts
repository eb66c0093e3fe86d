import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { copyCsv } from '../database/copy-out.ts';
import { MOST_ROWS } from '../documents/xlsx-sheet.ts';
import { formatCalendarDate, toLocalDate } from '../shared/dates.ts';
import { AppError, ConflictError, NotFoundError } from '../shared/errors.ts';
import { codebookInWords, countRaw, openContent } from './export-content-service.ts';
import { beginningOf, createMeter, exportFileName, type Measure } from './export-file.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import {
  type Export,
  exportSelect,
  findExport,
  insertExport,
  updateExportAbandoned,
  updateExportCompleted,
} from './export-queries.ts';
import { chosenValues, EVERYTHING, type ExtractFilter, FIELD_NAMES, unknownChoices } from './extract-filter.ts';
import { listChoices } from './extract-queries.ts';
import { countLeaving } from './extract-source-queries.ts';
import { findLeavingNote } from './note/note-source-queries.ts';

// Up to here, saying on a page whether the data have changed takes a fraction of a second: the file is made and measured.
const SOON_CHECKED_ROWS = 20_000;
const SOON_CHECKED_ROWS_MADE = 2000;

const CHANGED =
  'What this export was made of has changed since, so its file can no longer be made again. Make a new export in the same way; it gets a number of its own.';

const STILL_RAW =
  'This note has not been de-identified yet, and only its author and the lead may read it until it is. De-identify it first; then it can be exported.';
const TOO_MANY_ROWS = `A sheet of Excel has ${MOST_ROWS.toLocaleString('en-GB')} rows, and these extracts are more. Choose CSV, or filter them further.`;

/** Records an export before anything leaves. Sending the same id twice makes it once. AppError 422: what it asks for is not there. */
export function requestExport(
  db: Db,
  actor: Actor,
  asked: { id: string; filter: ExtractFilter; format: ExportFormat; byteOrderMark: boolean },
): Promise<void> {
  const { id, format } = asked;
  const filter = filterFor(format, asked.filter);
  // A byte order mark is for CSV alone: other formats say themselves what they are written in.
  const byteOrderMark = asked.byteOrderMark && format === 'csv';
  return inStudy(db, actor, async (trx) => {
    const choices = await listChoices(trx, filter);
    const refusal = Object.values(unknownChoices(filter, choices))[0];
    if (refusal !== undefined) throw new AppError(422, `${refusal}.`);
    await refuseWhatCannotLeave(trx, actor, { filter, format });
    const read = chosenValues(filter, choices, formatCalendarDate).map(({ field, text }) => ({
      field: FIELD_NAMES[field],
      text,
    }));
    const raw = await countRaw(trx, actor, { format, filter });
    const isNew = await insertExport(trx, {
      id,
      studyId: actor.studyId,
      by: actor.membershipId,
      filter: { ...filter, read },
      format,
      codebook: await codebookInWords(trx),
      byteOrderMark,
      raw,
    });
    if (isNew) {
      await recordEvent(trx, actor, {
        kind: 'export.requested',
        subjectId: id,
        after: { format, byteOrderMark, ...deidentifiedOnly(filter), rawNotes: raw.notes },
      });
      return;
    }
    // The id is taken: by this form, sent twice, or by a row that this member cannot see.
    if (!(await findExport(trx, id))) throw new NotFoundError();
  });
}

/** What of a filter means anything for that which is exported. */
function filterFor(format: ExportFormat, filter: ExtractFilter): ExtractFilter {
  switch (EXPORT_FORMATS[format].subject) {
    case 'extracts':
      return filter;
    case 'note':
      return { ...EVERYTHING, note: filter.note };
    case 'tidy':
      return { ...EVERYTHING, deidentified: filter.deidentified };
    default:
      return EVERYTHING;
  }
}

function deidentifiedOnly({ deidentified }: ExtractFilter): { withoutRawNotes?: true } {
  return deidentified === null ? {} : { withoutRawNotes: true };
}

async function refuseWhatCannotLeave(
  trx: Transaction,
  { timeZone }: Actor,
  { filter, format }: { filter: ExtractFilter; format: ExportFormat },
): Promise<void> {
  if (EXPORT_FORMATS[format].subject === 'note') {
    if (filter.note.length !== 1) throw new AppError(422, 'Open the note and choose there what to download it as.');
    if (!(await findLeavingNote(trx, filter.note[0]!, timeZone))) throw new AppError(422, STILL_RAW);
  }
  if (format !== 'xlsx') return;
  const { codings } = await countLeaving(trx, { filter, choices: await listChoices(trx), timeZone });
  if (codings >= MOST_ROWS) throw new AppError(422, TOO_MANY_ROWS);
}

/** Whether the file of a completed export would still be the same; undefined where that takes too long to say on a page. */
export function checkExport(db: Db, actor: Actor, found: Export): Promise<boolean | undefined> {
  // What leaves the team is compared where it is made.
  if (found.disclosureId !== null) return Promise.resolve(undefined);
  const soon = found.format === 'csv' ? SOON_CHECKED_ROWS : SOON_CHECKED_ROWS_MADE;
  if (found.sha256 === null || (found.rowCount ?? 0) > soon) return Promise.resolve(undefined);
  return inStudy(db, actor, (trx) => isUnchanged(trx, actor, found), { snapshot: true });
}

/** How far the making of a file has come. `of` and `rows` where rows are counted on the way: COPY says them at the end. */
export type Making = { isCompared: boolean; bytes: () => number; rows?: () => number; of?: number };

/** Where a file goes. `begin` is called once, before the first byte; `length` in bytes where it is known. */
export type Destination = {
  out: Writable;
  begin(head: { fileName: string; length: number | null }): void;
  /** Aborted when whoever receives the file has gone. */
  signal: AbortSignal;
  /** Told each time that the file begins to be made: once to be compared, where it was downloaded before, and once to be sent. */
  watch?: (making: Making) => unknown;
};

/**
 * Sends the file of an export, reading no faster than it is taken. The first time that it is sent whole, its rows, bytes and
 * sha256 are recorded; after that the same bytes are sent or none: ConflictError when the data have changed. False when the
 * receiver went away.
 */
export async function sendExport(db: Db, actor: Actor, id: string, to: Destination): Promise<boolean> {
  let begun = false;
  const sending = holdingBackLast(to);
  try {
    const { measure, codebook, raw } = await inStudy(
      db,
      actor,
      async (trx) => {
        const recorded = await findExport(trx, id);
        if (!recorded || recorded.disclosureId !== null) throw new NotFoundError();
        if (recorded.sha256 !== null && !(await isUnchanged(trx, actor, recorded, to)))
          throw new ConflictError(CHANGED);
        // Until it has left once, an export is of the codebook and the notes as they are, not as when it was asked for.
        const isFirst = recorded.sha256 === null;
        const codebook = isFirst ? await codebookInWords(trx) : recorded.codebook;
        const raw = isFirst ? await countRaw(trx, actor, recorded) : recorded.raw;
        const found = { ...recorded, codebook, raw };
        begun = true;
        const day = toLocalDate(found.requestedAt, actor.timeZone);
        to.begin({
          fileName: exportFileName(actor.studyName, found.number, day, found.format),
          length: found.byteLength,
        });
        const measure = await writeFile(trx, actor, found, sending.take, { ...to, isCompared: false });
        return { measure, codebook, raw };
      },
      { snapshot: true },
    );
    await inStudy(db, actor, async (trx) => {
      // Two first downloads at once, and the data changed between them: only one of them can be this export.
      if ((await updateExportCompleted(trx, id, measure, { codebook, raw })) !== measure.sha256)
        throw new ConflictError(CHANGED);
      const after = { ...measure, ...(raw && { rawNotes: raw.notes }) };
      await recordEvent(trx, actor, { kind: 'export.downloaded', subjectId: id, after });
    });
    sending.end();
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

type Watched = { signal?: AbortSignal; watch?: (making: Making) => unknown };

async function isUnchanged(trx: Transaction, actor: Actor, found: Export, watched: Watched = {}): Promise<boolean> {
  try {
    const { sha256 } = await writeFile(trx, actor, found, () => {}, { ...watched, isCompared: true });
    return sha256 === found.sha256;
  } catch (error) {
    // What it was of is gone.
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

async function writeFile(
  trx: Transaction,
  actor: Actor,
  found: Export,
  take: (chunk: Buffer) => void | Promise<void>,
  { signal, watch, isCompared }: Watched & { isCompared: boolean },
): Promise<Measure> {
  const meter = createMeter();
  const pass = (chunk: Buffer): void | Promise<void> => {
    meter.add(chunk);
    return take(chunk);
  };
  if (found.format === 'csv') {
    watch?.({ isCompared, bytes: meter.bytes });
    return meter.measure(await copyFile(trx, actor, found, pass, signal));
  }
  const content = await openContent(trx, actor, found);
  if (!content) throw new ConflictError(CHANGED);
  const { pieces, of, rows } = content;
  watch?.({ isCompared, bytes: meter.bytes, rows, of });
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    await pass(piece);
  }
  return meter.measure(rows());
}

/** The CSV file, by COPY: the number of its rows. */
async function copyFile(
  trx: Transaction,
  actor: Actor,
  { filter, byteOrderMark }: Export,
  take: (chunk: Buffer) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const choices = await listChoices(trx);
  const beginning = beginningOf({ byteOrderMark });
  if (beginning.length > 0) await take(beginning);
  return copyCsv(trx, exportSelect(trx, { filter, choices, timeZone: actor.timeZone }), take, signal);
}

/**
 * Sends pieces no faster than they are taken. The last is held back until `end`, when the file is on record: whoever has all
 * of it can find it there.
 */
export function holdingBackLast({ out, signal }: Pick<Destination, 'out' | 'signal'>) {
  let held: Buffer | undefined;
  return {
    take: async (chunk: Buffer): Promise<void> => {
      const ready = held;
      held = chunk;
      if (!ready) return;
      signal.throwIfAborted();
      if (!out.write(ready)) await once(out, 'drain', { signal });
    },
    end: (): void => void out.end(held),
  };
}

import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { failureSentence } from '../exchange/failure-service.ts';
import { type Jobs, withinJob } from '../exchange/jobs.ts';
import { type Destination, holdingBackLast } from '../extracts/export-service.ts';
import { recordOutsideDownload, recordOutsideExport } from '../extracts/outside-record-service.ts';
import {
  chosenValues,
  EVERYTHING,
  type ExtractFilter,
  FIELD_NAMES,
  unknownChoices,
} from '../extracts/extract-filter.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { formatCalendarDate, toLocalDate } from '../shared/dates.ts';
import { AppError, ConflictError, FieldError, NotFoundError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import {
  type Disclosure,
  findDisclosure,
  insertDisclosure,
  type NewDisclosure,
  updateDisclosureBegun,
  updateDisclosureConfirmed,
  updateDisclosureFailed,
  updateDisclosurePreviewed,
} from './disclosure-queries.ts';
import { doLookThrough, doMake } from './doing-service.ts';
import { isOfExtracts, isOfNote, type OutsideFormat } from './formats.ts';
import { outsideFile } from './opening-service.ts';
import { riskKindsOf } from './preview.ts';
import { kindWords } from './risk-words.ts';
import { EXPORT_FORMATS } from '../extracts/export-formats.ts';
import { findExport } from '../extracts/export-queries.ts';

export type Disclosing = { db: Db; jobs: Jobs; uploadsFolder: string; fault: (error: unknown) => void };

const INTERRUPTED = 'The preview was interrupted when the program was restarted. Make it again.';
export const CHANGED =
  'The data have changed since the preview, so this would no longer be what you looked at. Nothing has left. The preview is being made again: look through it, and confirm then.';
const GONE =
  'The data have changed since this export was confirmed, so its file cannot be made again. Prepare a new export; it gets a number of its own.';

/** Records for whom something is to be made, and begins to look through it. Sending the same id twice makes one. */
export async function requestDisclosure(
  means: Disclosing,
  actor: Actor,
  given: Omit<NewDisclosure, 'filter'> & { filter: ExtractFilter },
): Promise<void> {
  const isNew = await inStudy(means.db, actor, async (trx) => {
    const filter = filterFor(given);
    const choices = await listChoices(trx, filter);
    const refusal = Object.values(unknownChoices(filter, choices))[0];
    if (refusal !== undefined) throw new AppError(422, `${refusal}.`);
    const read = chosenValues(filter, choices, formatCalendarDate).map(({ field, text }) => ({
      field: FIELD_NAMES[field],
      text,
    }));
    const row = { ...given, filter: { ...filter, read }, studyId: actor.studyId, by: actor.membershipId };
    const inserted = await insertDisclosure(trx, row);
    if (inserted)
      await recordEvent(trx, actor, {
        kind: 'disclosure.prepared',
        subjectId: given.id,
        after: { format: given.format, ...given.choices },
      });
    else if (!(await findDisclosure(trx, given.id))) throw new NotFoundError();
    return inserted;
  });
  if (isNew) begin(means, actor, given.id);
}

// A filter narrows extracts alone, and says which note: the study and its codebook leave whole.
function filterFor({ format, filter }: { format: OutsideFormat; filter: ExtractFilter }): ExtractFilter {
  if (isOfExtracts(format)) return filter;
  if (!isOfNote(format)) return EVERYTHING;
  if (filter.note.length !== 1)
    throw new AppError(422, 'Open the note and choose “For people outside the team” there.');
  return { ...EVERYTHING, note: filter.note };
}

/** As it is now: one whose preview ended with a former run of the program has failed. */
export async function currentDisclosure(means: Disclosing, actor: Actor, id: string): Promise<Disclosure> {
  const found = await inStudy(means.db, actor, async (trx) => {
    const row = await findDisclosure(trx, id);
    if (row?.state !== 'previewing' || means.jobs.isRunning(id)) return row;
    await updateDisclosureFailed(trx, id, INTERRUPTED);
    return findDisclosure(trx, id);
  });
  if (!found) throw new NotFoundError();
  return found;
}

/** Looks through it again, as the data are now. */
export async function previewAgain(means: Disclosing, actor: Actor, id: string): Promise<void> {
  const found = await currentDisclosure(means, actor, id);
  if (found.state === 'previewing') return;
  if (await inStudy(means.db, actor, (trx) => updateDisclosureBegun(trx, id))) begin(means, actor, id);
}

/**
 * Lets what was previewed leave, under a number of its own. ConflictError where it is no longer what was previewed: a
 * new preview is on its way then. FieldError where risks were found and nobody says why it may leave all the same.
 */
export async function confirmDisclosure(
  means: Disclosing,
  actor: Actor,
  id: string,
  { fingerprint, reason, accepted }: { fingerprint: string; reason: string; accepted: readonly string[] },
): Promise<{ exportId: string }> {
  const found = await currentDisclosure(means, actor, id);
  if (found.exportId !== null) return { exportId: found.exportId };
  const kinds = found.preview ? riskKindsOf(found.preview) : [];
  // Each kind by itself: whoever ticks one has been made to read what it is.
  const open = kinds.filter((kind) => !accepted.includes(kind));
  if (open.length > 0)
    throw new FieldError(
      'accepted',
      `Look at each kind of what was found, and tick it. Not ticked: ${open.map(kindWords).join(', ')}`,
    );
  if (kinds.length > 0 && reason.trim() === '')
    throw new FieldError('reason', 'Enter why it may leave although something was found, or de-identify it first');
  const isSame =
    found.state === 'previewed' && found.fingerprint === fingerprint && (await makesTheSame(means, actor, found));
  if (!isSame) {
    await previewAgain(means, actor, id);
    throw new ConflictError(CHANGED);
  }
  const exportId = newId();
  return inStudy(means.db, actor, async (trx) => {
    if (!(await updateDisclosureConfirmed(trx, id, { fingerprint, reason, accepted: kinds, by: actor.membershipId }))) {
      const now = await findDisclosure(trx, id);
      if (now?.exportId) return { exportId: now.exportId };
      throw new ConflictError(CHANGED);
    }
    await recordOutsideExport(trx, actor, { ...found, id: exportId, disclosureId: id });
    await recordEvent(trx, actor, {
      kind: 'disclosure.confirmed',
      subjectId: exportId,
      after: { format: found.format, sha256: fingerprint, hasRisks: kinds.length > 0, accepted: kinds },
    });
    return { exportId };
  });
}

/**
 * Sends the file of what was let go: the very bytes that were previewed, or none (ConflictError). False when the receiver
 * went away.
 */
export async function sendDisclosure(
  means: Disclosing,
  actor: Actor,
  found: Disclosure,
  to: Destination,
): Promise<boolean> {
  const { db, uploadsFolder } = means;
  const { exportId } = found;
  if (found.state !== 'confirmed' || exportId === null) throw new NotFoundError();
  await recordUse(db, actor, found.id);
  const record = await inStudy(db, actor, (trx) => findExport(trx, exportId));
  if (!record) throw new NotFoundError();
  const made = { number: record.number, at: record.requestedAt, codebook: record.codebook };
  const file = outsideFile(uploadsFolder);
  const sending = holdingBackLast(to);
  try {
    const measure = await withinJob(means.jobs, to.signal, ({ inThread }) =>
      doMake({ db, inThread }, { actor, found, uploadsFolder, file, made }),
    );
    if (!measure || measure.sha256 !== (record.sha256 ?? measure.sha256)) throw new ConflictError(GONE);
    to.begin({ fileName: outsideFileName(found, actor.timeZone), length: measure.byteLength });
    for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
      to.signal.throwIfAborted();
      await sending.take(chunk as Buffer);
    }
    await inStudy(db, actor, async (trx) => {
      if ((await recordOutsideDownload(trx, actor, exportId, measure)) !== measure.sha256)
        throw new ConflictError(GONE);
    });
    // Whoever has all of it may look whether anything is left of it.
    await rm(file, { force: true });
    sending.end();
    return true;
  } catch (error) {
    if (to.signal.aborted) return false;
    throw asAppError(error);
  } finally {
    await rm(file, { force: true });
  }
}

// Without the study's name, which may be that of an agency.
function outsideFileName({ exportNumber, confirmedAt, format }: Disclosure, timeZone: string): string {
  const { ending } = EXPORT_FORMATS[format];
  return `export-${exportNumber}-${toLocalDate(confirmedAt!, timeZone)}.${ending}`;
}

async function makesTheSame(means: Disclosing, actor: Actor, found: Disclosure): Promise<boolean> {
  await recordUse(means.db, actor, found.id);
  const { uploadsFolder } = means;
  try {
    const { fingerprint } = await withinJob(means.jobs, undefined, ({ inThread }) =>
      doLookThrough({ db: means.db, inThread }, { actor, found, uploadsFolder, isDeep: false }),
    );
    return fingerprint === found.fingerprint;
  } catch (error) {
    throw asAppError(error);
  }
}

function begin(means: Disclosing, actor: Actor, id: string): void {
  means.jobs.start(id, async ({ inThread }) => {
    try {
      await recordUse(means.db, actor, id);
      const found = await inStudy(means.db, actor, (trx) => findDisclosure(trx, id));
      if (!found) throw new NotFoundError();
      const order = { actor, found, uploadsFolder: means.uploadsFolder, isDeep: true };
      const { fingerprint, preview } = await doLookThrough({ db: means.db, inThread }, order);
      await inStudy(means.db, actor, (trx) => updateDisclosurePreviewed(trx, id, { preview, fingerprint }));
    } catch (error) {
      const sentence = failureSentence(error, means.fault);
      await inStudy(means.db, actor, (trx) => updateDisclosureFailed(trx, id, sentence));
    }
  });
}

// A sentence from a thread comes without its class.
function asAppError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'Refusal') return new AppError(409, error.message);
  return error.name === 'ThreadDied' ? new AppError(503, error.message) : error;
}

// Real names are looked for on the server and shown to nobody; that they were is in the trail.
function recordUse(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, (trx) => recordEvent(trx, actor, { kind: 'identities.used', subjectId: id }));
}

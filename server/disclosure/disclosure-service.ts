import { recordEvent } from '../audit/event-service.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import type { Jobs } from '../exchange/jobs.ts';
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
import { isOfExtracts, isOfStudy } from './formats.ts';
import { type Opened, openOutsideExtracts } from './making-service.ts';
import { openOutsideStudy } from './study-service.ts';
import { EXPORT_FORMATS } from '../extracts/export-formats.ts';
import { findExport } from '../extracts/export-queries.ts';

export type Disclosing = { db: Db; jobs: Jobs; uploadsFolder: string; fault: (error: unknown) => void };

const INTERRUPTED = 'The preview was interrupted when the program was restarted. Make it again.';
const FAULT =
  'The preview failed by a fault of this program, which is in its log now. Nothing has left. Make it again.';
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
    // A filter narrows extracts alone: the study and its codebook leave whole.
    const filter = isOfExtracts(given.format) ? given.filter : EVERYTHING;
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
  { fingerprint, reason }: { fingerprint: string; reason: string },
): Promise<{ exportId: string }> {
  const found = await currentDisclosure(means, actor, id);
  if (found.exportId !== null) return { exportId: found.exportId };
  if ((found.preview?.risks.length ?? 0) > 0 && reason.trim() === '')
    throw new FieldError('reason', 'Enter why it may leave although something was found, or de-identify it first');
  const isSame =
    found.state === 'previewed' && found.fingerprint === fingerprint && (await makesTheSame(means, actor, found));
  if (!isSame) {
    await previewAgain(means, actor, id);
    throw new ConflictError(CHANGED);
  }
  const exportId = newId();
  return inStudy(means.db, actor, async (trx) => {
    if (!(await updateDisclosureConfirmed(trx, id, { fingerprint, reason, by: actor.membershipId }))) {
      const now = await findDisclosure(trx, id);
      if (now?.exportId) return { exportId: now.exportId };
      throw new ConflictError(CHANGED);
    }
    await recordOutsideExport(trx, actor, { ...found, id: exportId, disclosureId: id });
    await recordEvent(trx, actor, {
      kind: 'disclosure.confirmed',
      subjectId: exportId,
      after: { format: found.format, sha256: fingerprint, hasRisks: (found.preview?.risks.length ?? 0) > 0 },
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
  const { db } = means;
  const { exportId } = found;
  if (found.state !== 'confirmed' || exportId === null) throw new NotFoundError();
  await recordUse(db, actor, found.id);
  const sending = holdingBackLast(to);
  try {
    const measure = await inStudy(
      db,
      actor,
      async (trx) => {
        const record = await findExport(trx, exportId);
        if (!record) throw new NotFoundError();
        const opened = await open(trx, actor, found, means, { isDeep: false, signal: to.signal });
        try {
          if (opened.fingerprint !== found.fingerprint) throw new ConflictError(GONE);
          to.begin({ fileName: outsideFileName(found, actor.timeZone), length: record.byteLength });
          const made = { number: record.number, at: record.requestedAt, codebook: record.codebook };
          return await opened.write({ made, take: sending.take, signal: to.signal });
        } finally {
          await opened.close();
        }
      },
      { snapshot: true },
    );
    await inStudy(db, actor, async (trx) => {
      if ((await recordOutsideDownload(trx, actor, exportId, measure)) !== measure.sha256)
        throw new ConflictError(GONE);
    });
    sending.end();
    return true;
  } catch (error) {
    if (to.signal.aborted) return false;
    throw error;
  }
}

// Without the study's name, which may be that of an agency.
function outsideFileName({ exportNumber, confirmedAt, format }: Disclosure, timeZone: string): string {
  const { ending } = EXPORT_FORMATS[format];
  return `export-${exportNumber}-${toLocalDate(confirmedAt!, timeZone)}.${ending}`;
}

async function makesTheSame(means: Disclosing, actor: Actor, found: Disclosure): Promise<boolean> {
  await recordUse(means.db, actor, found.id);
  const { fingerprint } = await look(means, actor, found, false);
  return fingerprint === found.fingerprint;
}

function begin(means: Disclosing, actor: Actor, id: string): void {
  means.jobs.start(id, async () => {
    try {
      await recordUse(means.db, actor, id);
      const found = await inStudy(means.db, actor, (trx) => findDisclosure(trx, id));
      if (!found) throw new NotFoundError();
      const { fingerprint, preview } = await look(means, actor, found, true);
      await inStudy(means.db, actor, (trx) => updateDisclosurePreviewed(trx, id, { preview, fingerprint }));
    } catch (error) {
      const sentence = error instanceof AppError ? error.message : undefined;
      if (sentence === undefined) means.fault(error);
      await inStudy(means.db, actor, (trx) => updateDisclosureFailed(trx, id, sentence ?? FAULT));
    }
  });
}

function look(
  means: Disclosing,
  actor: Actor,
  found: Disclosure,
  isDeep: boolean,
): Promise<Pick<Opened, 'fingerprint' | 'preview'>> {
  return inStudy(
    means.db,
    actor,
    async (trx) => {
      const opened = await open(trx, actor, found, means, { isDeep });
      await opened.close();
      return opened;
    },
    { snapshot: true },
  );
}

function open(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  { uploadsFolder }: Disclosing,
  how: { isDeep: boolean; signal?: AbortSignal },
): Promise<Opened> {
  const { format } = found;
  return isOfStudy(format)
    ? openOutsideStudy(trx, actor, { ...found, format }, { uploadsFolder, isDeep: how.isDeep })
    : openOutsideExtracts(trx, actor, found, how);
}

// Real names are looked for on the server and shown to nobody; that they were is in the trail.
function recordUse(db: Db, actor: Actor, id: string): Promise<void> {
  return inStudy(db, actor, (trx) => recordEvent(trx, actor, { kind: 'identities.used', subjectId: id }));
}

import { createHash } from 'node:crypto';
import type { Actor, Transaction } from '../database/connection.ts';
import type { OutsideView } from '../exchange/export/outside-view.ts';
import { noteFile } from '../extracts/export-content-service.ts';
import type { LeavingMemo } from '../extracts/extract-source.ts';
import { findLeavingNote } from '../extracts/note/note-source-queries.ts';
import type { NoteSource } from '../extracts/note/note-source.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import { toLocalDate } from '../shared/dates.ts';
import type { Disclosure } from './disclosure-queries.ts';
import type { NoteOutside } from './formats.ts';
import { fileWords } from './files.ts';
import { findFilesLeft } from './files-service.ts';
import { type Opened, writeNew } from './making-service.ts';
import { withoutPersonal } from './outside-row.ts';
import { outsideTime } from './outside-time.ts';
import { createSurvey, type Survey } from './preview.ts';
import { outsideViewOf } from './project-view-service.ts';
import { descriptionFor, makeReady, type Ready } from './rows-service.ts';
import { leavingNote } from './whole-notes-service.ts';

/** Looks through one note as it looks outside the team, and makes its file. A note that stays leaves an empty one. */
export async function openOutsideNote(
  trx: Transaction,
  actor: Actor,
  found: Disclosure & { format: NoteOutside },
  { file, isDeep }: { file: string; isDeep: boolean },
): Promise<Opened> {
  const ready = await makeReady(trx, found.choices);
  const survey = createSurvey(ready.rules, isDeep);
  const id = found.filter.note[0] ?? '';
  const view = outsideViewOf(found.choices, ready, survey);
  const left = await findFilesLeft(trx, view, id);
  const source = await outsideSource(trx, actor, found, { ready, survey, view, id });
  if (source) source.filesLeft = left.files.map(fileWords);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([found.format, source]))
    .digest('hex');
  return {
    preview: survey.result({ ...ready.known, ...left }),
    fingerprint,
    async write(made) {
      const rowCount = source ? paragraphsOf(source.note.body).length : 0;
      // Nothing of a note that stays is confirmed, so that its file is never asked for.
      if (!source) return { rowCount, ...(await writeNew(file, Buffer.alloc(0), nothing())) };
      const whole = { ...source, description: descriptionFor(actor, found, ready.disguised, made) };
      return { rowCount, ...(await writeNew(file, Buffer.alloc(0), noteFile(found.format, whole))) };
    },
  };
}

async function outsideSource(
  trx: Transaction,
  { timeZone }: Actor,
  { choices }: Disclosure,
  { ready: { disguised }, survey, view, id }: { ready: Ready; survey: Survey; view: OutsideView; id: string },
): Promise<Omit<NoteSource, 'description'> | undefined> {
  const inside = await findLeavingNote(trx, id, timeZone);
  const leaving = await leavingNote(trx, view, id);
  if (!inside || !leaving) return undefined;
  const { agencyId, title, body, setting, phase } = leaving.note;
  const memosOf = (memos: readonly LeavingMemo[]): LeavingMemo[] =>
    memos.flatMap((memo) => {
      const words = withoutPersonal(memo.body);
      if (words.trim() === '') return [];
      const swaps = disguised.swaps(words, agencyId);
      survey.addSwaps(swaps);
      const text = disguised.apply(words, agencyId);
      survey.addMemo(text, { noteId: id, themeId: null });
      return [{ author: disguised.author(memo.author), writtenAt: outsideTime(memo.writtenAt, choices), body: text }];
    });
  const codings = new Map(inside.codings.map((coding) => [coding.id, coding]));
  return {
    note: {
      ...inside.note,
      ...disguised.agency(agencyId),
      title,
      body,
      setting,
      phase,
      visitDate: outsideTime(inside.note.visitDate, choices),
      author: disguised.author(inside.note.author),
      savedAt: outsideTime(toLocalDate(new Date(inside.note.savedAt), timeZone), choices),
    },
    withheld: new Set(),
    codings: leaving.codings.flatMap(({ id: codingId, start, end, quote }) => {
      const coding = codings.get(codingId);
      if (!coding) return [];
      const themePath = disguised.apply(coding.themePath, agencyId);
      return [
        {
          ...coding,
          start,
          end,
          quote,
          themePath,
          codedAt: outsideTime(coding.codedAt, choices),
          coder: disguised.author(coding.coder),
          memos: memosOf(coding.memos),
        },
      ];
    }),
    memos: memosOf(inside.memos),
  };
}

async function* nothing(): AsyncGenerator<Buffer> {}

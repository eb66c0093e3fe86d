import { createHash } from 'node:crypto';
import type { Actor, Transaction } from '../database/connection.ts';
import { zipped } from '../documents/zip-service.ts';
import type { OutsideView } from '../exchange/export/outside-view.ts';
import { EVERYTHING } from '../extracts/extract-filter.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { listLeavingThemes } from '../extracts/extract-source-queries.ts';
import { listTidyTables } from '../extracts/tidy/tidy-queries.ts';
import type { TidyRow, TidySource } from '../extracts/tidy/tidy-tables.ts';
import { tidyParts } from '../extracts/tidy/tidy-zip.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { fileWords } from './files.ts';
import { findFilesLeft } from './files-service.ts';
import { listNamed, listNoteFacts } from './inside-queries.ts';
import { type Opened, writeNew } from './making-service.ts';
import { outsideTheme } from './outside-theme.ts';
import { createSurvey } from './preview.ts';
import { outsideViewOf } from './project-view-service.ts';
import { descriptionFor, makeReady, type Ready } from './rows-service.ts';
import { outsideAgencies, outsideCoding, outsideNoteRow, outsideVisit } from './tables.ts';
import { leavingNotes } from './whole-notes-service.ts';

/** Looks through the tables for R and Python as they look outside the team, and makes their ZIP. */
export async function openOutsideTables(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  { file, isDeep }: { file: string; isDeep: boolean },
): Promise<Opened> {
  const ready = await makeReady(trx, found.choices);
  const survey = createSurvey(ready.rules, isDeep);
  const telling = outsideViewOf(found.choices, ready, survey);
  const hash = createHash('sha256');
  let rowCount = 0;
  for (const [name, rows] of Object.entries(await outsideTables(trx, actor, found, { ready, view: telling })))
    for await (const row of name === 'codings' ? [] : rows) {
      hash.update(`${name}${JSON.stringify(row)}\n`);
      rowCount += 1;
    }
  // The notes were told of once: with their codings.
  const quiet = outsideViewOf(found.choices, ready, createSurvey(ready.rules, false));
  const tables = await outsideTables(trx, actor, found, { ready, view: quiet });
  for await (const row of tables.codings) {
    hash.update(JSON.stringify(row));
    rowCount += 1;
  }
  for (const theme of await themesOf(trx, actor)) survey.addTheme(outsideTheme(theme, ready.disguised));
  const left = await findFilesLeft(trx, quiet);
  hash.update(JSON.stringify(left));
  const preview = survey.result({ ...ready.known, ...left });
  return {
    preview,
    fingerprint: hash.digest('hex'),
    async write(made) {
      const description = descriptionFor(actor, found, ready.disguised, made);
      const source = await outsideTables(trx, actor, found, { ready, view: quiet });
      const parts = tidyParts({ description, tables: source, filesLeft: left.files.map(fileWords) });
      return { rowCount, ...(await writeNew(file, Buffer.alloc(0), zipped(parts))) };
    },
  };
}

type Tables = TidySource['tables'];

async function outsideTables(
  trx: Transaction,
  actor: Actor,
  { choices }: Disclosure,
  { ready, view }: { ready: Ready; view: OutsideView },
): Promise<Tables> {
  const { disguised } = ready;
  const inside = await listTidyTables(trx, actor.timeZone, null);
  const facts = await listNoteFacts(trx);
  const leaving = new Set(facts.filter((note) => view.leaves({ ...note, isOwn: true })).map(({ visitId }) => visitId));
  const { members } = await listNamed(trx);
  return {
    agencies: outsideAgencies(await rowsIn(inside.agencies), ready, choices),
    visits: visitRows(),
    notes: noteRows(),
    themes: themeRows(),
    codings: codingRows(),
    members: asRows(
      members
        .filter(({ role }) => role !== 'agency')
        .map(({ id }) => ({ member_id: disguised.id(id), name: disguised.coder(id), role: null })),
    ),
  };

  async function* visitRows(): AsyncGenerator<TidyRow> {
    for await (const row of inside.visits)
      if (leaving.has(row.visit_id as string)) yield outsideVisit(row, disguised, choices);
  }
  async function* noteRows(): AsyncGenerator<TidyRow> {
    const byId = new Map(facts.map((fact) => [fact.id, fact]));
    for await (const one of leavingNotes(trx, view))
      yield outsideNoteRow(one, byId.get(one.note.id)!, { disguised, choices });
  }
  async function* themeRows(): AsyncGenerator<TidyRow> {
    const texts = new Map((await themesOf(trx, actor)).map((theme) => [theme.id, outsideTheme(theme, disguised)]));
    for await (const row of inside.themes) {
      const { path, name, definition, whenToUse, whenNotToUse, example } = texts.get(row.theme_id as string)!;
      yield { ...row, path, name, definition, when_to_use: whenToUse, when_not_to_use: whenNotToUse, example };
    }
  }
  async function* codingRows(): AsyncGenerator<TidyRow> {
    for await (const one of leavingNotes(trx, view))
      for (const coding of one.codings) yield outsideCoding(coding, one, { disguised, choices });
  }
}

async function themesOf(trx: Transaction, { timeZone }: Actor) {
  return listLeavingThemes(trx, { filter: EVERYTHING, choices: await listChoices(trx), timeZone });
}

async function rowsIn(rows: AsyncIterable<TidyRow>): Promise<TidyRow[]> {
  const all: TidyRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

async function* asRows(rows: readonly TidyRow[]): AsyncGenerator<TidyRow> {
  yield* rows;
}

import type { Actor, Transaction } from '../database/connection.ts';
import { inPieces } from '../documents/parts.ts';
import { zipped } from '../documents/zip-service.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import { codebookDocx } from './codebook/codebook-docx.ts';
import type { Export } from './export-queries.ts';
import { EXPORT_FORMATS, type ExtractFormat, type NoteFormat } from './export-formats.ts';
import { EVERYTHING, type ExtractFilter } from './extract-filter.ts';
import type { ExportDescription, ExtractSource } from './extract-source.ts';
import {
  countLeaving,
  countRawExtracts,
  countRawNotes,
  findCodebookState,
  listLeavingExtracts,
  listLeavingThemes,
} from './extract-source-queries.ts';
import { NO_RAW_WORDS, type RawWords } from './raw-words.ts';
import { listChoices } from './extract-queries.ts';
import { counted } from '../shared/counted.ts';
import { extractFile, orderOf } from './formats/extract-file-service.ts';
import { noteDocx } from './note/note-docx.ts';
import { noteHtml } from './note/note-html.ts';
import type { NoteSource } from './note/note-source.ts';
import { findLeavingNote } from './note/note-source-queries.ts';
import { noteTxt } from './note/note-txt.ts';
import { countTidyRows, listTidyTables } from './tidy/tidy-queries.ts';
import { tidyParts } from './tidy/tidy-zip.ts';

/** The bytes of an export as they are made, and how many rows have gone into them; `of` is how many there will be. */
export type ExportContent = { pieces: AsyncIterable<Buffer>; of: number; rows: () => number };

/** Which codebook it is at this moment, in words. */
export async function codebookInWords(trx: Transaction): Promise<string> {
  const { number, name, steps } = await findCodebookState(trx);
  const changes = counted(steps, 'change');
  if (number === null) return `No named version yet${steps === 0 ? '' : `; ${changes} so far`}`;
  return `Version ${number}, “${name}”${steps === 0 ? '' : `, and ${changes} since`}`;
}

export function describe(actor: Actor, found: Export): ExportDescription {
  return {
    study: actor.studyName,
    number: found.number,
    madeBy: found.requestedBy,
    madeAt: found.requestedAt,
    timeZone: actor.timeZone,
    filter: found.filter.read,
    codebook: found.codebook,
    subject: EXPORT_FORMATS[found.format].subject,
    raw: found.raw,
  };
}

/** The extracts of an export, under the reader's own policies: what is withheld, sealed or kept from others is not among them. */
export async function openExtractSource(
  trx: Transaction,
  actor: Actor,
  found: Export,
  format: ExtractFormat,
): Promise<ExtractSource> {
  const wanted = { filter: found.filter, choices: await listChoices(trx), timeZone: actor.timeZone };
  return {
    description: describe(actor, found),
    counts: await countLeaving(trx, wanted),
    themes: await listLeavingThemes(trx, wanted),
    rows: listLeavingExtracts(trx, wanted, orderOf(format)),
  };
}

/** How much of an export is of notes that are not de-identified at this moment. */
export async function countRaw(
  trx: Transaction,
  actor: Actor,
  { format, filter }: Pick<Export, 'format'> & { filter: ExtractFilter },
): Promise<RawWords> {
  const wanted = { filter, choices: await listChoices(trx), timeZone: actor.timeZone };
  switch (EXPORT_FORMATS[format].subject) {
    case 'extracts':
      return countRawExtracts(trx, wanted);
    case 'note':
    case 'tidy':
      if (filter.deidentified === 'only') return NO_RAW_WORDS;
      return { ...(await countRawExtracts(trx, wanted)), notes: await countRawNotes(trx, filter.note[0]) };
    default:
      return NO_RAW_WORDS;
  }
}

/** What an export's file is made of, in any format but CSV, which COPY makes. Undefined where what it is of is gone. */
export async function openContent(trx: Transaction, actor: Actor, found: Export): Promise<ExportContent | undefined> {
  const { format } = found;
  switch (format) {
    case 'codebook-docx':
      return openCodebook(trx, actor, found);
    case 'note-txt':
    case 'note-docx':
    case 'note-html':
      return openNote(trx, actor, found, format);
    case 'tidy-zip':
      return openTidy(trx, actor, found);
    case 'qdpx':
    case 'qdpx-nvivo':
    case 'qdc':
    case 'codebook-csv':
      // Made by server/disclosure alone.
      return undefined;
    default: {
      const source = await openExtractSource(trx, actor, found, format);
      const { rows, passed } = counting(source.rows);
      return { pieces: extractFile(format, { ...source, rows }), of: source.counts.codings, rows: passed };
    }
  }
}

async function openCodebook(trx: Transaction, actor: Actor, found: Export): Promise<ExportContent> {
  const wanted = { filter: EVERYTHING, choices: await listChoices(trx), timeZone: actor.timeZone };
  const themes = await listLeavingThemes(trx, wanted);
  const pieces = zipped(codebookDocx({ description: describe(actor, found), themes }));
  return { pieces, of: themes.length, rows: () => themes.length };
}

async function openNote(
  trx: Transaction,
  actor: Actor,
  found: Export,
  format: NoteFormat,
): Promise<ExportContent | undefined> {
  const leaving = await findLeavingNote(trx, found.filter.note[0] ?? '', actor.timeZone);
  if (!leaving) return undefined;
  const source = { description: describe(actor, found), ...leaving };
  const count = paragraphsOf(leaving.note.body).length;
  return { pieces: noteFile(format, source), of: count, rows: () => count };
}

function noteFile(format: NoteFormat, source: NoteSource): AsyncGenerator<Buffer> {
  if (format === 'note-docx') return zipped(noteDocx(source));
  return inPieces(format === 'note-html' ? noteHtml(source) : noteTxt(source));
}

async function openTidy(trx: Transaction, actor: Actor, found: Export): Promise<ExportContent> {
  const tables = await listTidyTables(trx, actor.timeZone, found.filter.deidentified);
  const watched = Object.entries(tables).map(([name, rows]) => [name, counting(rows)] as const);
  const passing = { ...tables, ...Object.fromEntries(watched.map(([name, { rows }]) => [name, rows])) };
  return {
    pieces: zipped(tidyParts({ description: describe(actor, found), tables: passing })),
    of: await countTidyRows(trx, actor.timeZone, found.filter.deidentified),
    rows: () => watched.reduce((sum, [, { passed }]) => sum + passed(), 0),
  };
}

function counting<Row>(source: AsyncIterable<Row>): { rows: AsyncGenerator<Row>; passed: () => number } {
  let count = 0;
  async function* pass(): AsyncGenerator<Row> {
    for await (const row of source) {
      count += 1;
      yield row;
    }
  }
  return { rows: pass(), passed: () => count };
}

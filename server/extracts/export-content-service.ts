import type { Actor, Transaction } from '../database/connection.ts';
import type { Export } from './export-queries.ts';
import type { ExtractFormat } from './export-formats.ts';
import type { ExportDescription, ExtractSource } from './extract-source.ts';
import { countLeaving, findCodebookState, listLeavingExtracts, listLeavingThemes } from './extract-source-queries.ts';
import { listChoices } from './extract-queries.ts';
import { extractFile, orderOf } from './formats/extract-file-service.ts';

/** The bytes of an export as they are made, and how many rows have gone into them; `of` is how many there will be. */
export type ExportContent = { pieces: AsyncIterable<Buffer>; of: number; rows: () => number };

/** Which codebook it is at this moment, in words. */
export async function codebookInWords(trx: Transaction): Promise<string> {
  const { number, name, steps } = await findCodebookState(trx);
  const changes = `${steps.toLocaleString('en-GB')} ${steps === 1 ? 'change' : 'changes'}`;
  if (number === null) return steps === 0 ? 'As it was at first' : `No named version yet; ${changes} so far`;
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

/** What an export's file is made of, in any format but CSV, which COPY makes. */
export async function openContent(trx: Transaction, actor: Actor, found: Export): Promise<ExportContent> {
  const format = found.format as ExtractFormat;
  const source = await openExtractSource(trx, actor, found, format);
  const { rows, passed } = counting(source.rows);
  return { pieces: extractFile(format, { ...source, rows }), of: source.counts.codings, rows: passed };
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

import { listRemovedThemes, listThemes } from '../codebook/theme-queries.ts';
import { pathText, themesInOrder } from '../codebook/theme-tree.ts';
import type { Transaction } from '../database/connection.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import { disagreementsIn, type NoteToCompare, type ThemeDisagreement } from './comparison.ts';
import {
  type ComparableNote,
  type ComparisonFilter,
  findBody,
  listAllCoders,
  listComparableNotes,
  listLengths,
  listObservations,
  listSpans,
} from './comparison-queries.ts';
import { listSettlements, type Settlement } from './settlement-queries.ts';
import type { Span } from './spans.ts';

export type Compared = ComparableNote & NoteToCompare;

/** The notes with what is compared of them; the codings of those that are opened only. `isCut`: there are more. */
export async function readComparison(
  trx: Transaction,
  filter: ComparisonFilter,
  { limit, noteId }: { limit: number; noteId?: string },
): Promise<{ notes: Compared[]; isCut: boolean }> {
  const found = await listComparableNotes(trx, filter, {
    limit: limit + 1,
    ...(noteId === undefined ? {} : { noteId }),
  });
  const notes = found.slice(0, limit);
  const spans = await listSpans(trx, notes);
  const counted = filter.text === 'on' ? await observationsOf(trx, notes) : await wholeOf(trx, notes);
  return {
    notes: notes.map((note) => ({ ...note, spans: spans.get(note.id)!, counted: counted.get(note.id) ?? [] })),
    isCut: found.length > limit,
  };
}

/** A comparison with all that its pages say of it. Themes are named by their paths, in the order of the codebook. */
export type Agreement = {
  notes: Compared[];
  isCut: boolean;
  people: { id: string; name: string }[];
  names: Map<string, string>;
  paths: Map<string, string>;
  /** By note: the disagreements that nobody has settled, and what stands settled. */
  open: Map<string, ThemeDisagreement[]>;
  settled: Map<string, Settlement[]>;
};

export async function readAgreement(
  trx: Transaction,
  filter: ComparisonFilter,
  which: { limit: number; noteId?: string },
): Promise<Agreement> {
  const { notes, isCut } = await readComparison(trx, filter, which);
  const people = await listAllCoders(trx);
  const paths = new Map([
    ...themesInOrder(await listThemes(trx)).map(({ id, path }) => [id, pathText(path)] as const),
    // What coders gave before a theme was removed is still evidence.
    ...(await listRemovedThemes(trx)).map(({ id, name }) => [id, `${name} (removed)`] as const),
  ]);
  const settlements = await listSettlements(
    trx,
    notes.map(({ id }) => id),
  );
  const order = new Map([...paths.keys()].map((id, place) => [id, place]));
  const placeOf = (of: { themeId: string; start: number; end: number }, revisionId: string) =>
    `${revisionId} ${of.themeId} ${of.start} ${of.end}`;
  const done = new Set(settlements.map((settlement) => placeOf(settlement, settlement.revisionId)));
  return {
    notes,
    isCut,
    people,
    names: new Map(people.map(({ id, name }) => [id, name])),
    paths,
    open: new Map(
      notes.map((note) => [
        note.id,
        disagreementsIn(note, order).filter((each) => !done.has(placeOf(each, note.revisionId))),
      ]),
    ),
    settled: new Map(notes.map(({ id }) => [id, settlements.filter(({ noteId }) => noteId === id)])),
  };
}

async function wholeOf(trx: Transaction, notes: ComparableNote[]): Promise<Map<string, Span[]>> {
  const lengths = await listLengths(
    trx,
    notes.map(({ revisionId }) => revisionId),
  );
  return new Map(notes.map(({ id, revisionId }) => [id, [{ start: 0, end: lengths.get(revisionId) ?? 0 }]]));
}

async function observationsOf(trx: Transaction, notes: ComparableNote[]): Promise<Map<string, Span[]>> {
  const isNewest = ({ revisionId, latestRevisionId }: ComparableNote) => revisionId === latestRevisionId;
  const found = await listObservations(
    trx,
    notes.filter(isNewest).map(({ id }) => id),
  );
  // A text that was saved over since is kept whole; one at a time, since each may be long.
  for (const { id, revisionId } of notes.filter((note) => !isNewest(note))) {
    const paragraphs = paragraphsOf(await findBody(trx, revisionId));
    found.set(
      id,
      paragraphs.filter(({ label }) => label === 'ON').map(({ start, end }) => ({ start, end })),
    );
  }
  return found;
}

import { type Actor, type Db, inStudy, type Transaction } from '../database/connection.ts';
import { listNotesById } from '../exchange/export/project-queries.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import type { LeavingExtract } from '../extracts/extract-source.ts';
import { listLeavingExtractsById } from '../extracts/extract-source-queries.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { listWithheldByRevision } from '../notes/withheld-queries.ts';
import { outsideNote } from './outside-note.ts';
import { createRowGate } from './outside-row.ts';
import type { RiskPlace } from './risks.ts';
import { makeReady, type Ready } from './rows-service.ts';
import { type Cut, cutAround, cutSwapped } from './sample.ts';

export type ShownPlace = RiskPlace & { cut: Cut };
export type Shown = {
  samples: { kind: string; extract: string; note: string; cut: Cut }[];
  risks: ShownPlace[][];
};

const SHOWN_A_KIND = 10;
const WHOLE = {
  themeText: { before: '', mark: 'What a theme says', after: '' },
  memoText: { before: '', mark: 'A memo', after: '' },
};

/** The words to a preview's places, read anew: they are never kept with it. A place whose words are gone is left out. */
export function readSamples(db: Db, actor: Actor, found: Disclosure): Promise<Shown> {
  const { preview } = found;
  if (!preview || found.state === 'previewing') return Promise.resolve({ samples: [], risks: [] });
  return inStudy(
    db,
    actor,
    async (trx) => {
      const ready = await makeReady(trx, found.choices);
      const gate = createRowGate(ready.disguised, found.choices);
      const groups = preview.risks.map(({ places }) => places.slice(0, SHOWN_A_KIND));
      const all = [...preview.samples, ...groups.flat()];
      const rows = await extractsOf(trx, actor, found, all);
      const bodies = await bodiesOf(trx, found, ready, all);
      const samples = preview.samples.flatMap(({ extract, note, kind, start = 0, end = 0 }) => {
        const [row, body] = [rows.get(extract), bodies.get(note)];
        const cut = row ? cutSwapped(row, ready.disguised, kind) : body && cutAround(body, start, end);
        return cut ? [{ kind, extract, note, cut }] : [];
      });
      const cutOf = ({ field, extract, note, start, end }: RiskPlace): Cut | undefined => {
        if (field === 'themeText' || field === 'memoText') return WHOLE[field];
        const body = bodies.get(note);
        if (field === 'body') return body === undefined ? undefined : cutAround(body, start, end);
        const row = rows.get(extract);
        const judged = row && gate(row);
        return judged?.withheld === null ? cutAround(judged.row[field], start, end) : undefined;
      };
      const risks = groups.map((places) =>
        places.flatMap((place) => {
          const cut = cutOf(place);
          return cut ? [{ ...place, cut }] : [];
        }),
      );
      return { samples, risks };
    },
    { snapshot: true },
  );
}

type Place = { extract: string; note: string; field?: RiskPlace['field'] };

const isWhole = ({ field }: Place): boolean => field === 'themeText' || field === 'memoText';

async function extractsOf(
  trx: Transaction,
  actor: Actor,
  found: Disclosure,
  places: readonly Place[],
): Promise<Map<string, LeavingExtract>> {
  const named = places.filter((place) => !isWhole(place) && place.extract !== '');
  if (named.length === 0) return new Map();
  const wanted = { filter: found.filter, choices: await listChoices(trx), timeZone: actor.timeZone };
  const ids = [...new Set(named.map(({ extract }) => extract))];
  return new Map((await listLeavingExtractsById(trx, wanted, ids)).map((row) => [row.id, row]));
}

async function bodiesOf(
  trx: Transaction,
  { choices }: Disclosure,
  { disguised }: Ready,
  places: readonly Place[],
): Promise<Map<string, string>> {
  const whole = places.filter((place) => !isWhole(place) && place.extract === '');
  if (whole.length === 0) return new Map();
  const notes = await listNotesById(trx, [...new Set(whole.map(({ note }) => note))]);
  const revisions = notes.map(({ revisionId }) => revisionId);
  const consent = await listWithheldByRevision(trx, revisions);
  return new Map(
    notes.map((note) => {
      const rules = { disguised, choices, consent: consent.get(note.revisionId) ?? [] };
      return [note.id, outsideNote({ note, codings: [] }, rules).note.body];
    }),
  );
}

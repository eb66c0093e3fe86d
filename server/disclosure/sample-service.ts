import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { listLeavingExtractsById } from '../extracts/extract-source-queries.ts';
import type { RiskPlace } from './risks.ts';
import { makeReady } from './rows-service.ts';
import { asOutside, type Cut, cutAround, cutSwapped } from './sample.ts';

export type ShownPlace = RiskPlace & { cut: Cut };
export type Shown = {
  samples: { kind: string; extract: string; note: string; cut: Cut }[];
  risks: ShownPlace[][];
};

const SHOWN_A_KIND = 10;
const IN_THEME: Cut = { before: '', mark: 'What a theme says', after: '' };

/** The words to a preview's places, read anew: they are never kept with it. A place whose words are gone is left out. */
export function readSamples(db: Db, actor: Actor, found: Disclosure): Promise<Shown> {
  const { preview } = found;
  if (!preview) return Promise.resolve({ samples: [], risks: [] });
  return inStudy(
    db,
    actor,
    async (trx) => {
      const { disguised } = await makeReady(trx, actor, found.choices);
      const groups = preview.risks.map(({ places }) => places.slice(0, SHOWN_A_KIND));
      const ids = [...preview.samples.map(({ extract }) => extract), ...groups.flat().map(({ extract }) => extract)];
      const wanted = { filter: found.filter, choices: await listChoices(trx), timeZone: actor.timeZone };
      const rows = new Map((await listLeavingExtractsById(trx, wanted, [...new Set(ids)])).map((row) => [row.id, row]));
      const samples = preview.samples.flatMap(({ extract, kind }) => {
        const row = rows.get(extract);
        const cut = row && cutSwapped(row, disguised, kind);
        return cut ? [{ kind, extract, note: row.noteId, cut }] : [];
      });
      const risks = groups.map((places) =>
        places.flatMap((place) => {
          const { field } = place;
          if (field === 'themeText') return [{ ...place, cut: IN_THEME }];
          const row = rows.get(place.extract);
          const outside = row && asOutside(row, disguised, found.choices);
          return outside ? [{ ...place, cut: cutAround(outside[field], place.start, place.end) }] : [];
        }),
      );
      return { samples, risks };
    },
    { snapshot: true },
  );
}

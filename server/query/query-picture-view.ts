import type { Choice } from '../extracts/extract-filter.ts';
import { drawHeatMap } from '../pictures/drawing/heat-map.ts';
import { type Picture, whole } from '../pictures/picture.ts';
import { imageView } from '../pictures/picture-view.ts';
import type { PlaceCount } from './query-queries.ts';
import { queryHref, type ThemeQuery } from './theme-query.ts';
import { counted } from '../shared/counted.ts';

export type QueryPictureData = {
  query: ThemeQuery;
  agencies: (Choice & { code: string })[];
  phases: Choice[];
  counts: PlaceCount[];
};

/** The passages of a query by agency and phase: a square and a cell for each, leading to the query narrowed to it. */
export function queryPicture({ query, ...data }: QueryPictureData, path: string): Picture {
  const among = (asked: string[]) => (one: { id: string }) => asked.length === 0 || asked.includes(one.id);
  const agencies = data.agencies.filter(among(query.agency));
  const phases = data.phases.filter(among(query.phase));
  const count = (agency: string | null, phase: string | null): number =>
    data.counts
      .filter((one) => (agency ?? one.agencyId) === one.agencyId && (phase ?? one.phaseId) === one.phaseId)
      .reduce((sum, one) => sum + one.count, 0);
  const cell = (agency: string | null, phase: string | null) => {
    const there = count(agency, phase);
    const narrowed = {
      ...query,
      ...(agency !== null && { agency: [agency] }),
      ...(phase !== null && { phase: [phase] }),
    };
    return {
      text: whole(there),
      ...(there > 0 && { href: queryHref(`${path}/queries/results`, narrowed) }),
    };
  };
  const columns = [...phases.map(({ id }) => id), null];
  const row = (agency: string | null) => columns.map((phase) => cell(agency, phase));
  const numbers = (agency: string | null) => columns.map((phase) => count(agency, phase));
  return {
    ...(data.counts.length === 0 && { empty: { text: 'No passage is coded like this, so there is nothing to draw.' } }),
    alt: `A grid of ${counted(agencies.length, 'agency', 'agencies')} by ${counted(phases.length, 'phase', 'phases')}, with the number of passages in each square: ${counted(count(null, null), 'passage', 'passages')} in all. The table below has the same numbers.`,
    facts: [],
    foot: [],
    table: {
      caption: 'Numbers of passages',
      columns: [{ name: 'Agency' }, ...phases.map(({ name }) => ({ name })), { name: 'All phases' }],
      rows: [
        ...agencies.map(({ id, name }) => ({
          header: { text: name, depth: 0, href: `${path}/agencies/${id}` },
          strong: false,
          cells: row(id),
        })),
        { header: { text: 'All agencies', depth: 0 }, strong: true, cells: row(null) },
      ],
    },
    csv: [
      ['agency', ...phases.map(({ name }) => name), 'all phases'],
      ...agencies.map(({ id, name }) => [name, ...numbers(id)]),
      ['all agencies', ...numbers(null)],
    ],
    draw: (frame) =>
      drawHeatMap(
        {
          columns: phases.map(({ name }) => ({ label: name, short: name })),
          rows: agencies.map(({ id, name }) => ({
            label: name,
            depth: 0,
            strong: false,
            squares: phases.map((phase) => {
              const { text, href } = cell(id, phase.id);
              const title = `${name}, ${phase.name}: ${counted(count(id, phase.id), 'passage', 'passages')}`;
              return { value: count(id, phase.id), text, ...(href && { link: { href, title } }) };
            }),
          })),
          unit: 'passages',
          format: whole,
          counts: true,
        },
        { ...frame, label: 'Passages by agency and phase' },
      ),
  };
}

export function queryPicturePage(picture: Picture, query: ThemeQuery, path: string) {
  const { empty, table } = picture;
  if (empty) return { empty };
  return {
    ...imageView(picture),
    table,
    files: ['svg', 'png', 'csv'].map((format) => ({
      href: queryHref(`${path}/queries/results/picture/file`, query, { format }),
      text: format.toUpperCase(),
    })),
  };
}

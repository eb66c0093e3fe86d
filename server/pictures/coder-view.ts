import { filterHref } from '../extracts/extract-filter.ts';
import type { Coverage } from './coder-queries.ts';
import { drawHeatMap } from './drawing/heat-map.ts';
import { type Picture, type Place, whole } from './picture.ts';
import type { PictureData } from './picture-queries.ts';
import { extractsWithin } from './scope.ts';
import { counted } from '../shared/counted.ts';

type Share = { codings: number; notes: number; characters: number; of: { notes: number; characters: number } };

const part = ({ characters, of }: Share): number | null => (of.characters === 0 ? null : characters / of.characters);
// What is not nothing is never shown as 0%, nor what is not all as 100%.
function percent(share: number | null): string {
  if (share === null) return '–';
  if (share > 0 && share < 0.01) return '<1%';
  if (share < 1 && share > 0.99) return '>99%';
  return `${Math.round(Math.min(share, 1) * 100)}%`;
}

/** What each coder has covered of each agency's notes. */
export function coderPicture(data: Extract<PictureData, { kind: 'coders' }>, place: Place): Picture {
  const { request, coverage, text } = data;
  const agencies = data.agencies.filter(({ id }) => request.agency.length === 0 || request.agency.includes(id));
  const nothing = { notes: 0, characters: 0 };
  const whollyOf = sumOf([...text.values()]);
  const shareOf = (coderId: string, agencyId: string | null): Share => {
    const mine = coverage.filter(
      (each) => each.coderId === coderId && (agencyId === null || each.agencyId === agencyId),
    );
    const of = agencyId === null ? whollyOf : (text.get(agencyId) ?? nothing);
    return { ...sumCoverage(mine), of };
  };
  // Those who left without coding anything have covered nothing that anybody would look for.
  const coders = data.coders.filter(
    ({ id }) =>
      coverage.some(({ coderId }) => coderId === id) && (request.coder.length === 0 || request.coder.includes(id)),
  );
  const rows = coders.map((coder) => ({
    coder,
    all: shareOf(coder.id, null),
    shares: agencies.map((agency) => ({ agency, ...shareOf(coder.id, agency.id) })),
  }));
  const href = (coder: string, agency?: string): string =>
    filterHref(
      `${place.path}/extracts`,
      extractsWithin(request, { coder: [coder], ...(agency !== undefined && { agency: [agency] }) }),
    );
  const cell = (share: Share, link: string) =>
    share.codings === 0
      ? { text: '0' }
      : {
          text: counted(share.codings, 'coding', 'codings'),
          href: link,
          lines: [
            { text: `in ${whole(share.notes)} of ${counted(share.of.notes, 'note', 'notes')}` },
            { text: `${percent(part(share))} of the text` },
          ],
        };
  const meaning =
    'A share is the part of the characters of all notes that lies under at least one coding of that person; words coded twice count once.';
  return {
    alt: `A grid of ${counted(coders.length, 'coder', 'coders')} by ${counted(agencies.length, 'agency', 'agencies')}, with the share of the text coded in each square. ${rows
      .map(
        ({ coder, all }) =>
          `${coder.name}: ${percent(part(all))} of all text, ${counted(all.codings, 'coding', 'codings')}.`,
      )
      .join(' ')} The table below has the same numbers.`,
    facts: [
      meaning,
      'Passages that wait for review count as codings, but not in the share, because their place in the newest text is not settled.',
    ],
    foot: [meaning],
    table: {
      caption: 'Codings, notes and share of the text',
      columns: [{ name: 'Coder' }, { name: 'All agencies' }, ...agencies],
      rows: rows.map(({ coder, all, shares }) => ({
        header: { text: coder.name, depth: 0 },
        strong: false,
        cells: [
          cell(all, href(coder.id)),
          ...shares.map(({ agency, ...share }) => cell(share, href(coder.id, agency.id))),
        ],
      })),
    },
    csv: [
      ['coder', 'agency', 'codings', 'notes_coded', 'notes', 'characters_coded', 'characters', 'share'],
      ...rows.flatMap(({ coder, shares }) =>
        shares.map(({ agency, codings, notes, characters, of, ...share }) => {
          const ratio = part({ codings, notes, characters, of, ...share });
          const rounded = ratio === null ? null : Number(ratio.toFixed(6));
          return [coder.name, agency.name, codings, notes, of.notes, characters, of.characters, rounded];
        }),
      ),
    ],
    draw: (frame) =>
      drawHeatMap(
        {
          columns: agencies.map(({ name, code }) => ({ label: name, short: code })),
          rows: rows.map(({ coder, shares }) => ({
            label: coder.name,
            depth: 0,
            strong: false,
            squares: shares.map(({ agency, ...covered }) => ({
              value: part(covered),
              text: percent(part(covered)),
              ...(covered.codings > 0 && {
                link: {
                  href: href(coder.id, agency.id),
                  title: `${coder.name}, ${agency.name}: ${counted(covered.codings, 'coding', 'codings')}`,
                },
              }),
            })),
          })),
          unit: 'of the agency’s text',
          format: percent,
          counts: false,
        },
        { ...frame, label: 'The share of each agency’s text that each coder has coded' },
      ),
  };
}

function sumOf(parts: { notes: number; characters: number }[]) {
  return {
    notes: parts.reduce((sum, { notes }) => sum + notes, 0),
    characters: parts.reduce((sum, { characters }) => sum + characters, 0),
  };
}

function sumCoverage(parts: Coverage[]) {
  return { ...sumOf(parts), codings: parts.reduce((sum, { codings }) => sum + codings, 0) };
}

import { formatDate, formatDateTime } from '../shared/dates.ts';
import { memosView, type MemoReader } from '../memos/memo-view.ts';
import type { ShownMemo } from '../memos/memo-queries.ts';
import { PALETTE } from './palette.ts';
import { inBrief } from './theme-list-view.ts';
import { outline } from './theme-outline.ts';
import type { LatestPassage, ShownTheme } from './theme-queries.ts';
import { descendantIds, type Theme } from './theme-tree.ts';
import { counted } from '../shared/counted.ts';

type Place = { path: string; timeZone: string };

const QUOTE = 400;

/** The page of one theme, present or removed. `themes` are the present ones, `removed` the others. */
export function themeView(
  theme: ShownTheme,
  {
    themes,
    counts,
    latest,
    removed,
    memos,
    newId,
  }: {
    themes: Theme[];
    counts: Map<string, number>;
    latest: LatestPassage[];
    removed: Theme[];
    memos: readonly ShownMemo[];
    newId: string;
  },
  place: Place & MemoReader,
) {
  const { path, timeZone } = place;
  const base = `${path}/themes/${theme.id}`;
  const outlined = outline(themes, counts);
  const placed = outlined.find(({ id }) => id === theme.id);
  const total = placed?.total ?? counts.get(theme.id) ?? 0;
  const branch = descendantIds(themes, theme.id).length - 1;
  const mergedInto = [...themes, ...removed].find(({ id }) => id === theme.mergedInto);
  const removedParent = removed.find(({ id }) => id === theme.parentId);
  return {
    id: theme.id,
    name: theme.name,
    colour: theme.colour,
    colourName: colourName(theme.colour),
    number: placed?.number,
    above: aboveOf(theme, themes).map(({ id, name }) => ({ name, href: `${path}/themes/${id}` })),
    texts: [
      { label: 'Definition', text: theme.definition },
      { label: 'Use it when', text: theme.whenToUse },
      { label: 'Do not use it when', text: theme.whenNotToUse },
      { label: 'Example', text: theme.example },
    ],
    subThemes: outlined
      .filter(({ parentId }) => parentId === theme.id)
      .map(({ id, name, number, colour, total: below }) => ({
        name,
        number,
        colour,
        href: `${path}/themes/${id}`,
        total: counted(below, 'coding'),
      })),
    total,
    totalText: counted(total, 'coding'),
    own: placed && placed.own !== total ? `${placed.own.toLocaleString('en-GB')} of its own` : '',
    extracts: `${path}/extracts?theme=${theme.id}`,
    latest: latest.map(({ id, quote, noteId, title, agencyCode, coder, at }) => ({
      quote: inBrief(quote, QUOTE),
      note: title,
      href: `${path}/notes/${noteId}/coding#passage-${id}`,
      agency: agencyCode,
      coder,
      when: formatDate(at, timeZone),
    })),
    changed: formatDateTime(theme.changedAt, timeZone),
    changedBy: theme.changedBy,
    isRemoved: theme.removedAt !== null,
    isRetired: theme.retiredAt !== null,
    mergedInto: mergedInto && { name: mergedInto.name, href: `${path}/themes/${mergedInto.id}` },
    history: `${path}/codebook/steps?theme=${theme.id}`,
    memos: memosView(memos, { subject: { kind: 'theme', id: theme.id }, newId }, place),
    restoreFirst: removedParent && { name: removedParent.name, href: `${path}/themes/${removedParent.id}` },
    base,
    move: `${path}/themes?arrange=yes&moved=${theme.id}`,
    add: `${path}/themes/new?parent=${theme.id}`,
    removeLabel: branch > 0 ? `Remove it and its ${counted(branch, 'sub-theme')}` : 'Remove this theme',
    removeHint:
      total > 0
        ? `${total === 1 ? 'Its coding stays with its note, but is' : `Its ${counted(total, 'coding')} stay with their notes, but are`} not listed or exported until you restore the theme.`
        : 'You can restore it later.',
  };
}

/** The colour's name in the palette, or the colour as it is written in a style sheet. */
export function colourName(colour: string): string {
  return PALETTE.find(({ value }) => value === colour)?.name ?? colour;
}

function aboveOf(theme: Theme, themes: Theme[]): Theme[] {
  const above: Theme[] = [];
  const parentOf = ({ parentId }: Theme) => themes.find(({ id }) => id === parentId && !above.some((a) => a.id === id));
  for (let parent = parentOf(theme); parent; parent = parentOf(parent)) above.unshift(parent);
  return above;
}

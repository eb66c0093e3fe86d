import { formatDateTime } from '../shared/dates.ts';
import { codePointLength, sliceCodePoints } from '../shared/text.ts';
import { removedBranches, type RemovedTheme } from './removed-branches.ts';
import { type Outlined, outline } from './theme-outline.ts';
import { placeAfter, type Way } from './theme-places.ts';
import type { Theme } from './theme-tree.ts';
import { counted } from '../shared/counted.ts';

type Place = { path: string; timeZone: string };
type Move = { way: Way; to: string; text: string; arrow: string; focused: boolean };
type Item = ReturnType<typeof itemOf> & { moves: Move[]; themes: Item[] };

const BRIEF = 170;
const STEPS: { way: Way; text: string; arrow: string }[] = [
  { way: 'up', text: 'Up', arrow: '↑' },
  { way: 'down', text: 'Down', arrow: '↓' },
  { way: 'out', text: 'Out', arrow: '←' },
  { way: 'in', text: 'In', arrow: '→' },
];

/** The codebook as nested lists. `arranging` adds the buttons that move a theme; `focus` is the one just pressed. */
export function themeListView(
  { themes, counts, removed }: { themes: Theme[]; counts: Map<string, number>; removed: RemovedTheme[] },
  place: Place,
  { arranging, focus }: { arranging: boolean; focus?: { id: string; way: Way | undefined } },
) {
  const outlined = outline(themes, counts);
  const roots: Item[] = [];
  const open: Item[] = [];
  for (const theme of outlined) {
    const item = { ...itemOf(theme, place), moves: arranging ? movesOf(themes, theme, focus) : [], themes: [] };
    (open[theme.depth - 1]?.themes ?? roots).push(item);
    open.length = theme.depth;
    open.push(item);
  }
  return {
    themes: roots,
    arranging,
    count: themes.length,
    summary: `${counted(themes.length, 'theme')}, ${counted(
      outlined.reduce((sum, { own }) => sum + own, 0),
      'coding',
    )}`,
    base: `${place.path}/themes`,
    history: `${place.path}/codebook/steps`,
    versions: `${place.path}/codebook/versions`,
    memos: `${place.path}/memos`,
    print: `${place.path}/codebook`,
    removed: removedBranches(removed).map(({ root, ids }) =>
      removedView(root, ids, { themes, removed, counts }, place),
    ),
  };
}

function itemOf(theme: Outlined<Theme>, { path }: Place) {
  return {
    id: theme.id,
    number: theme.number,
    name: theme.name,
    colour: theme.colour,
    isRetired: theme.retiredAt !== null,
    brief: inBrief(theme.definition),
    href: `${path}/themes/${theme.id}`,
    extracts: theme.total > 0 ? `${path}/extracts?theme=${theme.id}` : undefined,
    total: counted(theme.total, 'coding'),
    own: theme.own === theme.total ? '' : `${theme.own.toLocaleString('en-GB')} of its own`,
  };
}

// A theme that has come to an end of its way keeps the focus on its first button, so that the keyboard stays with it.
function movesOf(themes: Theme[], theme: Theme, focus?: { id: string; way: Way | undefined }): Move[] {
  const moves = STEPS.flatMap(({ way, text, arrow }) => {
    const place = placeAfter(themes, theme.id, way);
    if (!place) return [];
    return [{ way, text, arrow, to: `${way}:${place.parentId ?? ''}:${place.position}`, focused: false }];
  });
  if (focus?.id === theme.id) {
    const focused = moves.find(({ way }) => way === focus.way) ?? moves[0];
    if (focused) focused.focused = true;
  }
  return moves;
}

function removedView(
  root: RemovedTheme,
  ids: string[],
  { themes, removed, counts }: { themes: Theme[]; removed: RemovedTheme[]; counts: Map<string, number> },
  { path, timeZone }: Place,
) {
  const parent = [...themes, ...removed].find(({ id }) => id === root.parentId);
  const hidden = ids.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0);
  const into = [...themes, ...removed].find(({ id }) => id === root.mergedInto);
  const after = parent && removed.some(({ id }) => id === parent.id) ? parent.name : undefined;
  return {
    name: root.name,
    colour: root.colour,
    href: `${path}/themes/${root.id}`,
    from: parent ? `from “${parent.name}”` : 'from the top of the codebook',
    withSubThemes: ids.length > 1 ? `with ${counted(ids.length - 1, 'sub-theme')}` : '',
    hidden: hidden > 0 ? `${counted(hidden, 'coding')} ${hidden === 1 ? 'is' : 'are'} hidden until then` : '',
    when: root.removedAt ? formatDateTime(root.removedAt, timeZone) : '',
    by: root.removedBy ?? undefined,
    merged: into && { name: into.name, href: `${path}/themes/${into.id}` },
    history: `${path}/codebook/steps?theme=${root.id}`,
    restore: into === undefined && after === undefined ? `${path}/themes/${root.id}/restoration` : undefined,
    after,
  };
}

/** The beginning of a text, cut at a blank, in `limit` code points at most. */
export function inBrief(text: string, limit = BRIEF): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (codePointLength(line) <= limit) return line;
  const cut = sliceCodePoints(line, 0, limit);
  const blank = cut.lastIndexOf(' ');
  return `${(blank > 0 ? cut.slice(0, blank) : cut).replace(/[,;:.]$/, '')} …`;
}

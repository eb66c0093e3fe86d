import type { LiveTheme } from './live.ts';
import { dropItem, repaint } from './painting.ts';
import { keepingPlace } from './keeping-place.ts';
import type { Repaint } from './server.ts';

type LiveCoding = { id: string; start: number; end: number; theme: string; coder: string; version: number };

/** What the server says stands where. `digest` is the same exactly when all else is. */
export type State = {
  digest: string;
  revision: number;
  needReview: number;
  themes: LiveTheme[];
  codings: LiveCoding[];
};
type Unchanged = { unchanged: true; digest: string };
type Shown = Map<string, { start: number; end: number; theme: string; version: number | undefined }>;
type Page = { note: string; reading: HTMLElement; list: HTMLElement; revision: number };

// Longer addresses are refused on the way by some proxies.
const ASKED_AT_ONCE = 50;

export async function askState(note: string, known: State | undefined): Promise<State | undefined> {
  const answer = await ask<State | Unchanged>(note, known ? `known=${known.digest}` : '');
  return 'unchanged' in answer ? known : answer;
}

/** What the page shows now, read off the page itself: whoever painted it. */
export function shownOn({ list }: Pick<Page, 'list'>): Shown {
  return new Map(
    [...list.querySelectorAll<HTMLElement>(':scope > [data-coding]')].map((item) => [
      item.dataset.coding ?? '',
      {
        start: Number(item.dataset.start),
        end: Number(item.dataset.end),
        theme: [...item.classList].find((name) => name.startsWith('theme-'))?.slice('theme-'.length) ?? '',
        version: item.dataset.version ? Number(item.dataset.version) : undefined,
      },
    ]),
  );
}

export function sameShown(left: Shown, right: Shown): boolean {
  return JSON.stringify([...left]) === JSON.stringify([...right]);
}

/** Themes whose codings read otherwise now: renamed, moved, removed or brought back. None while nothing is known. */
export function renamedThemes(old: State | undefined, state: State): Set<string> {
  if (!old) return new Set();
  const paths = new Map(old.themes.map(({ id, path }) => [id, path]));
  const present = new Set(state.themes.map(({ id }) => id));
  return new Set([
    ...state.themes.filter(({ id, path }) => paths.get(id) !== path).map(({ id }) => id),
    ...old.themes.filter(({ id }) => !present.has(id)).map(({ id }) => id),
  ]);
}

/** The ids of codings that the page lacks or shows otherwise than `state` says, and of those that it must not show. */
export function differences(shown: Shown, state: State, old: State | undefined): { touched: string[]; gone: string[] } {
  const versions = new Map(old?.codings.map(({ id, version }) => [id, version]));
  const renamed = renamedThemes(old, state);
  const touched = state.codings
    .filter(({ id, start, end, theme, version }) => {
      const item = shown.get(id);
      return (
        !item ||
        item.start !== start ||
        item.end !== end ||
        item.theme !== theme ||
        (item.version ?? versions.get(id) ?? version) !== version ||
        renamed.has(theme)
      );
    })
    .map(({ id }) => id);
  const present = new Set(state.codings.map(({ id }) => id));
  return { touched, gone: [...shown.keys()].filter((id) => !present.has(id)) };
}

/** The items and paragraphs of `ids` as a new page would show them; undefined when the text is another by now. */
export async function askRepaint(page: Page, shown: Shown, state: State, ids: readonly string[]) {
  const stretches = ids.flatMap((id) => [shown.get(id), state.codings.find((each) => each.id === id)]);
  const paragraphs = paragraphsTouched(
    page.reading,
    stretches.filter((each) => each !== undefined),
  );
  const fresh: Repaint = { codings: [], paragraphs: [] };
  for (let at = 0; at < Math.max(ids.length, paragraphs.length); at += ASKED_AT_ONCE) {
    const part = (all: readonly (string | number)[]) => all.slice(at, at + ASKED_AT_ONCE).join(',');
    const answer = await ask<Repaint>(page.note, `codings=${part(ids)}&paragraphs=${part(paragraphs)}`);
    if (answer.revision !== page.revision) return undefined;
    fresh.codings.push(...answer.codings);
    fresh.paragraphs.push(...answer.paragraphs);
  }
  return fresh;
}

/** Paints `fresh`, and takes away those of `ids` that it lacks. */
export function paintOver(page: Page, fresh: Repaint, ids: readonly string[], state: State): string[] {
  const gone = ids.filter((id) => !fresh.codings.some((each) => each.id === id));
  keepingPlace(page, () => {
    for (const id of gone) dropItem(page.list, id);
    repaint(page, fresh);
  });
  for (const { id, version } of state.codings) {
    const item = fresh.codings.some((each) => each.id === id) && document.getElementById(`coding-${id}`);
    if (item) item.dataset.version ??= String(version);
  }
  return gone;
}

function paragraphsTouched(reading: HTMLElement, stretches: readonly { start: number; end: number }[]): number[] {
  const paragraphs = [...reading.querySelectorAll<HTMLElement>('[data-paragraph]')].map((element) => ({
    number: Number(element.dataset.paragraph),
    start: Number(element.dataset.start),
  }));
  return paragraphs
    .filter((paragraph, index) => {
      const next = paragraphs[index + 1]?.start ?? Infinity;
      return stretches.some(({ start, end }) => start < next && end > paragraph.start);
    })
    .map(({ number }) => number);
}

async function ask<T>(note: string, query: string): Promise<T> {
  // Asked for by the page's own clock and by what it hears: that keeps no session alive.
  const headers = { accept: 'application/json', 'x-background': '1' };
  const response = await fetch(`${note}/coding/state?${query}`, { headers });
  if (!response.ok) throw new Error(`the state answered ${response.status}`);
  return (await response.json()) as T;
}

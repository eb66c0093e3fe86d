import { askRepaint, askState, differences, paintOver, sameShown, shownOn, type State } from './catching-up.ts';
import { createHandWatch } from './keeping-place.ts';

/** A theme as the codebook has it now, in reading order. */
export type LiveTheme = {
  id: string;
  name: string;
  path: string;
  parents: string;
  parent: string | null;
  depth: number;
  definition: string;
  colour: string;
};

export type LiveOptions = {
  /** The note's path: /studies/…/notes/…. */
  note: string;
  reading: HTMLElement;
  list: HTMLElement;
  /** The revision that the page shows. */
  revision: number;
  /** After items and paragraphs were painted: what is drawn from them is to be drawn anew. Ids of codings. */
  painted(what: { codings: string[]; gone: string[] }): void;
  /** The codebook, once at the beginning and after each change of it. */
  themes(themes: LiveTheme[]): void;
  /** The note has another text by now, which this page does not show. */
  textChanged(revision: number): void;
};

const BY_THE_CLOCK_MS = 60_000;
const RETRY_MS = 5000;

/**
 * Keeps the coding page up to date with what others do. Hints come by a stream; what is shown is compared with what the
 * server says stands where, and only what differs is asked for and painted, so that nothing is missed or shown twice.
 * Answers a function that compares at once, for whoever has reason to doubt the page.
 */
export function startLive(page: LiveOptions): () => void {
  const handAtRest = createHandWatch();
  let stream: EventSource | undefined;
  let known: State | undefined;
  let themes = '';
  let toldRevision = page.revision;
  let running = false;
  let again = false;
  let patience = RETRY_MS;

  // Browsers allow few connections to one site: a page out of sight gives its own up, and catches up when looked at.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') listen();
    else stream?.close();
  });
  window.addEventListener('online', listen);
  setInterval(() => {
    if (document.visibilityState === 'hidden') return;
    compare();
  }, BY_THE_CLOCK_MS);
  listen();
  return compare;

  function listen(): void {
    stream?.close();
    if (document.visibilityState === 'hidden') return;
    // It comes back by itself after a lost connection, and always begins with `reread`.
    stream = new EventSource(`${page.note}/live`);
    stream.addEventListener('changed', compare);
    stream.addEventListener('reread', compare);
    stream.addEventListener('open', () => (patience = RETRY_MS));
    stream.addEventListener('error', listenLater);
  }

  // An answer other than a stream ends it for good: the server is starting, or somebody has signed out or has too many
  // pages open. It is asked again, at longer and longer intervals.
  function listenLater(): void {
    const refused = stream;
    if (refused?.readyState !== EventSource.CLOSED) return;
    setTimeout(() => stream === refused && listen(), patience);
    patience = Math.min(2 * patience, BY_THE_CLOCK_MS);
  }

  function compare(): void {
    again = true;
    if (!running) void run();
  }

  async function run(): Promise<void> {
    running = true;
    try {
      while (again) {
        again = false;
        await catchUp();
      }
    } catch {
      // No connection, or a server that restarts: the stream tells when it is back, and the clock is there besides.
      setTimeout(compare, RETRY_MS);
    } finally {
      running = false;
    }
  }

  async function catchUp(): Promise<void> {
    const shown = shownOn(page);
    const state = await askState(page.note, known);
    if (!state) return;
    if (state.revision !== page.revision) {
      if (state.revision !== toldRevision) page.textChanged(state.revision);
      toldRevision = state.revision;
      return;
    }
    takeThemes(state);
    const { touched, gone } = differences(shown, state, known);
    const ids = [...touched, ...gone];
    if (ids.length > 0) {
      const fresh = await askRepaint(page, shown, state, ids);
      await handAtRest();
      // Another round finds that all is well, or what has happened since.
      again = true;
      // Somebody painted meanwhile, this page's own coder perhaps: what was found out is no longer true.
      if (!fresh || !sameShown(shown, shownOn(page))) return;
      const taken = paintOver(page, fresh, ids, state);
      page.painted({ codings: fresh.codings.map(({ id }) => id), gone: taken });
    }
    known = state;
  }

  function takeThemes(state: State): void {
    const now = JSON.stringify(state.themes);
    if (now === themes) return;
    themes = now;
    refreshColours(state);
    page.themes(state.themes);
  }
}

// The page's style sheet of colours may lack a theme by now. The old sheet stays until the new one is there.
function refreshColours({ themes, digest }: State): void {
  const link = document.querySelector<HTMLLinkElement>('link[href*="/themes/colours.css"]');
  if (!link) return;
  const rules = [...(link.sheet?.cssRules ?? [])].map(({ cssText }) => cssText);
  if (themes.every(({ id, colour }) => rules.some((rule) => rule.includes(id) && rule.includes(colour)))) return;
  const fresh = link.cloneNode() as HTMLLinkElement;
  fresh.href = `${link.href.split('?')[0]}?v=${digest.slice(0, 8)}`;
  fresh.addEventListener('load', () => link.remove());
  link.after(fresh);
}

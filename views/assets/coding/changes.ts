import { v7 } from 'uuid';
import { dropItem, repaint } from './painting.ts';
import type { NewTheme, Pending } from './picker.ts';
import type { Passage } from './positions.ts';
import { Refusal, type Repaint, send } from './server.ts';
import { sayAfterReload, type Status } from './status.ts';
import type { ThemeChoice, ThemeChoices } from './theme-choices.ts';
import {
  inverse,
  keepSteps,
  keptSteps,
  redone,
  type Review,
  type Step,
  type Steps,
  undone,
  withStep,
} from './undo-history.ts';

/** What a person does to codings: sent to the server, shown on the page, and kept so that it can be undone and redone. */
export type Changes = {
  /** Codes the words; answers the ids of the codings. Throws Refusal. */
  make(words: Pending, themes: string[], fresh: NewTheme | undefined): Promise<string[]>;
  /** Whether it was done; what was refused is told. */
  remove(ids: string[]): Promise<boolean>;
  /** `to`: a theme, or one that is to be made. Throws Refusal. */
  retheme(id: string, from: string, to: string | NewTheme): Promise<void>;
  /** Puts one that needed review, with its old words in an older revision, to its place. Throws Refusal. */
  review(id: string, old: Passage & { revision: number }, to: Passage): Promise<void>;
  place(id: string, from: Passage, to: Passage): Promise<void>;
  undo(): Promise<void>;
  redo(): Promise<void>;
};

type Page = {
  /** Addresses: where codings are added, and the study's. */
  codings: string;
  study: string;
  revision: number;
  reading: HTMLElement;
  list: HTMLElement;
  themes: ThemeChoices;
  status: Status;
  /** After the page shows something new. */
  shown(): void;
  /** Whether something can be undone or redone now. */
  available(undo: boolean, redo: boolean): void;
};

export function createChanges(page: Page): Changes {
  const history = { person: document.body.dataset.person ?? '', path: location.pathname };
  let steps = keptSteps(history);
  // The same ids for the same words and theme until the server has answered: sent again, it is coded once.
  let ids = new Map<string, string>();
  let idsFor = '';
  let made: { name: string; id: string } | undefined;
  setSteps(steps);

  function setSteps(next: Steps): void {
    steps = next;
    keepSteps(history, steps);
    page.available(steps.done.length > 0, steps.undone.length > 0);
  }

  async function make(words: Pending, themes: string[], fresh: NewTheme | undefined): Promise<string[]> {
    const place = `${words.start} ${words.end}`;
    if (place !== idsFor) ids = new Map();
    idsFor = place;
    const all = fresh ? [...themes, await makeTheme(fresh)] : themes;
    for (const theme of all) ids.set(theme, ids.get(theme) ?? v7());
    const answer = await send(page.codings, {
      revision: page.revision,
      start: words.start,
      end: words.end,
      themes: all,
      ids: all.map((theme) => ids.get(theme)),
    });
    const sent = new Set(ids.values());
    ids = new Map();
    show(answer);
    page.themes.use(all);
    // What these words carried already was answered as it stands: it is not this gesture's to undo.
    const done = answer.codings.filter(({ id }) => sent.has(id));
    const known = answer.codings.filter(({ id }) => !sent.has(id)).map(({ name }) => name);
    if (done.length > 0)
      setSteps(withStep(steps, { kind: 'made', ids: done.map(({ id }) => id), ...(fresh && { fresh: all.at(-1)! }) }));
    const added = fresh ? `“${fresh.name}” is in the codebook now. ` : '';
    const coded = done.length > 0 ? `Coded with ${inWords(done.map(({ name }) => name))}.` : '';
    const already = known.length > 0 ? ` You have given these words ${inWords(known)} already.` : '';
    page.status.say(`${added}${coded}${already}`.trim(), done.length > 0 ? 'undo' : undefined);
    return answer.codings.map(({ id }) => id);
  }

  // Made once, however often it is sent: the same name keeps its id until it has been used.
  async function makeTheme({ name, parent }: NewTheme): Promise<string> {
    if (made?.name !== name) made = { name, id: v7() };
    const { themes } = await send<{ themes: ThemeChoice[] }>(`${page.study}/themes`, { id: made.id, name, parent });
    await refreshColours();
    page.themes.replace(themes);
    return made.id;
  }

  function show(answer: Repaint): void {
    repaint(page, answer);
    for (const { id } of answer.codings) remember(id, versionOf(id));
    page.shown();
  }

  function versionOf(id: string): number | undefined {
    const version = Number(document.getElementById(`coding-${id}`)?.dataset.version);
    return version > 0 ? version : undefined;
  }

  function remember(id: string, version: number | undefined): void {
    if (version !== undefined) steps.seen[id] = version;
  }

  async function perform(step: Step): Promise<string> {
    if (step.kind === 'rethemed') {
      show(await send(`${page.study}/codings/${step.id}/theme`, { theme: step.to, expected: step.from }));
      return `The coding has the theme “${page.themes.find(step.to)?.name ?? 'removed'}” now.`;
    }
    if (step.kind === 'placed') {
      const { start, end } = step.to;
      const body = { revision: page.revision, start, end, expected: step.from };
      show(await send(`${page.study}/codings/${step.id}/passage`, body));
      return 'The ends of the coding have moved.';
    }
    if (step.kind === 'reviewed' || step.kind === 'returned') return review(step);
    const { done, refused } = await removeOrRestore(step);
    if (done.length === 0 && refused) throw refused;
    const [what, is] = done.length === 1 ? ['The coding', 'is'] : [`The ${done.length} codings`, 'are'];
    const said = `${what} ${is} ${step.kind === 'made' ? 'back' : 'removed'}.`;
    return refused ? `${said} The other ${step.ids.length - done.length} not: ${refused.message}` : said;
  }

  async function review({ kind, id, old, to }: Review & { kind: 'reviewed' | 'returned' }): Promise<string> {
    if (kind === 'reviewed') {
      show(
        await send(`${page.study}/codings/${id}/passage`, { revision: page.revision, start: to.start, end: to.end }),
      );
      return 'The coding has its place in the note again.';
    }
    await send(`${page.study}/codings/${id}/review`, { ...old, expected: to });
    delete steps.seen[id];
    return 'The coding waits for review again.';
  }

  // Each as this person last saw it. What somebody has changed since stays as they left it, and is told.
  async function removeOrRestore(step: { kind: 'made' | 'removed'; ids: string[] }) {
    const done: string[] = [];
    let refused: Refusal | undefined;
    for (const id of step.ids) {
      const seen = steps.seen[id] ?? versionOf(id);
      try {
        const action = step.kind === 'made' ? 'restoration' : 'removal';
        const answer = await send(`${page.study}/codings/${id}/${action}`, { seen });
        if (step.kind === 'removed') dropItem(page.list, id);
        remember(id, seen === undefined ? undefined : seen + 1);
        show(answer);
        done.push(id);
      } catch (error) {
        if (!(error instanceof Refusal) || error.status === 0 || error.status === 401) throw error;
        refused = error;
      }
    }
    return { done, refused };
  }

  async function take(step: Step): Promise<void> {
    const said = await perform(step);
    setSteps(withStep(steps, step));
    page.status.say(said, 'undo');
  }

  // Refused for good, a step is forgotten: what it would undo is no longer as it was.
  async function repeat(way: typeof undone, offer: 'undo' | 'redo', nothing: string): Promise<void> {
    const { step, steps: next } = way(steps);
    if (!step) return page.status.say(nothing);
    try {
      const performed = offer === 'redo' ? inverse(step) : step;
      const said = `${await perform(performed)}${staying(performed)}`;
      setSteps(next);
      // What waits for review is laid out by the server.
      if (changesQueue(performed)) sayAfterReload(said, offer);
      else page.status.say(said, offer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status >= 400 && error.status < 500 && error.status !== 401)
        setSteps(
          offer === 'redo'
            ? { ...steps, done: steps.done.slice(0, -1) }
            : { ...steps, undone: steps.undone.slice(0, -1) },
        );
      page.status.say(error.message);
    }
  }

  return {
    make,
    remove: (removed) => {
      // From its card: as the page shows it now, whoever changed it last.
      for (const id of removed) remember(id, versionOf(id));
      return told(() => take({ kind: 'removed', ids: removed }));
    },
    retheme: async (id, from, to) => {
      const theme = typeof to === 'string' ? to : await makeTheme(to);
      await take({ kind: 'rethemed', id, from, to: theme });
      page.themes.use([theme]);
    },
    review: (id, old, to) => take({ kind: 'reviewed', id, old, to }),
    async place(id, from, to) {
      await told(() => take({ kind: 'placed', id, from, to }));
    },
    undo: () => repeat(undone, 'redo', 'There is nothing to undo.'),
    redo: () => repeat(redone, 'undo', 'There is nothing to redo.'),
  };

  // The theme of a gesture outlives its undoing: somebody may have used it.
  function staying(step: Step): string {
    const theme = step.kind === 'removed' && step.fresh ? page.themes.find(step.fresh) : undefined;
    return theme ? ` The theme “${theme.name}” stays in the codebook.` : '';
  }

  // One that is back without being in the list needs review.
  function changesQueue(step: Step): boolean {
    if (step.kind === 'made') return step.ids.some((id) => !document.getElementById(`coding-${id}`));
    return step.kind === 'reviewed' || step.kind === 'returned';
  }

  async function told(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      page.status.say(error.message);
      return false;
    }
  }
}

/** Asks for the themes' colours anew, where a theme has come or changed; done when the page has them. */
async function refreshColours(): Promise<void> {
  const old = document.querySelector<HTMLLinkElement>('link[href*="/themes/colours.css"]');
  if (!old) return;
  const fresh = old.cloneNode() as HTMLLinkElement;
  fresh.href = `${old.href.split('?')[0]}?${Date.now()}`;
  await new Promise((resolve) => {
    fresh.addEventListener('load', resolve, { once: true });
    fresh.addEventListener('error', resolve, { once: true });
    old.after(fresh);
  });
  old.remove();
}

function inWords(names: string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

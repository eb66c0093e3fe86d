import { v7 } from 'uuid';
import { createCard } from './card.ts';
import { keepWords, takeWords } from './kept-words.ts';
import { drawLanes, lightTogether } from './lanes.ts';
import { dropItem, repaint } from './painting.ts';
import { createPicker, type Pending } from './picker.ts';
import { startLive } from './live.ts';
import { findWords, rangeOf, selectedPassage } from './positions.ts';
import { paintPending } from './pending-paint.ts';
import { Refusal, type Repaint, send } from './server.ts';
import { createStatus } from './status.ts';

/** Makes the coding page quick: select, choose, done. Without it the page is read, and coded by its sentences. */
export function startCoding(reading: HTMLElement): void {
  const list = part('coding-list');
  const page = { reading, list };
  const { codings: address = '', study = '', revision = '' } = reading.dataset;
  const status = createStatus(part('coding-status'));
  const card = createCard(part('coding-card'));
  const draw = drawLanes(reading);
  const main = part('main-content');
  const hint = part('coding-hint');
  let pending: Pending | undefined;
  // The same ids for the same words and theme until the server has answered: sent again, it is coded once.
  let ids = new Map<string, string>();

  const picker = createPicker(part('picker'), {
    apply,
    closed: () => {
      pending = undefined;
      hint.textContent = '';
      paintPending(undefined);
    },
  });

  lightTogether(main);
  showScript();
  findKeptWords();
  startLive({
    ...page,
    note: address.replace(/\/codings$/, ''),
    revision: Number(revision),
    painted: draw,
    themes: () => {},
    textChanged: () => status.say('This note has a newer text. Reload the page to code that.'),
  });

  function consider(range: Range, focus: boolean, themes?: string[]): void {
    const passage = selectedPassage(reading, range);
    if (!passage) return;
    if (pending?.start !== passage.start || pending.end !== passage.end) ids = new Map();
    pending = passage;
    const painted = rangeOf(reading, passage) ?? range;
    const rects = [...painted.getClientRects()];
    picker.open(passage, rects.at(-1) ?? painted.getBoundingClientRect(), { focus, ...(themes && { themes }) });
    if (focus) paintPending(painted);
    else hint.textContent = 'Words selected. Press Enter to choose their themes.';
  }

  async function apply(words: Pending, themes: string[]): Promise<void> {
    for (const theme of themes) ids.set(theme, ids.get(theme) ?? v7());
    try {
      const answer = await send(address, {
        revision: Number(revision),
        start: words.start,
        end: words.end,
        themes,
        ids: themes.map((theme) => ids.get(theme)),
      });
      show(answer);
      const made = answer.codings.map(({ id }) => id);
      status.say(`Coded with ${inWords(answer.codings.map(({ name }) => name))}.`, () => removeAll(made));
      const hadKeyboard = picker.contains(document.activeElement);
      picker.close();
      getSelection()?.removeAllRanges();
      if (hadKeyboard) stripeOf(made[0])?.focus({ preventScroll: true });
    } catch (error) {
      refuse(error, words, themes);
    }
  }

  function refuse(error: unknown, words: Pending, themes: string[]): void {
    if (!(error instanceof Refusal)) throw error;
    const again = { text: 'Reload, and find these words again', run: () => reloadWith(words, themes) };
    picker.fail(error.message, [403, 409, 422].includes(error.status) ? again : undefined);
  }

  function reloadWith(words: Pending, themes: string[]): void {
    keepWords(words, themes);
    location.reload();
  }

  function findKeptWords(): void {
    const kept = takeWords();
    if (!kept) return;
    const place = findWords(reading, kept.words, kept.start);
    const range = place && rangeOf(reading, place);
    if (!range) {
      status.say(`“${kept.words}” is no longer in this note. Select the words that stand there now.`);
      return;
    }
    range.startContainer.parentElement?.scrollIntoView({ block: 'center' });
    consider(range, true, kept.themes);
    status.say('This is the note as it is now. Your words are selected again: press Enter to code them.');
  }

  function show(answer: Repaint): void {
    repaint(page, answer);
    draw();
  }

  async function change(id: string, action: 'removal' | 'restoration'): Promise<Repaint> {
    const answer = await send(`${study}/codings/${id}/${action}`);
    if (action === 'removal') dropItem(list, id);
    show(answer);
    return answer;
  }

  async function removeAll(made: string[]): Promise<void> {
    await attempt(async () => {
      for (const id of made) await change(id, 'removal');
      status.say(made.length === 1 ? 'The coding is removed.' : `The ${made.length} codings are removed.`, () =>
        restoreAll(made),
      );
    });
  }

  async function restoreAll(removed: string[]): Promise<void> {
    await attempt(async () => {
      for (const id of removed) await change(id, 'restoration');
      status.say(removed.length === 1 ? 'The coding is back.' : `The ${removed.length} codings are back.`, () =>
        removeAll(removed),
      );
    });
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      status.say(error.message);
    }
  }

  // A mouse lets go of a selection when it is meant; a finger and the keyboard change it many times before.
  document.addEventListener('pointerup', (event) => {
    if (event.pointerType !== 'mouse' || picker.contains(event.target as Node)) return;
    // The browser empties an old selection only after this event.
    setTimeout(() => {
      const range = currentRange();
      if (range) consider(range, true);
    });
  });
  let settling: ReturnType<typeof setTimeout> | undefined;
  let mouseDown = false;
  document.addEventListener('pointerdown', (event) => {
    mouseDown = event.pointerType === 'mouse';
    if (event.target instanceof Node && reading.contains(event.target)) picker.close();
  });
  document.addEventListener('pointerup', () => {
    mouseDown = false;
  });
  document.addEventListener('selectionchange', () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      const range = currentRange();
      if (range && !mouseDown && !picker.contains(document.activeElement)) consider(range, false);
    }, 350);
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (typing) return;
    if (event.key === 'Enter' && pending && picker.isOpen() && isReading()) {
      event.preventDefault();
      const range = rangeOf(reading, pending);
      picker.focus();
      paintPending(range);
    } else if (event.key === 'Escape') picker.close();
    else if (event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      status.undo();
    }
  });

  reading.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || currentRange()) return;
    const stripe = event.target.closest<HTMLElement>('a[data-coding]');
    if (stripe) event.preventDefault();
    const marks = stripe ? [stripe] : marksAround(event.target);
    const place = (stripe ?? marks[0])?.getBoundingClientRect();
    if (!place || marks.length === 0) return;
    const at = stripe ? place : new DOMRect(event.clientX, event.clientY - 4, 1, 12);
    card.open(
      marks.map((mark) => mark.dataset.coding ?? ''),
      at,
      stripe,
    );
  });
  main.addEventListener('submit', (event) => {
    const form = event.target instanceof HTMLFormElement ? event.target : undefined;
    const id = form?.dataset.remove;
    // One that needs review leaves the page with its section: the server shows that page anew.
    if (id === undefined || form?.closest('.app-review')) return;
    event.preventDefault();
    event.stopPropagation();
    card.close();
    // What had the focus is about to go: the reader stays in the text, beside what was removed.
    reading.focus({ preventScroll: true });
    void removeAll([id]);
  });
  main.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-show]') : null;
    const mark = link && reading.querySelector<HTMLElement>(`mark[data-coding="${link.dataset.show}"]`);
    if (!mark) return;
    event.preventDefault();
    card.close();
    mark.scrollIntoView({ block: 'center' });
    stripeOf(link.dataset.show)?.focus({ preventScroll: true });
  });

  function isReading(): boolean {
    return document.activeElement === document.body || document.activeElement === reading;
  }

  function stripeOf(id: string | undefined): HTMLElement | null {
    return reading.querySelector<HTMLElement>(`a[data-coding="${id}"]`);
  }

  function currentRange(): Range | undefined {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
    const range = selection.getRangeAt(0);
    return range.intersectsNode(reading) ? range : undefined;
  }

  function marksAround(element: Element): HTMLElement[] {
    const marks: HTMLElement[] = [];
    for (
      let mark = element.closest<HTMLElement>('mark[data-coding]');
      mark;
      mark = mark.parentElement?.closest<HTMLElement>('mark[data-coding]') ?? null
    )
      marks.push(mark);
    return marks;
  }

  function showScript(): void {
    for (const element of document.querySelectorAll<HTMLElement>('[data-coding-script]')) element.hidden = false;
    for (const element of document.querySelectorAll<HTMLElement>('[data-coding-plain]')) element.hidden = true;
  }
}

function part(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the coding page has no #${id}`);
  return element;
}

function inWords(names: string[]): string {
  const quoted = names.map((name) => `“${name}”`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}

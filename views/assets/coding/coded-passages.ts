import { toldOf } from './announcing.ts';
import { createCard } from './card.ts';
import { createCardMemos } from './card-memos.ts';
import type { Changes } from './changes.ts';
import type { TextCursor } from './cursor.ts';
import type { Ends } from './ends.ts';
import type { NewTheme, Picker } from './picker.ts';
import { type Passage, rangeOf } from './positions.ts';
import type { Review } from './review.ts';
import { repaint } from './painting.ts';
import { Refusal, type Repaint } from './server.ts';

/** What can be done with the codings that are there: reached, shown, given another theme or other ends, removed. */
export type CodedPassages = {
  jump(direction: 'forward' | 'backward'): void;
  /** With the coding that was reached last; says what to do where none was, or where it is not this person's to change. */
  withCurrent(what: 'show' | 'memo' | 'remove' | 'retheme' | 'moveEnds'): void;
  saveEnds(id: string, from: Passage, to: Passage): void;
  focus(id: string | undefined): void;
  /** None is meant any more. */
  forget(): void;
};

export function createCodedPassages(
  cardElement: HTMLElement,
  page: {
    reading: HTMLElement;
    list: HTMLElement;
    main: HTMLElement;
    changes: Changes;
    picker: Picker;
    cursor: TextCursor;
    ends: Ends;
    review: Review;
    say: (text: string) => void;
  },
): CodedPassages {
  const { reading, list, main, changes, picker, cursor, ends, review, say } = page;
  const memos = createCardMemos(cardElement, reading.dataset.study ?? '');
  const card = createCard(cardElement, { retheme, moveEnds, memos: (id) => void memos.open(id) });
  const acts = { show, remove, retheme, moveEnds, memo };
  let current: string | undefined;

  function show(id: string): void {
    void open([id], placeOf(id), reading);
  }

  function memo(id: string): void {
    void open([id], placeOf(id), reading).then(() => memos.open(id));
  }

  // Far down a long list the page has only a line of each coding: what it says is asked for when it is opened.
  async function open(ids: string[], place: DOMRect, opener: HTMLElement | null): Promise<void> {
    const brief = ids.filter((id) => itemOf(id)?.dataset.brief !== undefined);
    if (brief.length > 0) {
      const address = `${reading.dataset.note}/coding/state?codings=${brief.join(',')}&paragraphs=`;
      const response = await fetch(address, { headers: { accept: 'application/json' } }).catch(() => undefined);
      if (response?.ok) repaint({ reading, list }, (await response.json()) as Repaint);
      else say('There is no connection just now. Try again when you are back online.');
    }
    card.open(ids, place, opener);
  }

  function remove(id: string): void {
    card.close();
    // What had the focus is about to go: the reader stays in the text, beside what was removed.
    reading.focus({ preventScroll: true });
    void changes.remove([id]);
  }

  function moveEnds(id: string): void {
    const item = itemOf(id);
    if (!item) return;
    card.close();
    picker.close();
    ends.open({ id, name: item.dataset.name ?? '' }, passageOf(item));
  }

  function retheme(id: string): void {
    const item = itemOf(id);
    if (!item) return;
    card.close();
    const { theme: from = '', name = '' } = item.dataset;
    const apply = async ([to]: string[], fresh: NewTheme | undefined) => {
      try {
        await changes.retheme(id, from, fresh ?? to ?? from);
        picker.close();
        focus(id);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        picker.fail(error.message);
      }
    };
    const words = wordsOf(item);
    const request = { words, verb: `Change “${name}” on`, button: 'Change theme', single: true, apply };
    picker.open(request, placeOf(id), { focus: true, anew: true });
  }

  // Back to where the person came from: to the text with its selection, or else to the name of the coding.
  function focus(id: string | undefined): void {
    if (cursor.selection()) {
      reading.focus({ preventScroll: true });
      return cursor.redraw();
    }
    reading.querySelector<HTMLElement>(`a[data-coding="${id}"]`)?.focus({ preventScroll: true });
  }

  function wordsOf(item: HTMLElement): string {
    return item.querySelector('blockquote')?.textContent ?? rangeOf(reading, passageOf(item))?.toString() ?? '';
  }

  function placeOf(id: string): DOMRect {
    const item = itemOf(id);
    const range = item && rangeOf(reading, passageOf(item));
    return [...(range?.getClientRects() ?? [])].at(-1) ?? reading.getBoundingClientRect();
  }

  reading.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || getSelection()?.isCollapsed === false) return;
    const stripe = event.target.closest<HTMLElement>('a[data-coding]');
    if (stripe) event.preventDefault();
    const ids = stripe ? [stripe.dataset.coding ?? ''] : marksAround(event.target);
    if (ids.length === 0) return;
    current = ids[0];
    const at = stripe ? stripe.getBoundingClientRect() : new DOMRect(event.clientX, event.clientY - 4, 1, 12);
    void open(ids, at, stripe);
  });
  main.addEventListener('submit', (event) => {
    const id = event.submitter instanceof HTMLElement ? event.submitter.dataset.remove : undefined;
    // One that needs review leaves the page with its section: the server shows that page anew.
    if (id === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    remove(id);
  });
  main.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-show]') : null;
    const mark = link && reading.querySelector<HTMLElement>(`mark[data-coding="${link.dataset.show}"]`);
    if (!mark) return;
    event.preventDefault();
    card.close();
    mark.scrollIntoView({ block: 'center' });
    focus(link.dataset.show);
  });

  // Whoever comes from the extracts, or from another page that shows a coding, is shown it among its words.
  const wanted = /^#(?:passage|coding)-([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  const words = wanted && reading.querySelector<HTMLElement>(`mark[data-coding="${wanted}"]`);
  if (words) {
    requestAnimationFrame(() => words.scrollIntoView({ block: 'center' }));
    for (const each of main.querySelectorAll(`[data-coding="${wanted}"]`)) each.classList.add('is-lit');
    current = wanted;
  }

  return {
    jump(direction) {
      const items = [...list.querySelectorAll<HTMLElement>(':scope > [data-coding]')];
      if (items.length === 0) return say('Nothing in this note is coded yet.');
      const at = items.findIndex(({ dataset }) => dataset.coding === current);
      const here = cursor.selection()?.start ?? 0;
      const near =
        direction === 'forward'
          ? items.findIndex(({ dataset }) => Number(dataset.start) >= here)
          : items.findLastIndex(({ dataset }) => Number(dataset.start) < here);
      const step = direction === 'forward' ? 1 : -1;
      const next = at === -1 ? Math.max(near, 0) : (at + step + items.length) % items.length;
      const item = items[next]!;
      cursor.select(passageOf(item));
      current = item.dataset.coding;
      const { name, who } = item.dataset;
      say(`Coding ${next + 1} of ${items.length}: ${name}, coded by ${who}: ${toldOf(wordsOf(item), [])}`);
    },
    withCurrent(what) {
      const item = current === undefined ? null : itemOf(current);
      if (!item) return say('Go to a coding first: press n or p.');
      if (what !== 'show' && what !== 'memo' && item.dataset.mine === undefined)
        return say('Only its coder or the study’s lead can change this coding.');
      acts[what](item.dataset.coding ?? '');
    },
    saveEnds(id, from, to) {
      if (!review.place(id, to)) void changes.place(id, from, to).then(() => focus(id));
    },
    focus,
    forget() {
      current = undefined;
    },
  };
}

function itemOf(id: string): HTMLElement | null {
  return document.getElementById(`coding-${id}`);
}

function passageOf({ dataset }: HTMLElement): Passage {
  return { start: Number(dataset.start), end: Number(dataset.end) };
}

function marksAround(element: Element): string[] {
  const ids: string[] = [];
  let mark = element.closest<HTMLElement>('mark[data-coding]');
  while (mark) {
    ids.push(mark.dataset.coding ?? '');
    mark = mark.parentElement?.closest<HTMLElement>('mark[data-coding]') ?? null;
  }
  return ids;
}

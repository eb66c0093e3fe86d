import { type Passage, positionAtPoint, rangeOf, textsIn } from './positions.ts';
import { paintPending } from './pending-paint.ts';
import { unitsOf, withEndMoved } from './text-steps.ts';

export type Ends = {
  /** Begins to move the ends of a coding that lies at `passage`; `isNew`: that is to lie there, moved or not. */
  open(coding: { id: string; name: string }, passage: Passage, isNew?: boolean): void;
  close(): void;
  isOpen(): boolean;
};

/**
 * Stretches and shrinks a coded passage: by dragging a handle at either end, by the buttons of the bar, or by the arrow
 * keys, always by whole words. Letting a handle go, Enter or Save keeps it.
 */
export function createEnds(
  bar: HTMLElement,
  reading: HTMLElement,
  {
    save,
    closed,
    say,
  }: {
    save: (id: string, from: Passage, to: Passage) => void;
    closed: () => void;
    /** Tells what was gained or lost. */
    say: (text: string) => void;
  },
): Ends {
  const handles = { start: handle('start'), end: handle('end') };
  let moving: { id: string; from: Passage; to: Passage; isNew: boolean } | undefined;

  function handle(which: 'start' | 'end'): HTMLElement {
    const element = document.createElement('span');
    element.className = `app-end app-end--${which}`;
    element.hidden = true;
    element.setAttribute('aria-hidden', 'true');
    reading.append(element);
    element.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      event.stopPropagation();
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener('pointermove', (event) => {
      if (moving && element.hasPointerCapture(event.pointerId)) drag(which, event);
    });
    element.addEventListener('pointerup', (event) => {
      if (!element.hasPointerCapture(event.pointerId)) return;
      element.releasePointerCapture(event.pointerId);
      keep();
    });
    return element;
  }

  // The handle hangs below the line: the words above it are meant.
  function drag(which: 'start' | 'end', event: PointerEvent): void {
    if (!moving) return;
    for (const each of Object.values(handles)) each.style.pointerEvents = 'none';
    const at = positionAtPoint(reading, event.clientX, event.clientY - 16);
    for (const each of Object.values(handles)) each.style.pointerEvents = '';
    const text = textsIn(reading).find(({ start, end }) => at !== undefined && at >= start && at <= end);
    if (at === undefined || !text) return;
    const words = unitsOf(text, 'word');
    const { start, end } = moving.to;
    if (which === 'start') {
      const word = words.findLast((each) => each.start <= at) ?? words[0];
      if (word && word.start < end) set({ start: word.start, end });
    } else {
      const word = words.find((each) => each.end >= at) ?? words.at(-1);
      if (word && word.end > start) set({ start, end: word.end });
    }
  }

  function set(to: Passage): void {
    if (!moving) return;
    moving.to = to;
    const range = rangeOf(reading, to);
    paintPending(range);
    const rects = range ? [...range.getClientRects()].filter(({ width }) => width > 0) : [];
    const origin = reading.getBoundingClientRect();
    for (const [which, rect] of [
      ['start', rects[0]],
      ['end', rects.at(-1)],
    ] as const) {
      const element = handles[which];
      element.hidden = !rect;
      if (!rect) continue;
      element.style.top = `${rect.bottom - origin.top}px`;
      element.style.left = `${(which === 'start' ? rect.left : rect.right) - origin.left}px`;
    }
    const words = bar.querySelector('[data-ends-words]');
    if (words) words.textContent = range?.toString().replaceAll(/\s+/g, ' ') ?? '';
  }

  function move(which: 'start' | 'end', direction: 'forward' | 'backward', unit: 'word' | 'sentence' = 'word'): void {
    if (!moving) return;
    const before = moving.to;
    set(withEndMoved(textsIn(reading), before, which, unit, direction));
    say(difference(before, moving.to));
  }

  function difference(before: Passage, after: Passage): string {
    const words = (start: number, end: number) => rangeOf(reading, { start, end })?.toString().trim() ?? '';
    if (after.start < before.start) return `Added ${words(after.start, before.start)}`;
    if (after.end > before.end) return `Added ${words(before.end, after.end)}`;
    if (after.start > before.start) return `Left out ${words(before.start, after.start)}`;
    if (after.end < before.end) return `Left out ${words(after.end, before.end)}`;
    return 'It cannot be moved further.';
  }

  function close(): void {
    if (!moving) return;
    moving = undefined;
    bar.hidden = true;
    handles.start.hidden = handles.end.hidden = true;
    paintPending(undefined);
    closed();
  }

  function keep(): void {
    if (!moving) return;
    const { id, from, to, isNew } = moving;
    close();
    if (isNew || from.start !== to.start || from.end !== to.end) save(id, from, to);
  }

  for (const button of bar.querySelectorAll<HTMLButtonElement>('[data-end]'))
    button.addEventListener('click', () =>
      move(
        button.dataset.end === 'start' ? 'start' : 'end',
        button.dataset.direction === 'forward' ? 'forward' : 'backward',
      ),
    );
  bar.querySelector('[data-ends-save]')?.addEventListener('click', keep);
  bar.querySelector('[data-ends-cancel]')?.addEventListener('click', close);
  bar.addEventListener('keydown', (event) => {
    const which = event.shiftKey ? 'start' : 'end';
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) keep();
    else if (event.key === 'ArrowRight') move(which, 'forward');
    else if (event.key === 'ArrowLeft') move(which, 'backward');
    else if (event.key === 'ArrowDown') move(which, 'forward', 'sentence');
    else if (event.key === 'ArrowUp') move(which, 'backward', 'sentence');
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    open({ id, name }, passage, isNew = false) {
      moving = { id, from: passage, to: passage, isNew };
      const title = bar.querySelector('[data-ends-name]');
      if (title) title.textContent = name;
      bar.hidden = false;
      set(passage);
      bar.focus({ preventScroll: true });
    },
    close,
    isOpen: () => moving !== undefined,
  };
}

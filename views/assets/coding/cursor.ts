import type { Passage } from './positions.ts';
import { rangeOf, textsIn } from './positions.ts';
import {
  type Cursor,
  cursorAt,
  type Direction,
  endWord,
  extended,
  moved,
  selectionOf,
  type Unit,
  unitAt,
} from './text-steps.ts';

/** What the keyboard has selected of the text: always at least a word, so that it can be seen. */
export type TextCursor = {
  selection(): Passage | undefined;
  /** One unit on, or with the selection stretched by it. Begins at the first paragraph in sight. */
  step(unit: Unit, direction: Direction, extend: boolean): void;
  /** To the first or last word of the paragraph. */
  toEnd(which: 'first' | 'last', extend: boolean): void;
  select(passage: Passage): void;
  /** Shows the selection again after the page was repainted. */
  redraw(): void;
  forget(): void;
};

/** Walks through the text by keyboard with the browser's own selection; `changed` hears what is selected then. */
export function createCursor(reading: HTMLElement, changed: (passage: Passage) => void): TextCursor {
  let cursor: Cursor | undefined;

  function set(next: Cursor | undefined): void {
    if (!next) return;
    cursor = next;
    redraw();
    changed(selectionOf(next));
  }

  function redraw(): void {
    const range = cursor && rangeOf(reading, selectionOf(cursor));
    const selection = getSelection();
    if (!range || !selection) return;
    selection.removeAllRanges();
    selection.addRange(range);
    showEdge(range);
  }

  // The edge that moves must stay in sight, above the bars at the bottom.
  function showEdge(range: Range): void {
    const rects = [...range.getClientRects()];
    const isBackward = cursor !== undefined && cursor.edge < cursor.anchor.start;
    const rect = isBackward ? rects[0] : rects.at(-1);
    if (!rect) return;
    const [top, bottom] = [90, window.innerHeight - 130];
    if (rect.top < top) window.scrollBy(0, rect.top - top);
    else if (rect.bottom > bottom) window.scrollBy(0, rect.bottom - bottom);
  }

  function begin(): Cursor | undefined {
    const inSight = [...reading.querySelectorAll<HTMLElement>('[data-paragraph]')].find(
      (paragraph) => paragraph.getBoundingClientRect().bottom > 90,
    );
    const word = unitAt(textsIn(reading), 'word', Number(inSight?.dataset.start ?? 0));
    return word && cursorAt(word);
  }

  return {
    selection: () => cursor && selectionOf(cursor),
    step(unit, direction, extend) {
      if (!cursor) return set(begin());
      set((extend ? extended : moved)(textsIn(reading), cursor, unit, direction));
    },
    toEnd(which, extend) {
      if (!cursor) return set(begin());
      const texts = textsIn(reading);
      const at = cursor.edge > cursor.anchor.end ? cursor.edge - 1 : selectionOf(cursor).start;
      const paragraph = unitAt(texts, 'paragraph', at);
      if (!paragraph) return;
      const word = endWord(texts, paragraph, which);
      if (!extend) return set(word && cursorAt(word));
      set({ anchor: cursor.anchor, edge: which === 'first' ? paragraph.start : paragraph.end });
    },
    select: (passage) => set(cursorAt(passage)),
    redraw,
    forget() {
      cursor = undefined;
    },
  };
}

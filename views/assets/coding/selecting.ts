import type { Picker } from './picker.ts';

/** Hears when words of `reading` have been selected; `consider` is told whether the person is ready to type. */
export function watchSelection(
  reading: HTMLElement,
  picker: Picker,
  consider: (range: Range, focus: boolean) => void,
): void {
  let settling: ReturnType<typeof setTimeout> | undefined;
  let mouseDown = false;
  // While the text has the focus its own keys select, and say so themselves; a finger may do so as well.
  let byKeys = false;

  function selectedRange(): Range | undefined {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
    const range = selection.getRangeAt(0);
    return range.intersectsNode(reading) ? range : undefined;
  }

  document.addEventListener('pointerdown', (event) => {
    mouseDown = event.pointerType === 'mouse';
    byKeys = false;
  });
  document.addEventListener('keydown', () => (byKeys = true), true);
  // A mouse lets go of a selection when it is meant; a finger and the keyboard change it many times before.
  document.addEventListener('pointerup', (event) => {
    mouseDown = false;
    const target = event.target instanceof Element ? event.target : null;
    if (event.pointerType !== 'mouse' || target?.closest('[data-keeps-selection]')) return;
    // The browser empties an old selection only after this event.
    setTimeout(() => {
      const range = selectedRange();
      if (range) consider(range, true);
    });
  });
  document.addEventListener('selectionchange', () => {
    clearTimeout(settling);
    if (byKeys && document.activeElement === reading) return;
    settling = setTimeout(() => {
      const range = selectedRange();
      const isBusy = mouseDown || picker.contains(document.activeElement);
      if (range && !isBusy) consider(range, false);
    }, 350);
  });
}

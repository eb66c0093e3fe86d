// Pixels: between words and window, all of the bar but its list, and the height at which it is at ease.
const GAP = 10;
const FRAME = 240;
const NEEDED = 380;

/**
 * Puts a bar under the words at `place`, or above them where there is more room; `scrolled` is how far the page was
 * scrolled when `place` was measured. On narrow screens the style keeps it at the bottom whatever is set here.
 */
export function placeBeside(element: HTMLElement, place: DOMRect, scrolled: { x: number; y: number }): void {
  const above = place.top;
  const under = window.innerHeight - place.bottom;
  const isUnder = under >= Math.min(NEEDED, above);
  element.style.setProperty('--room', `${Math.max(120, (isUnder ? under : above) - FRAME)}px`);
  const { width, height } = element.getBoundingClientRect();
  const left = Math.min(Math.max(8, place.left), document.documentElement.clientWidth - width - 8);
  const top = isUnder ? place.bottom + GAP : place.top - height - GAP;
  element.style.top = `${Math.max(8, top + scrolled.y)}px`;
  element.style.left = `${left + scrolled.x}px`;
}

/** Keeps the words in sight above a bar that has the bottom of a narrow window; does nothing on a wide one. */
export function scrollAbove(element: HTMLElement, place: DOMRect): void {
  if (getComputedStyle(element).position !== 'fixed') return;
  const hidden = place.bottom + GAP - element.getBoundingClientRect().top;
  if (hidden > 0) window.scrollBy({ top: Math.min(hidden, place.top - GAP) });
}

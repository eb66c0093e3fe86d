import type { Repaint } from './server.ts';

/** Puts what the server answered in the place of what the page has: paragraphs, and new items of the list in order. */
export function repaint(page: { reading: HTMLElement; list: HTMLElement }, { paragraphs, codings }: Repaint): void {
  for (const { number, html } of paragraphs) {
    const old = page.reading.querySelector(`[data-paragraph="${number}"]`);
    const fresh = elementOf(html, '[data-paragraph]');
    if (old && fresh) old.replaceWith(fresh);
  }
  for (const { id, start, end, html } of codings) {
    document.getElementById(`coding-${id}`)?.remove();
    const item = elementOf(html, '[data-coding]');
    if (!item) continue;
    const following = itemsOf(page.list).find(
      (other) => other.start > start || (other.start === start && other.end < end),
    );
    page.list.insertBefore(item, following?.element ?? null);
  }
  countItems(page.list);
}

/** Takes a coding out of the list; its paragraphs are repainted by the server's answer. */
export function dropItem(list: HTMLElement, id: string): void {
  document.getElementById(`coding-${id}`)?.remove();
  countItems(list);
}

function countItems(list: HTMLElement): void {
  const count = document.querySelector('[data-codings-count]');
  if (count) count.textContent = String(list.children.length);
  const none = document.getElementById('no-codings');
  if (none) none.hidden = list.children.length > 0;
}

function itemsOf(list: HTMLElement): { element: HTMLElement; start: number; end: number }[] {
  return [...list.querySelectorAll<HTMLElement>(':scope > [data-coding]')].map((element) => ({
    element,
    start: Number(element.dataset.start),
    end: Number(element.dataset.end),
  }));
}

// The server's own templates made this, with everything that people typed escaped.
function elementOf(html: string, selector: string): HTMLElement | null {
  return new DOMParser().parseFromString(html, 'text/html').querySelector<HTMLElement>(selector);
}

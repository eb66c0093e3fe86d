import type { Changes } from './changes.ts';
import type { Ends } from './ends.ts';
import type { Passage } from './positions.ts';
import { Refusal } from './server.ts';
import type { Status } from './status.ts';

/** Codings whose words changed: each waits for its place to be accepted, adjusted, or for its removal. */
export type Review = {
  /** Takes words that were selected for a coding which waits for its place; false when none does. */
  take(passage: Passage): boolean;
  /** Puts the coding there when it is one that needs review; false when it is not. */
  place(id: string, to: Passage): boolean;
};

export function createReview(
  main: HTMLElement,
  page: { reading: HTMLElement; status: Status; ends: Ends; changes: Changes },
): Review {
  const section = main.querySelector<HTMLElement>('.app-review');
  let waiting: { id: string; name: string } | undefined;

  async function put(id: string, to: Passage): Promise<void> {
    const { oldRevision, oldStart, oldEnd } = item(id)?.dataset ?? {};
    try {
      const old = { revision: Number(oldRevision), start: Number(oldStart), end: Number(oldEnd) };
      await page.changes.review(id, old, to);
      settled(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      page.status.say(error.message);
    }
  }

  // Out of the queue, and on to the next one.
  function settled(id: string): void {
    const next = item(id)?.nextElementSibling ?? item(id)?.previousElementSibling;
    item(id)?.remove();
    const left = section?.querySelectorAll('[data-review]').length ?? 0;
    const heading = section?.querySelector('h2');
    if (heading) heading.textContent = left === 1 ? '1 coding needs review' : `${left} codings need review`;
    if (section) section.hidden = left === 0;
    (next?.querySelector<HTMLElement>('button') ?? page.reading).focus();
  }

  function item(id: string): HTMLElement | null {
    return section?.querySelector<HTMLElement>(`[data-review="${id}"]`) ?? null;
  }

  section?.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button[data-adjust]') : null;
    const entry = button && item(button.dataset.adjust ?? '');
    if (!entry) return;
    const { review: id = '', name = '', start, end } = entry.dataset;
    if (start !== undefined && end !== undefined) {
      document.querySelector(`[data-start="${start}"]`)?.scrollIntoView({ block: 'center' });
      page.ends.open({ id, name }, { start: Number(start), end: Number(end) }, true);
      return;
    }
    waiting = { id, name };
    page.reading.focus();
    page.status.say(`Select the words where “${name}” belongs now.`);
  });
  // Accepting and removing need no page either, and can then be undone like everything else.
  section?.addEventListener('submit', (event) => {
    const { accept, remove } = event.target instanceof HTMLFormElement ? event.target.dataset : {};
    const id = accept ?? remove ?? '';
    const entry = item(id);
    if (!entry) return;
    event.preventDefault();
    event.stopPropagation();
    if (accept) void put(id, { start: Number(entry.dataset.start), end: Number(entry.dataset.end) });
    else void page.changes.remove([id]).then((isDone) => isDone && settled(id));
  });

  return {
    take(passage) {
      if (!waiting) return false;
      page.ends.open(waiting, passage, true);
      waiting = undefined;
      return true;
    },
    place(id, to) {
      if (!item(id)) return false;
      void put(id, to);
      return true;
    },
  };
}

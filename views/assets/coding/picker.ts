import type { Passage } from './positions.ts';

/** Words selected and waiting for their themes. */
export type Pending = Passage & { words: string };

// Pixels: between words and bar, all of the bar but its list, and the height at which it is at ease.
const GAP = 10;
const FRAME = 180;
const NEEDED = 310;

export type Picker = {
  /** Shows the bar near `place`; takes the keyboard's focus only where the person is ready to type. */
  open(pending: Pending, place: DOMRect, options: { focus: boolean; themes?: string[] }): void;
  close(): void;
  focus(): void;
  fail(message: string, action?: { text: string; run: () => void }): void;
  isOpen(): boolean;
  contains(node: Node | null): boolean;
};

/** The bar over a selection: type to find a theme, Enter codes. `apply` is given the themes in the order of the codebook. */
export function createPicker(
  element: HTMLElement,
  { apply, closed }: { apply: (pending: Pending, themes: string[]) => Promise<void>; closed: () => void },
): Picker {
  const filter = element.querySelector<HTMLInputElement>('#picker-filter');
  const code = element.querySelector<HTMLButtonElement>('[data-picker-code]');
  const none = element.querySelector<HTMLElement>('[data-picker-none]');
  const error = element.querySelector<HTMLElement>('[data-picker-error]');
  const quote = element.querySelector<HTMLElement>('[data-picker-quote]');
  const options = [...element.querySelectorAll<HTMLElement>('[role="option"]')];
  let pending: Pending | undefined;
  let active: HTMLElement | undefined;
  let busy = false;
  // Where the words were in the window, and how far the page was scrolled, when the bar came up.
  let place: DOMRect | undefined;
  let scrolled = { x: 0, y: 0 };

  const shown = () => options.filter((option) => !option.hidden);
  const ticked = () => options.filter((option) => option.getAttribute('aria-selected') === 'true');

  function activate(option: HTMLElement | undefined): void {
    active?.classList.remove('is-active');
    active = option;
    active?.classList.add('is-active');
    active?.scrollIntoView({ block: 'nearest' });
    if (active) filter?.setAttribute('aria-activedescendant', active.id);
    else filter?.removeAttribute('aria-activedescendant');
  }

  function tick(option: HTMLElement, on = option.getAttribute('aria-selected') !== 'true'): void {
    option.setAttribute('aria-selected', String(on));
    label();
  }

  function label(): void {
    const count = ticked().length;
    if (code) code.textContent = count > 1 ? `Code with ${count} themes` : 'Code';
  }

  function search(): void {
    const words = plain(filter?.value ?? '')
      .split(/\s+/)
      .filter(Boolean);
    for (const option of options) {
      const path = plain(option.dataset.path ?? '');
      option.hidden = !words.every((word) => path.includes(word));
    }
    const found = shown();
    element.querySelector('#picker-list')?.classList.toggle('is-searching', words.length > 0);
    if (none) none.hidden = found.length > 0;
    // A name that begins with what was typed is meant before one that only holds it, or lies below one that does.
    const typed = words.join(' ');
    const best =
      found.find((option) => plain(option.dataset.name ?? '').startsWith(typed)) ??
      found.find((option) => words.every((word) => plain(option.dataset.name ?? '').includes(word)));
    activate(typed === '' ? undefined : (best ?? found[0]));
  }

  function move(step: number): void {
    const found = shown();
    const at = active ? found.indexOf(active) : step > 0 ? -1 : 0;
    activate(found[(at + step + found.length) % found.length]);
  }

  async function submit(): Promise<void> {
    if (!pending || busy) return;
    const chosen = new Set(ticked());
    if (active && (chosen.size === 0 || (filter?.value ?? '') !== '')) chosen.add(active);
    if (chosen.size === 0) return fail('Choose at least one theme.');
    hideError();
    busy = true;
    element.setAttribute('aria-busy', 'true');
    const themes = options.filter((option) => chosen.has(option)).map((option) => option.dataset.theme ?? '');
    for (const option of chosen) tick(option, true);
    try {
      await apply(pending, themes);
    } finally {
      busy = false;
      element.removeAttribute('aria-busy');
    }
  }

  function fail(message: string, action?: { text: string; run: () => void }): void {
    if (!error) return;
    error.textContent = `${message} `;
    if (action) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'app-picker__action';
      button.textContent = action.text;
      button.addEventListener('click', action.run);
      error.append(button);
    }
    error.hidden = false;
  }

  function hideError(): void {
    if (error) error.hidden = true;
  }

  function close(): void {
    if (element.hidden) return;
    element.hidden = true;
    pending = undefined;
    closed();
  }

  // Wide screens have the bar under the words, or above them where there is more room; narrow ones at the bottom.
  function position(): void {
    if (!place) return;
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

  filter?.addEventListener('input', () => {
    hideError();
    search();
    position();
  });
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    else if (event.target !== filter) return;
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && !event.isComposing) void submit();
    else if (event.key === ' ' && event.ctrlKey) {
      if (active) tick(active);
      if (filter && filter.value !== '') filter.select();
    } else return;
    event.preventDefault();
  });
  for (const option of options)
    option.addEventListener('click', () => {
      hideError();
      tick(option);
      activate(option);
    });
  // Pressing on a theme must not take the focus, nor the selection on a touch screen.
  element.addEventListener('mousedown', (event) => {
    if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
  });
  code?.addEventListener('click', () => void submit());
  element.querySelector('[data-picker-cancel]')?.addEventListener('click', close);

  return {
    open(next, at, { focus, themes }) {
      place = at;
      scrolled = { x: window.scrollX, y: window.scrollY };
      const isNew = pending?.start !== next.start || pending.end !== next.end;
      pending = next;
      element.hidden = false;
      if (quote) quote.textContent = opening(next.words);
      if (isNew) {
        hideError();
        for (const option of options) tick(option, themes?.includes(option.dataset.theme ?? '') ?? false);
        if (filter) filter.value = '';
        search();
      }
      position();
      if (focus) (filter ?? element.querySelector('button'))?.focus({ preventScroll: true });
    },
    close,
    focus: () => (filter ?? element.querySelector('button'))?.focus({ preventScroll: true }),
    fail,
    isOpen: () => !element.hidden,
    contains: (node) => element.contains(node),
  };
}

// Letters without case and accents, so that "cafe" finds "Café".
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
}

function opening(words: string): string {
  const letters = Array.from(words.replaceAll(/\s+/g, ' '));
  return letters.length <= 60 ? letters.join('') : `${letters.slice(0, 60).join('').trimEnd()}…`;
}

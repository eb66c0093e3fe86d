import type { Passage } from './positions.ts';
import { CREATE, emptyOption, opening, optionId, span } from './picker-parts.ts';
import { placeBeside, scrollAbove } from './placing.ts';
import { bestMatch, isName, matching, type ThemeChoice, type ThemeChoices } from './theme-choices.ts';

/** Words selected and waiting for their themes. */
export type Pending = Passage & { words: string };

/** A theme that is to be made in the same gesture; `parent` '' puts it at the top. */
export type NewTheme = { name: string; parent: string };

/** What the bar is asked to choose: several themes to code `words` with, or one instead of `instead`. */
export type Request = {
  words: string;
  verb: string;
  single?: boolean;
  /** What its button says, where not the verb. */
  button?: string;
  /** Ticked at first. */
  themes?: readonly string[];
  apply(themes: string[], fresh: NewTheme | undefined): Promise<void>;
};

export type Picker = {
  /** Shows the bar near `place`; takes the keyboard's focus only where the person is ready to type. */
  open(request: Request, place: DOMRect, options: { focus: boolean; anew: boolean }): void;
  close(): void;
  focus(): void;
  fail(message: string, action?: { text: string; run: () => void }): void;
  isOpen(): boolean;
  contains(node: Node | null): boolean;
};

/** The bar over a selection: type to find a theme, Enter codes; a name that is no theme makes it. */
export function createPicker(
  element: HTMLElement,
  themes: ThemeChoices,
  { closed }: { closed: (byKeyboard: boolean) => void },
): Picker {
  const part = <E extends HTMLElement>(selector: string): E => {
    const found = element.querySelector<E>(selector);
    if (!found) throw new Error(`the bar has no ${selector}`);
    return found;
  };
  const filter = part<HTMLInputElement>('#picker-filter');
  const list = part('#picker-list');
  const recent = part('[data-picker-recent]');
  const fresh = part('[data-picker-new]');
  const parent = part<HTMLSelectElement>('#picker-parent');
  const code = part<HTMLButtonElement>('[data-picker-code]');
  const error = part('[data-picker-error]');
  let request: Request | undefined;
  let ticked = new Set<string>();
  // The id of a theme, or CREATE.
  let active: string | undefined;
  let busy = false;
  let place: DOMRect | undefined;
  let scrolled = { x: 0, y: 0 };

  const typed = () => filter.value.replaceAll(/\s+/g, ' ').trim();
  const canCreate = () => typed() !== '' && !isName(themes.all(), typed());
  const shown = (): string[] => [
    ...matching(themes.all(), typed()).map(({ id }) => id),
    ...(canCreate() ? [CREATE] : []),
  ];

  function activate(id: string | undefined): void {
    active = id;
    for (const option of list.querySelectorAll('.is-active')) option.classList.remove('is-active');
    const option = id === undefined ? null : document.getElementById(optionId(id));
    option?.classList.add('is-active');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) filter.setAttribute('aria-activedescendant', option.id);
    else filter.removeAttribute('aria-activedescendant');
  }

  function draw(): void {
    const found = matching(themes.all(), typed());
    list.classList.toggle('is-searching', typed() !== '');
    list.replaceChildren(...found.map((theme) => optionOf(theme, ticked.has(theme.id))));
    if (canCreate()) list.append(createOption(typed()));
    fresh.hidden = !canCreate();
    const numbered = typed() === '' ? themes.recent() : [];
    recent.replaceChildren(...numbered.map(recentButton));
    recent.hidden = numbered.length === 0;
    drawParents();
    label();
  }

  function drawParents(): void {
    const chosen = parent.value;
    const top = new Option('At the top of the codebook', '');
    parent.replaceChildren(top, ...themes.all().map(({ id, path }) => new Option(path, id, false, id === chosen)));
  }

  function tick(id: string): void {
    if (request?.single) ticked = new Set([id]);
    else if (!ticked.delete(id)) ticked.add(id);
    for (const option of list.querySelectorAll<HTMLElement>('[data-theme]'))
      option.setAttribute('aria-selected', String(ticked.has(option.dataset.theme ?? '')));
    label();
  }

  function label(): void {
    const verb = request?.button ?? request?.verb ?? 'Code';
    code.textContent = ticked.size > 1 ? `${verb} with ${ticked.size} themes` : verb;
  }

  function search(): void {
    hideError();
    draw();
    const best = bestMatch(themes.all(), typed())?.id;
    activate(best ?? (canCreate() ? CREATE : undefined));
    position();
  }

  function move(step: number): void {
    const found = shown();
    const at = active === undefined ? (step > 0 ? -1 : 0) : found.indexOf(active);
    activate(found[(at + step + found.length) % found.length]);
  }

  async function submit(more: readonly string[] = []): Promise<void> {
    if (!request || busy) return;
    const isMade = active === CREATE && canCreate() && more.length === 0;
    const isMeant = active !== undefined && active !== CREATE && (ticked.size === 0 || typed() !== '');
    const pick = more.length === 0 && isMeant ? [active!] : more;
    const chosen = new Set(request.single && (pick.length > 0 || isMade) ? pick : [...ticked, ...pick]);
    if (chosen.size === 0 && !isMade) return fail('Choose at least one theme.');
    hideError();
    busy = true;
    element.setAttribute('aria-busy', 'true');
    const before = new Set(ticked);
    ticked = chosen;
    const inOrder = themes.all().flatMap(({ id }) => (chosen.has(id) ? [id] : []));
    draw();
    if (isMade) activate(CREATE);
    try {
      await request.apply(inOrder, isMade ? newTheme() : undefined);
    } finally {
      // Refused or not: what was taken up for this try alone is not kept for the next one.
      ticked = before;
      busy = false;
      element.removeAttribute('aria-busy');
    }
  }

  function newTheme(): NewTheme {
    return { name: typed(), parent: parent.value };
  }

  function recentButton(theme: ThemeChoice, index: number): HTMLElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `app-picker__recent theme-${theme.id}`;
    const number = document.createElement('kbd');
    number.textContent = String(index + 1);
    button.append(number, ` ${theme.name}`);
    button.addEventListener('click', () => void submit([theme.id]));
    return button;
  }

  function optionOf(theme: ThemeChoice, isTicked: boolean): HTMLElement {
    const option = emptyOption(theme.id, `app-depth-${Math.min(theme.depth, 4)} theme-${theme.id}`);
    option.dataset.theme = theme.id;
    option.setAttribute('aria-selected', String(isTicked));
    if (theme.definition !== '') option.title = theme.definition;
    option.append(span('app-picker__tick'), span('app-picker__swatch'), span('app-picker__name', theme.name));
    if (theme.parents !== '') option.append(span('app-picker__parents', `in ${theme.parents}`));
    option.addEventListener('click', () => {
      hideError();
      tick(theme.id);
      activate(theme.id);
    });
    return option;
  }

  function createOption(name: string): HTMLElement {
    const option = emptyOption(CREATE, 'app-picker__theme--new');
    option.setAttribute('aria-selected', 'false');
    option.append(span('app-picker__plus', '+'), span('app-picker__name', `Make the theme “${name}”`));
    option.addEventListener('click', () => {
      activate(CREATE);
      void submit();
    });
    return option;
  }

  function fail(message: string, action?: { text: string; run: () => void }): void {
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
    error.hidden = true;
  }

  // `byKeyboard`: it had the focus, which must not be lost with it.
  function close(byKeyboard = false): void {
    if (element.hidden) return;
    element.hidden = true;
    request = undefined;
    closed(byKeyboard);
  }

  function position(): void {
    if (place) placeBeside(element, place, scrolled);
  }

  filter.addEventListener('input', search);
  // Whoever says where the new theme belongs means that one, and no longer the one that its name began like.
  parent.addEventListener('change', () => activate(CREATE));
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close(true);
    else if (event.target !== filter && event.target !== parent) return;
    else if (event.key === 'Enter' && !event.isComposing) {
      if (canCreate() && (event.target === parent || event.ctrlKey || event.metaKey)) activate(CREATE);
      void submit();
    } else if (event.target !== filter) return;
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === ' ' && event.ctrlKey) {
      if (active !== undefined && active !== CREATE) tick(active);
      if (filter.value !== '') filter.select();
    } else if (/^[1-9]$/.test(event.key) && typed() === '' && themes.recent()[Number(event.key) - 1])
      void submit([themes.recent()[Number(event.key) - 1]!.id]);
    else return;
    event.preventDefault();
  });
  // Pressing on a theme must not take the focus, nor the selection on a touch screen.
  element.addEventListener('mousedown', (event) => {
    if (!(event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement))
      event.preventDefault();
  });
  code.addEventListener('click', () => void submit());
  part('[data-picker-cancel]').addEventListener('click', (event) => close(event.detail === 0));
  themes.onChange(() => {
    if (!element.hidden) {
      draw();
      activate(active);
    }
  });

  return {
    open(next, at, { focus, anew }) {
      place = at;
      scrolled = { x: window.scrollX, y: window.scrollY };
      request = next;
      element.hidden = false;
      part('[data-picker-verb]').textContent = next.verb;
      part('[data-picker-several]').hidden = next.single === true;
      part('[data-picker-quote]').textContent = opening(next.words);
      list.setAttribute('aria-multiselectable', String(!next.single));
      if (anew) {
        ticked = new Set(next.themes);
        filter.value = '';
        parent.value = '';
        hideError();
        draw();
        activate(undefined);
      }
      position();
      scrollAbove(element, at);
      if (focus) filter.focus({ preventScroll: true });
    },
    close: () => close(),
    focus: () => filter.focus({ preventScroll: true }),
    fail,
    isOpen: () => !element.hidden,
    contains: (node) => element.contains(node),
  };
}

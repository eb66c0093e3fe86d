import { matching, type ThemeChoice, type ThemeChoices } from './theme-choices.ts';

export type CodebookPanel = {
  focus(): void;
  /** Counts anew what the note carries of each theme. */
  count(): void;
};

/** The codebook as the server wrote it into the panel. */
export function themesOfPanel(panel: HTMLElement): ThemeChoice[] {
  return [...panel.querySelectorAll<HTMLElement>('[data-theme]')].map(({ dataset }) => ({
    id: dataset.theme ?? '',
    name: dataset.name ?? '',
    path: dataset.path ?? '',
    parents: dataset.parents ?? '',
    depth: Number(dataset.depth),
    definition: dataset.definition ?? '',
  }));
}

/**
 * The codebook beside the text: type to find a theme, choose it to code the selected words, or, where none are selected,
 * to see only its passages.
 */
export function createCodebookPanel(
  panel: HTMLElement,
  themes: ThemeChoices,
  { reading, list, choose }: { reading: HTMLElement; list: HTMLElement; choose: (theme: string) => boolean },
): CodebookPanel {
  const filter = panel.querySelector<HTMLInputElement>('#codebook-filter');
  const items = panel.querySelector<HTMLElement>('[data-panel-list]');
  const none = panel.querySelector<HTMLElement>('[data-panel-none]');
  const base = panel.dataset.codebook ?? '';
  let only: string | undefined;

  function draw(): void {
    const found = new Set(matching(themes.all(), filter?.value ?? '').map(({ id }) => id));
    items?.replaceChildren(...themes.all().map((theme) => itemOf(theme, found.has(theme.id))));
    if (none) none.hidden = found.size > 0;
    count();
  }

  function itemOf(theme: ThemeChoice, isShown: boolean): HTMLElement {
    const item = document.createElement('li');
    item.hidden = !isShown;
    const link = document.createElement('a');
    link.className = `app-panel__theme app-depth-${Math.min(theme.depth, 4)} theme-${theme.id}`;
    link.href = `${base}/${theme.id}`;
    link.dataset.theme = theme.id;
    link.setAttribute('role', 'button');
    link.setAttribute('aria-pressed', String(only === theme.id));
    if (theme.definition !== '') link.title = theme.definition;
    const number = themes.recent().findIndex(({ id }) => id === theme.id) + 1;
    for (const [className, text] of [
      ['app-panel__swatch', ''],
      ['app-panel__name', theme.name],
      ...(number > 0 ? [['app-panel__key', String(number)]] : []),
      ['app-panel__count', ''],
    ] as [string, string][]) {
      const span = document.createElement('span');
      span.className = className;
      span.textContent = text;
      if (className === 'app-panel__key') span.title = `Key ${number} codes with this theme`;
      link.append(span);
    }
    item.append(link);
    return item;
  }

  function count(): void {
    const counts = new Map<string, number>();
    for (const { dataset } of list.querySelectorAll<HTMLElement>(':scope > [data-theme]'))
      counts.set(dataset.theme ?? '', (counts.get(dataset.theme ?? '') ?? 0) + 1);
    for (const link of panel.querySelectorAll<HTMLElement>('[data-theme]')) {
      const number = link.querySelector('.app-panel__count');
      const counted = counts.get(link.dataset.theme ?? '') ?? 0;
      if (number) number.textContent = counted === 0 ? '' : String(counted);
    }
    if (only !== undefined) showOnly(only);
  }

  function showOnly(theme: string | undefined): void {
    only = theme;
    reading.classList.toggle('is-filtered', theme !== undefined);
    for (const mark of reading.querySelectorAll('.is-chosen')) mark.classList.remove('is-chosen');
    if (theme !== undefined)
      for (const mark of reading.querySelectorAll(`.theme-${theme}`)) mark.classList.add('is-chosen');
    for (const link of panel.querySelectorAll<HTMLElement>('a[data-theme]'))
      link.setAttribute('aria-pressed', String(link.dataset.theme === theme));
  }

  filter?.addEventListener('input', draw);
  filter?.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    panel.querySelector<HTMLElement>('li:not([hidden]) > [data-theme]')?.click();
  });
  // Pressing a theme must leave the words selected that it is meant for.
  panel.addEventListener('mousedown', (event) => {
    if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
  });
  panel.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-theme]') : null;
    const theme = link?.dataset.theme;
    if (!theme || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (choose(theme)) setOpen(false);
    else showOnly(only === theme ? undefined : theme);
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || !(event.target instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    event.target.click();
  });
  themes.onChange(draw);
  draw();

  // On a narrow page the codebook is a drawer beside the text.
  const opener = document.getElementById('show-codebook');
  // Whoever came from the text goes back to it, and on a wide page there is no button to go back to.
  let isFromText = false;
  const setOpen = (isOpen: boolean) => {
    panel.classList.toggle('is-open', isOpen);
    opener?.setAttribute('aria-expanded', String(isOpen));
    const wasInside = panel.contains(document.activeElement);
    if (isOpen && !wasInside) isFromText = document.activeElement === reading;
    if (isOpen) filter?.focus({ preventScroll: true });
    else if (wasInside)
      (isFromText || opener?.offsetParent === null ? reading : opener)?.focus({ preventScroll: true });
  };
  panel.classList.add('app-panel--drawer');
  opener?.addEventListener('click', () => setOpen(!panel.classList.contains('is-open')));
  panel.querySelector('[data-panel-close]')?.addEventListener('click', () => setOpen(false));
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') setOpen(false);
  });

  return { focus: () => setOpen(true), count };
}

/** The small window that shows what a passage carries: the items of the list, once more, beside their words. */
export type Card = {
  open(ids: string[], place: DOMRect, opener: HTMLElement | null): void;
  close(): void;
  isOpen(): boolean;
};

export function createCard(
  element: HTMLElement,
  { retheme, moveEnds, memos }: Record<'retheme' | 'moveEnds' | 'memos', (id: string) => void>,
): Card {
  const list = element.querySelector<HTMLElement>('[data-card-list]');
  let opener: HTMLElement | null = null;

  const close = () => {
    if (element.hidden) return;
    const hadFocus = element.contains(document.activeElement);
    element.hidden = true;
    if (hadFocus && opener?.isConnected) opener.focus({ preventScroll: true });
  };
  element.querySelector('[data-card-close]')?.addEventListener('click', close);
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  element.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null;
    if (button?.dataset.retheme !== undefined) retheme(button.dataset.retheme);
    else if (button?.dataset.memos !== undefined) memos(button.dataset.memos);
    else if (button?.dataset.ends !== undefined) moveEnds(button.dataset.ends);
  });
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !element.contains(event.target)) close();
  });

  return {
    open(ids, place, from) {
      opener = from;
      const items = ids.flatMap((id) => {
        const item = document.getElementById(`coding-${id}`)?.cloneNode(true);
        if (!(item instanceof HTMLElement)) return [];
        item.removeAttribute('id');
        addActions(item);
        return [item];
      });
      list?.replaceChildren(...items);
      element.hidden = false;
      const width = element.getBoundingClientRect().width;
      element.style.top = `${place.bottom + window.scrollY + 8}px`;
      element.style.left = `${Math.min(Math.max(8, place.left), document.documentElement.clientWidth - width - 8) + window.scrollX}px`;
      element.focus({ preventScroll: true });
      element.scrollIntoView({ block: 'nearest' });
    },
    close,
    isOpen: () => !element.hidden,
  };
}

// What can be done beside removing, only where it is asked for: the list has thousands of items.
function addActions(item: HTMLElement): void {
  const { coding: id = '', name = '' } = item.dataset;
  // What the coding's own page is for is done here.
  item.querySelector('[data-own-page]')?.remove();
  const actions = item.querySelector('.app-coding__actions') ?? document.createElement('p');
  actions.className = 'app-coding__actions';
  const button = (text: string, of: string, what: 'memos' | 'retheme' | 'ends') => {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'app-coding__button';
    element.textContent = text;
    element.setAttribute('aria-label', `${text} ${of} ${name}`);
    element.dataset[what] = id;
    return element;
  };
  const own =
    item.dataset.mine === undefined
      ? []
      : [button('Change theme', 'of', 'retheme'), button('Move its ends', 'of', 'ends')];
  actions.prepend(button('Memos', 'on', 'memos'), ...own);
  item.append(actions);
}

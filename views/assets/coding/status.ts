const KEY = 'fieldnotes-said';

/** Loads the page again and says it then. */
export function sayAfterReload(message: string, offer: 'undo' | 'redo'): void {
  sessionStorage.setItem(KEY, JSON.stringify({ message, offer, page: location.pathname }));
  location.reload();
}

/** Says what was done, and offers to take it back or do it again; read out by screen readers. */
export type Status = {
  say(message: string, offer?: 'undo' | 'redo'): void;
};

export function createStatus(element: HTMLElement, take: (offer: 'undo' | 'redo') => void): Status {
  const text = element.querySelector<HTMLElement>('[data-status-text]');
  const button = element.querySelector<HTMLButtonElement>('[data-status-undo]');
  const close = element.querySelector<HTMLButtonElement>('[data-status-close]');
  let offered: 'undo' | 'redo' | undefined;

  button?.addEventListener('click', () => {
    const offer = offered;
    offered = undefined;
    button.hidden = true;
    if (offer) take(offer);
  });
  // Out of sight but never out of the page: screen readers only listen to what was there before it spoke.
  const show = (isShown: boolean) => {
    element.classList.toggle('is-shown', isShown);
    if (close) close.hidden = !isShown;
    if (button) {
      button.hidden = !isShown || offered === undefined;
      button.textContent = offered === 'redo' ? 'Redo' : 'Undo';
    }
  };
  close?.addEventListener('click', () => show(false));

  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  const said = JSON.parse(kept ?? 'null') as { message: string; offer: 'undo' | 'redo'; page: string } | null;
  if (said?.page === location.pathname) requestAnimationFrame(() => status.say(said.message, said.offer));

  const status: Status = {
    say(message, offer) {
      offered = offer;
      show(true);
      // Emptied first: the same sentence twice would be read out once.
      if (text) text.textContent = '';
      requestAnimationFrame(() => {
        if (text) text.textContent = message;
      });
    },
  };
  return status;
}

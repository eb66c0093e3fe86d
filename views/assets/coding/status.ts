/** Says what was done, with a button that takes it back; read out by screen readers. */
export type Status = { say(message: string, undo?: () => Promise<void>): void; undo(): void };

export function createStatus(element: HTMLElement): Status {
  const text = element.querySelector<HTMLElement>('[data-status-text]');
  const button = element.querySelector<HTMLButtonElement>('[data-status-undo]');
  let takeBack: (() => Promise<void>) | undefined;

  const undo = () => {
    const run = takeBack;
    takeBack = undefined;
    if (button) button.hidden = true;
    void run?.();
  };
  button?.addEventListener('click', undo);
  const close = element.querySelector<HTMLButtonElement>('[data-status-close]');
  // Out of sight but never out of the page: screen readers only listen to what was there before it spoke.
  const show = (isShown: boolean) => {
    element.classList.toggle('is-shown', isShown);
    if (close) close.hidden = !isShown;
    if (button) button.hidden = !isShown || takeBack === undefined;
  };
  close?.addEventListener('click', () => show(false));

  return {
    say(message, back) {
      takeBack = back;
      show(true);
      // Emptied first: the same sentence twice would be read out once.
      if (text) text.textContent = '';
      requestAnimationFrame(() => {
        if (text) text.textContent = message;
      });
    },
    undo,
  };
}

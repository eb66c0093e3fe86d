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
  element.querySelector('[data-status-close]')?.addEventListener('click', () => {
    element.hidden = true;
  });

  return {
    say(message, back) {
      takeBack = back;
      element.hidden = false;
      if (button) button.hidden = back === undefined;
      // Emptied first: the same sentence twice would be read out once.
      if (text) text.textContent = '';
      requestAnimationFrame(() => {
        if (text) text.textContent = message;
      });
    },
    undo,
  };
}

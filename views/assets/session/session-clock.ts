// Tells somebody before their session ends, with a button to stay, and after it has ended that what they typed is still
// on the page. Typing counts as use, though nothing is sent by it; a page that nobody uses keeps no session alive.
const WARN_S = 120;
const CHECK_AGAIN_MS = 30_000;
const TOLD_EVERY_MS = 60_000;

export function watchSession(): void {
  const idle = Number(document.body.dataset.endsIdle);
  if (!(idle > 0)) return;
  const dialog = document.createElement('dialog');
  dialog.className = 'app-dialog';
  dialog.setAttribute('aria-labelledby', 'session-heading');
  const heading = document.createElement('h2');
  heading.id = 'session-heading';
  heading.className = 'govuk-heading-m';
  const words = document.createElement('p');
  words.className = 'govuk-body';
  words.setAttribute('role', 'status');
  const buttons = document.createElement('div');
  buttons.className = 'govuk-button-group';
  dialog.append(heading, words, buttons);
  document.body.append(dialog);

  const button = (text: string, act: () => void) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'govuk-button';
    made.textContent = text;
    made.addEventListener('click', act);
    return made;
  };
  const show = (title: string, text: string, ...actions: HTMLElement[]) => {
    heading.textContent = title;
    words.textContent = text;
    buttons.replaceChildren(...actions);
    if (!dialog.open) dialog.showModal();
  };

  let timer: number | undefined;
  const checkIn = (milliseconds: number) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void check(), milliseconds);
  };

  async function check(): Promise<void> {
    const seconds = await secondsLeft();
    if (seconds === undefined) return checkIn(CHECK_AGAIN_MS);
    if (seconds <= 0) return ended();
    if (seconds > WARN_S) {
      if (dialog.open) dialog.close();
      return checkIn((seconds - WARN_S) * 1000);
    }
    const minutes = seconds > 60 ? 'two minutes' : 'less than a minute';
    show(
      'Are you still there?',
      `You will be signed out in ${minutes}, to keep what is here from others.`,
      button('Stay signed in', () => void stay()),
    );
    checkIn(Math.min(seconds * 1000 + 500, CHECK_AGAIN_MS));
  }

  async function stay(): Promise<void> {
    const answer = await use();
    if (answer?.status === 401) return ended();
    dialog.close();
    checkIn(1000);
  }

  // Only what somebody types into the page: the dialog has nothing to type into.
  let toldAt = 0;
  document.addEventListener('input', () => {
    if (Date.now() - toldAt < Math.min(TOLD_EVERY_MS, idle * 250)) return;
    toldAt = Date.now();
    void use();
  });

  function ended(): void {
    const link = document.createElement('a');
    link.className = 'govuk-button';
    link.href = '/sign-in';
    link.target = '_blank';
    link.rel = 'opener';
    link.textContent = 'Sign in in a new tab';
    show(
      'You have been signed out',
      'What you typed is still on this page. Sign in in a new tab, come back here, reload if you have typed nothing, or send it.',
      link,
      button('Go on', () => dialog.close()),
    );
  }

  checkIn(Math.max(1, idle - WARN_S) * 1000);
}

function use(): Promise<Response | undefined> {
  const token = document.querySelector<HTMLInputElement>('input[name="_csrf"]')?.value ?? '';
  const headers = { 'x-csrf-token': token, accept: 'application/json' };
  return fetch('/account/sessions/use', { method: 'POST', headers }).catch(() => undefined);
}

async function secondsLeft(): Promise<number | undefined> {
  const headers = { accept: 'application/json', 'x-background': '1' };
  const answer = await fetch('/account/sessions/ends', { headers }).catch(() => undefined);
  if (answer?.status === 401) return 0;
  if (!answer?.ok) return undefined;
  const { seconds } = (await answer.json()) as { seconds: number };
  return seconds;
}

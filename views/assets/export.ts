// While a file is on its way the page says how far it has come, and shows its record when it has left. Without this
// script the page says so when it is loaded again.

const EVERY_MS = 1000;
// A click may be followed by nothing: a refusal, or a download that is done before it is asked about.
const PATIENCE = 3;

const status = document.querySelector<HTMLElement>('[data-progress]');
const button = document.querySelector<HTMLAnchorElement>('[data-download]');

if (status?.dataset.progress !== undefined && button) {
  const { progress: address } = status.dataset;
  let isWatching = false;
  button.addEventListener('click', () => {
    if (isWatching) return;
    isWatching = true;
    status.textContent = 'The file is on its way.';
    void watch(status, address).finally(() => (isWatching = false));
  });
}

async function watch(line: HTMLElement, address: string): Promise<void> {
  let silent = 0;
  let hasBegun = false;
  while (silent < PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const progress = await ask(address);
    if (progress !== null) {
      [hasBegun, silent] = [true, 0];
      line.textContent = progress;
    } else if (hasBegun) break;
    else silent += 1;
  }
  // The record has what the file came to.
  location.reload();
}

/** How far it has come, in words; null when nothing is on its way, or nobody answers. */
async function ask(address: string): Promise<string | null> {
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json', 'x-background': '1' } });
    return answer.ok ? ((await answer.json()) as { progress: string | null }).progress : null;
  } catch {
    return null;
  }
}

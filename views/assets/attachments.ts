import { v7 } from 'uuid';

// Several files at once, each with its own progress and its own answer: one that is refused does not hold up the others.
// Without this script the form sends one file as any form does.

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-upload]')) enhance(form);

function enhance(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type="file"]');
  const progress = form.querySelector<HTMLElement>('[data-upload-progress]');
  if (!input || !progress) return;
  input.multiple = true;
  form.dataset.repeatable = '';
  form.addEventListener('submit', (event) => {
    const files = [...(input.files ?? [])];
    if (files.length === 0) {
      // Nothing chosen: the server says so. But the second half of a double click is no wish to send an empty form.
      if (progress.childElementCount === 0) return;
      event.preventDefault();
      input.focus();
      return;
    }
    event.preventDefault();
    input.value = '';
    void sendAll(form, progress, files);
  });
}

// Ids of uploads in hand: leaving the page would break them off.
const running = new Set<string>();
window.addEventListener('beforeunload', (event) => {
  if (running.size > 0) event.preventDefault();
});

async function sendAll(form: HTMLFormElement, progress: HTMLElement, files: File[]): Promise<void> {
  const outcomes: boolean[] = [];
  const lines = files.map((file) => addLine(progress, file));
  for (const [index, file] of files.entries()) outcomes.push(await send(form, file, lines[index]!, v7()));
  // The list comes from the server, where nothing is being typed that a fresh page could lose.
  if (outcomes.every(Boolean) && running.size === 0 && form.closest('[data-keep-page]') === null) location.reload();
}

type Line = { bar: HTMLProgressElement; words: HTMLElement; item: HTMLElement };

function addLine(progress: HTMLElement, file: File): Line {
  const item = document.createElement('li');
  const name = document.createElement('span');
  name.textContent = file.name;
  const bar = document.createElement('progress');
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute('aria-label', file.name);
  const words = document.createElement('span');
  words.textContent = 'waiting';
  item.append(name, ' ', bar, ' ', words);
  progress.append(item);
  return { bar, words, item };
}

async function send(form: HTMLFormElement, file: File, line: Line, id: string): Promise<boolean> {
  running.add(id);
  line.words.textContent = 'sending';
  const outcome = await post(form, file, id, (part) => {
    line.bar.value = part * 100;
  });
  running.delete(id);
  line.bar.hidden = true;
  if (outcome === 'kept') {
    line.words.textContent = 'kept with the note';
    return true;
  }
  line.words.textContent = outcome;
  line.words.classList.add('govuk-error-message');
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'app-link-button';
  again.textContent = 'Try again';
  // The same id: if the first try had arrived after all, it is not kept twice.
  again.addEventListener('click', () => {
    again.remove();
    line.words.classList.remove('govuk-error-message');
    line.bar.hidden = false;
    void send(form, file, line, id).then((done) => {
      if (done && running.size === 0 && form.closest('[data-keep-page]') === null) location.reload();
    });
  });
  line.item.append(again);
  return false;
}

function post(
  form: HTMLFormElement,
  file: File,
  id: string,
  onProgress: (part: number) => void,
): Promise<'kept' | (string & {})> {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append('_csrf', form.querySelector<HTMLInputElement>('[name="_csrf"]')?.value ?? '');
    body.append('id', id);
    body.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('Accept', 'application/json');
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => {
      if (request.status === 201) return resolve('kept');
      const answer = request.response as { error?: string } | null;
      resolve(answer?.error ?? 'The server refused it. Try again.');
    });
    request.addEventListener('error', () => resolve('The connection broke off. Nothing was kept.'));
    request.send(body);
  });
}

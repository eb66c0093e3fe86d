import type { Text } from './local-copies.ts';

/** A text that is not in the form, shown beside it, and what the writer can do about it. */
export type TextNotice = {
  heading: string;
  words: string;
  text: Text;
  /** Takes the text into the form and gives back what was there. */
  use: { label: string; swap: (text: Text) => Text };
  /** Closes the notice; what is in the form stays. */
  keep: { label: string; after?: () => void };
};

/** Shows `notice` above the form, and says so to those who listen. */
export function showText(place: HTMLElement, notice: TextNotice): HTMLElement {
  const section = sectionWith(notice.heading, notice.words);
  const shown = document.createElement('div');
  shown.className = 'app-kept-text';
  shown.dir = 'auto';
  shown.tabIndex = 0;
  shown.setAttribute('role', 'group');
  shown.setAttribute('aria-label', 'The other text');
  const show = ({ title, body }: Text) => {
    shown.textContent = title === '' ? body : `${title}\n\n${body}`;
  };
  show(notice.text);
  let other = notice.text;
  const use = button(notice.use.label, () => {
    other = notice.use.swap(other);
    show(other);
    section.querySelector('h2')!.textContent = 'What was in the form before';
    section.querySelector('p')!.textContent = 'Copy from it what you still need. It is gone when you close this.';
    use.textContent = 'Put it back into the form';
    keep.textContent = 'Close';
  });
  const keep = button(notice.keep.label, () => {
    section.remove();
    notice.keep.after?.();
    document.querySelector<HTMLElement>('[name=body]')?.focus();
  });
  section.append(shown, group(use, keep));
  place.append(section);
  section.focus();
  return section;
}

/** A sentence above the form. With the same `id` it takes the place of the one before. */
export function showWords(place: HTMLElement, id: string, words: string, ...extras: HTMLElement[]): void {
  place.querySelector(`#${id}`)?.remove();
  const inset = document.createElement('div');
  inset.id = id;
  inset.className = 'govuk-inset-text';
  inset.setAttribute('role', 'status');
  const text = document.createElement('p');
  text.textContent = words;
  inset.append(text, ...extras);
  place.append(inset);
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'govuk-button govuk-button--secondary';
  made.textContent = label;
  made.addEventListener('click', onClick);
  return made;
}

export function group(...buttons: HTMLElement[]): HTMLElement {
  const made = document.createElement('div');
  made.className = 'govuk-button-group';
  made.append(...buttons);
  return made;
}

let serial = 0;

function sectionWith(heading: string, words: string): HTMLElement {
  const section = document.createElement('section');
  section.className = 'app-stale';
  section.tabIndex = -1;
  const title = document.createElement('h2');
  title.className = 'govuk-heading-m';
  title.id = `notice-${(serial += 1)}`;
  title.textContent = heading;
  section.setAttribute('aria-labelledby', title.id);
  const text = document.createElement('p');
  text.className = 'govuk-body';
  text.textContent = words;
  section.append(title, text);
  return section;
}

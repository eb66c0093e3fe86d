import { allCopies, type LocalCopy } from './local-copies.ts';
import { button, group } from './notices.ts';

/**
 * Before somebody signs out: words of notes that have not reached the server are in this browser alone, and are told
 * about. Copies that the server has acknowledged are already gone from it. Those of other people who use this browser stay
 * where they are, and nothing is said of them.
 */
export function guardSignOut(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[action="/sign-out"]')) {
    let mayLeave = false;
    form.addEventListener(
      'submit',
      (event) => {
        if (mayLeave) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        void allCopies().then((all) => {
          const copies = all.filter(({ person }) => person === document.body.dataset.person);
          const leave = () => {
            mayLeave = true;
            form.requestSubmit();
          };
          if (copies.length === 0) leave();
          else ask(copies, leave);
        });
      },
      { capture: true },
    );
  }
}

function ask(copies: LocalCopy[], leave: () => void): void {
  const dialog = document.createElement('dialog');
  dialog.className = 'app-dialog';
  const heading = document.createElement('h2');
  heading.className = 'govuk-heading-m';
  heading.id = 'sign-out-heading';
  heading.textContent = 'Some words have not reached the server';
  dialog.setAttribute('aria-labelledby', heading.id);
  const words = document.createElement('p');
  words.className = 'govuk-body';
  words.textContent =
    'They are kept in this browser only, and are offered when you open the note here again. On a computer that others use, open the note and save it before you sign out.';
  const list = document.createElement('ul');
  list.className = 'govuk-list govuk-list--bullet';
  for (const { path, title } of copies) {
    const link = document.createElement('a');
    link.className = 'govuk-link';
    link.href = `${path}/edit`;
    link.textContent = title.trim() === '' ? 'A note without a title' : title;
    const item = document.createElement('li');
    item.append(link);
    list.append(item);
  }
  const stay = button('Stay signed in', () => dialog.close());
  dialog.append(heading, words, list, group(stay, button('Sign out all the same', leave)));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

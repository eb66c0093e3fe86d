// A form marked data-keep="its address" keeps what is typed in this tab's own storage until the server has taken it, so
// that an expired session or a lost connection costs nothing. Closing the tab or signing out forgets it.

const PREFIX = 'kept-form:';
const SENT = 'kept-form-sent';

type Kept = { page: string; fields: [string, string][] };

/** Restores what an earlier try left behind, then keeps watch over every marked form on the page. */
export function keepForms(): void {
  forgetAcknowledged();
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-keep]')) {
    restore(form);
    form.addEventListener('input', () => keep(form));
    form.addEventListener('submit', () => {
      keep(form);
      sessionStorage.setItem(SENT, keyOf(form));
    });
  }
  document.querySelector('form[action="/sign-out"]')?.addEventListener('submit', () => sessionStorage.clear());
}

function keyOf(form: HTMLFormElement): string {
  return PREFIX + (form.dataset.keep ?? '');
}

// The page after a form was sent is either the same form again (refused), the sign-in page (the session had ended), an
// error, or proof that the server took it.
function forgetAcknowledged(): void {
  const sent = sessionStorage.getItem(SENT);
  if (sent === null || document.querySelector('[data-sign-in], [data-error-page]')) return;
  sessionStorage.removeItem(SENT);
  const shownAgain = [...document.querySelectorAll<HTMLFormElement>('form[data-keep]')].some(
    (form) => keyOf(form) === sent,
  );
  if (!shownAgain) sessionStorage.removeItem(sent);
}

function keep(form: HTMLFormElement): void {
  const fields = [...new FormData(form)].filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && kept(form, entry[0]),
  );
  const value: Kept = { page: location.pathname, fields };
  sessionStorage.setItem(keyOf(form), JSON.stringify(value));
}

// Ids, versions and tokens come from the page each time.
function kept(form: HTMLFormElement, name: string): boolean {
  const field = form.elements.namedItem(name);
  return !(field instanceof HTMLInputElement && (field.type === 'hidden' || field.type === 'password'));
}

function restore(form: HTMLFormElement): void {
  const stored = sessionStorage.getItem(keyOf(form));
  if (stored === null) return;
  // A form that the server has just refused shows what was typed already.
  if (document.querySelector('.govuk-error-summary')) return;
  const before = JSON.stringify([...new FormData(form)].filter(([name]) => kept(form, name)));
  const { fields } = JSON.parse(stored) as Kept;
  if (JSON.stringify(fields) === before) return;
  for (const name of new Set(fields.map(([field]) => field)))
    fill(
      form,
      name,
      fields.filter(([field]) => field === name).map(([, value]) => value),
    );
  announce(form);
}

function fill(form: HTMLFormElement, name: string, values: string[]): void {
  const inputs = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
    `[name="${CSS.escape(name)}"]`,
  );
  for (const input of inputs) {
    if (input instanceof HTMLInputElement && (input.type === 'checkbox' || input.type === 'radio'))
      input.checked = values.includes(input.value);
    else if (input instanceof HTMLSelectElement && input.multiple)
      for (const option of input.options) option.selected = values.includes(option.value);
    else input.value = values[0] ?? '';
  }
}

function announce(form: HTMLFormElement): void {
  const notice = document.createElement('div');
  notice.className = 'govuk-inset-text';
  notice.setAttribute('role', 'status');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'govuk-button govuk-button--secondary';
  button.textContent = 'Discard it';
  button.addEventListener('click', () => {
    sessionStorage.removeItem(keyOf(form));
    location.reload();
  });
  const words = document.createElement('p');
  words.textContent = 'What you typed here earlier had not been saved. It is filled in again.';
  notice.append(words, button);
  form.before(notice);
}

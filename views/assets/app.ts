import { initAll } from 'govuk-frontend';
import { keepForms } from './forms/kept-form.ts';
import { guardSignOut } from './notes/sign-out.ts';
import { watchSession } from './session/session-clock.ts';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();
// Before anything else may forget on signing out: the listeners run in this order.
guardSignOut();
keepForms();
watchSession();

// A form is sent once: a second click while the first is on its way does nothing. Coming back by the browser's own
// "back" makes the page ready again.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.repeatable !== undefined) return;
  if (form.dataset.sent !== undefined) event.preventDefault();
  else form.dataset.sent = '';
});
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) delete form.dataset.sent;
});

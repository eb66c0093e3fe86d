import { v7 } from 'uuid';
import { Refusal, send } from './server.ts';

/** The memos of one coding inside its card: read, and written without leaving the text. */
export function createCardMemos(card: HTMLElement, study: string): { open(id: string): Promise<void> } {
  // What is typed and not kept yet: closing the card must not lose it.
  const typed = new Map<string, string>();

  async function open(id: string): Promise<void> {
    const item = card.querySelector<HTMLElement>(`[data-coding="${id}"]`);
    const response = await fetch(`${study}/codings/${id}/memos`, { headers: { accept: 'application/json' } });
    if (!item || !response.ok) return;
    const { html } = (await response.json()) as { html: string };
    // The server's own template made this, with everything that people typed escaped.
    const memos = new DOMParser().parseFromString(html, 'text/html').querySelector('.app-memos');
    if (!memos) return;
    card.querySelector('.app-memos')?.remove();
    for (const fold of memos.querySelectorAll('details')) fold.open = true;
    item.append(memos);
    const words = memos.querySelector('textarea');
    if (words) words.value = typed.get(id) ?? '';
    words?.addEventListener('input', () => typed.set(id, words.value));
    words?.focus();
    card.scrollIntoView({ block: 'nearest' });
  }

  card.addEventListener('submit', (event) => {
    const form = event.target instanceof HTMLFormElement ? event.target : undefined;
    const item = form?.closest<HTMLElement>('[data-coding]');
    if (!form?.closest('.app-memos') || !item || form.querySelector('textarea') === null) return;
    event.preventDefault();
    event.stopPropagation();
    void keep(form, item.dataset.coding ?? '');
  });

  async function keep(form: HTMLFormElement, id: string): Promise<void> {
    const words = form.querySelector('textarea');
    const held = form.querySelector<HTMLInputElement>('input[name="id"]');
    try {
      const body = { id: held?.value ?? v7(), kind: 'coding', subject: id, body: words?.value ?? '' };
      await send(form.getAttribute('action') ?? '', body);
      typed.delete(id);
      await open(id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      say(form, error.message);
    }
  }

  function say(form: HTMLFormElement, message: string): void {
    const old = form.querySelector('[role="alert"]');
    const alert = old ?? document.createElement('p');
    alert.className = 'govuk-error-message';
    alert.setAttribute('role', 'alert');
    alert.textContent = message;
    if (!old) form.prepend(alert);
  }

  return { open };
}

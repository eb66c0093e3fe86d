import type { Pending } from './picker.ts';

type Kept = Pending & { themes: string[]; page: string };

const KEY = 'fieldnotes-words-to-find';

/** Keeps selected words and their themes over the page's next load, after which takeWords() finds them. */
export function keepWords(pending: Pending, themes: string[]): void {
  const kept: Kept = { ...pending, themes, page: location.pathname };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

/** The words kept for this page, once. */
export function takeWords(): (Kept & { isReloaded: true }) | undefined {
  const stored = sessionStorage.getItem(KEY);
  if (stored === null) return undefined;
  sessionStorage.removeItem(KEY);
  const kept = JSON.parse(stored) as Kept;
  return kept.page === location.pathname ? { ...kept, isReloaded: true } : undefined;
}

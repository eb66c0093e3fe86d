import type { ParagraphLabel } from '../notes/paragraphs.ts';

/** What is looked for and where, named as the fields of the form; an empty field asks nothing. Dates are the visit's. */
export type SearchRequest = {
  q: string;
  agency: string | null;
  phase: string | null;
  author: string | null;
  label: ParagraphLabel | null;
  from: string | null;
  to: string | null;
  order: 'relevance' | 'date';
};

/** The labels of paragraphs as the database's documents keep them. */
export const WEIGHTS: Record<ParagraphLabel, string> = { TN: 'A', MN: 'B', PN: 'C', ON: 'D' };

/** The request as an address, with whatever else. */
export function searchHref(base: string, request: SearchRequest, more: Record<string, string> = {}): string {
  const query = searchQuery(request, more);
  return query === '' ? base : `${base}?${query}`;
}

export function searchQuery(request: SearchRequest, more: Record<string, string> = {}): string {
  const fields = Object.entries(request).filter(
    ([name, value]) => value !== null && value !== '' && !(name === 'order' && value === 'relevance'),
  ) as [string, string][];
  return new URLSearchParams([...fields, ...Object.entries(more)]).toString();
}

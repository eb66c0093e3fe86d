import { inBrief } from '../theme-list-view.ts';
import type { Theme } from '../theme-tree.ts';
import { MOST_PARTS } from './split-parts.ts';
import type { SplitPassage } from './passage-queries.ts';

const QUOTE = 600;

type Typed = {
  id: string;
  ids: readonly string[];
  names: readonly string[];
  where: string;
  choices: ReadonlyMap<string, number>;
};

/** The page that splits a theme: names for the new ones, and for each passage which one it gets. */
export function splitView(
  theme: Theme,
  typed: Typed,
  {
    passages,
    here,
    newer,
    older,
    total,
  }: { passages: readonly SplitPassage[]; here: string; newer: string; older: string; total: number },
  path: string,
) {
  const shown = new Set(passages.map(({ id }) => id));
  const elsewhere = [...typed.choices].filter(([id]) => !shown.has(id));
  const labels = typed.names.map((name, index) => (name === '' ? `New theme ${index + 1}` : name));
  return {
    theme: { name: theme.name, href: `${path}/themes/${theme.id}` },
    action: `${path}/themes/${theme.id}/split`,
    id: typed.id,
    parts: typed.names.map((name, index) => ({ number: index + 1, name, id: typed.ids[index] })),
    canAdd: typed.names.length < MOST_PARTS,
    where: [
      { value: 'under', text: `Under “${theme.name}”`, checked: typed.where === 'under' },
      { value: 'beside', text: `Beside “${theme.name}”`, checked: typed.where === 'beside' },
    ],
    passages: passages.map(({ id, quote, title, coder, noteId }) => ({
      id,
      quote: inBrief(quote, QUOTE),
      note: title,
      href: `${path}/notes/${noteId}/coding#passage-${id}`,
      coder,
      options: [`Stays in “${theme.name}”`, ...labels].map((text, value) => ({
        value,
        text,
        checked: (typed.choices.get(id) ?? 0) === value,
      })),
    })),
    chosen: elsewhere.map(([id, part]) => `${id}:${part}`).join(','),
    chosenElsewhere: elsewhere.length,
    // How many each new theme gets, of all pages, and to whom all of this page can go.
    sums: labels.map((text, index) => {
      const to = (choices: Iterable<[string, number]>) => [...choices].filter(([, part]) => part === index + 1).length;
      return { part: index + 1, text, count: to(typed.choices), elsewhere: to(elsewhere) };
    }),
    at: here,
    total,
    newer,
    older,
  };
}

import { themeChoices } from '../codebook/theme-choices.ts';
import type { Theme } from '../codebook/theme-tree.ts';
import type { Actor } from '../database/connection.ts';
import type { ShownMemo } from '../memos/memo-queries.ts';
import { memosView } from '../memos/memo-view.ts';
import type { ShownCoding } from './coding-queries.ts';
import { codingItems } from './coding-view.ts';

/** One coding on a page of its own: its words, its memos, and a theme to give it instead. `path` is the study's. */
export function oneCodingView(
  coding: ShownCoding,
  given: { themes: readonly Theme[]; memos: ShownMemo[]; newId: string; actor: Actor; path: string },
) {
  const { actor, path, themes, memos } = given;
  const [item] = codingItems([coding], { paragraphs: [], themes, actor, path });
  const subject = { kind: 'coding', id: coding.id } as const;
  return {
    ...item!,
    expected: coding.themeId,
    themes: [
      { value: '', text: 'Choose a theme' },
      ...themeChoices(themes)
        .filter((theme) => theme.id !== coding.themeId)
        .map((theme) => ({ value: theme.id, text: theme.path })),
    ],
    memos: memosView(memos, { subject, newId: given.newId }, { ...actor, path }),
  };
}

import { pathText, themesInOrder } from '../codebook/theme-tree.ts';
import { listThemes } from '../codebook/theme-queries.ts';
import { codePassage } from '../coding/coding-service.ts';
import type { Coded } from '../coding/quick-coding-service.ts';
import type { Passage } from '../coding/passage.ts';
import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { FieldError } from '../shared/errors.ts';

/**
 * Gives a found passage the theme that was typed or chosen: its whole path ("Places > Garden"), or its name alone where no
 * other theme has it. Errors as codePassage(), and a FieldError on `theme`.
 */
export async function codeFoundPassage(
  db: Db,
  actor: Actor,
  found: { id: string; note: string; revision: number; passage: Passage; theme: string },
): Promise<Coded & { theme: string }> {
  const themes = themesInOrder(await inStudy(db, actor, listThemes));
  const same = (text: string) => text.toLowerCase() === found.theme.toLowerCase();
  const byPath = themes.filter(({ path }) => same(pathText(path)));
  const fitting = byPath.length > 0 ? byPath : themes.filter(({ name }) => same(name));
  const [theme, another] = fitting;
  if (!theme) throw new FieldError('theme', 'No theme has this name. Choose one from the list');
  if (another)
    throw new FieldError('theme', `Several themes are called “${theme.name}”. Choose one from the list, with its path`);
  const coded = await codePassage(db, actor, found.note, {
    revision: found.revision,
    where: found.passage,
    codings: [{ id: found.id, themeId: theme.id }],
  });
  return { ...coded, theme: theme.name };
}

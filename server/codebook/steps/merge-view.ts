import { outline } from '../theme-outline.ts';
import { descendantIds, type Theme } from '../theme-tree.ts';
import { counted } from '../../shared/counted.ts';

/** The page that merges a theme into another: which one, and what will happen. */
export function mergeView(
  theme: Theme,
  values: Record<string, unknown>,
  { themes, counts }: { themes: readonly Theme[]; counts: ReadonlyMap<string, number> },
  path: string,
) {
  const branch = new Set(descendantIds(themes, theme.id));
  const codings = counts.get(theme.id) ?? 0;
  const subThemes = themes.filter(({ parentId }) => parentId === theme.id).length;
  return {
    name: theme.name,
    href: `${path}/themes/${theme.id}`,
    action: `${path}/themes/${theme.id}/merge`,
    id: values.id,
    targets: [
      { value: '', text: 'Choose a theme', selected: !values.target },
      ...outline(themes)
        .filter(({ id, retiredAt }) => !branch.has(id) && retiredAt === null)
        .map(({ id, name, number, depth }) => ({
          value: id,
          text: `${'\u00a0\u00a0\u00a0'.repeat(depth)}${number} ${name}`,
          selected: id === values.target,
        })),
    ],
    effects: [
      codings === 0
        ? 'It has no codings of its own.'
        : `Its ${counted(codings, 'coding')} get${codings === 1 ? 's' : ''} the other theme, and keep${codings === 1 ? 's' : ''} coder and date.`,
      'Where a coder has given both themes to exactly the same words, one coding is enough: the other is set aside.',
      ...(subThemes > 0 ? [`Its ${counted(subThemes, 'sub-theme')} will stand under the other theme.`] : []),
      `“${theme.name}” leaves the codebook. Its definition, rules and example stay to be read, and the history can reverse the merge.`,
    ],
  };
}

import { indexText } from '../shared/text.ts';
import { pathText, type Theme, themesInOrder } from './theme-tree.ts';

const SHOWN_DEFINITION = 320;

/** The themes in use as a choice, retired ones left out: in reading order, each with its depth (from 0) and where it belongs. */
export function themeChoices(themes: readonly Theme[], chosen: readonly string[] = []) {
  const inUse = themesInOrder(themes).filter(({ retiredAt }) => retiredAt === null);
  return inUse.map((theme) => ({
    id: theme.id,
    name: theme.name,
    depth: Math.min(theme.depth, 4),
    parents: pathText(theme.path.slice(0, -1)),
    path: pathText(theme.path),
    definition: shortened(theme.definition),
    isChosen: chosen.includes(theme.id),
  }));
}

function shortened(text: string): string {
  const index = indexText(text);
  return index.length <= SHOWN_DEFINITION ? text : `${index.slice(0, SHOWN_DEFINITION).trimEnd()}…`;
}

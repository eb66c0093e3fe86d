import { indexText } from '../shared/text.ts';
import { pathText, type Theme, themesInOrder } from './theme-tree.ts';

const SHOWN_DEFINITION = 320;

/** The codebook as a choice: in reading order, each with its depth (from 0) and where it belongs. */
export function themeChoices(themes: readonly Theme[], chosen: readonly string[] = []) {
  return themesInOrder(themes).map((theme) => ({
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

import { type BlockStyle, block, words } from '../../documents/docx-blocks.ts';
import { docxParts } from '../../documents/docx-package.ts';
import type { Part } from '../../documents/parts.ts';
import { isRightToLeft } from '../../documents/xml-text.ts';
import { type ExportDescription, type LeavingTheme, propertiesOf } from '../extract-source.ts';
import { footerOf, titlePage } from '../formats/extracts-docx.ts';
import { counted } from '../../shared/counted.ts';

/** All that a codebook on paper is made of: the themes in their order, `count` the codings that each has itself. */
export type CodebookSource = { description: ExportDescription; themes: LeavingTheme[] };

const HEADINGS: readonly BlockStyle[] = ['Heading1', 'Heading2', 'Heading3'];
const DEEPEST_COUNTED = 9;

/** The codebook as a document: each theme with its number, its count, its definition, its rules and its example. */
export function codebookDocx({ description, themes }: CodebookSource): Part[] {
  const all = themes.reduce((sum, { count }) => sum + count, 0);
  function* body(): Generator<string> {
    yield* titlePage(description, 'Codebook', [
      'Themes',
      `${counted(themes.length, 'theme')}, ${counted(all, 'coding')}`,
    ]);
    if (themes.length === 0) yield block('Normal', 'There are no themes in the codebook yet.', { newPage: true });
    const place: number[] = [];
    for (const [index, theme] of themes.entries()) {
      place.length = Math.min(theme.depth, DEEPEST_COUNTED) + 1;
      place[place.length - 1] = (place.at(-1) ?? 0) + 1;
      yield* themeBlocks(theme, { number: place.join('.'), newPage: index === 0, inAll: withinAll(themes, index) });
    }
  }
  return docxParts(propertiesOf(description, 'codebook'), body(), footerOf(description));
}

function* themeBlocks(
  theme: LeavingTheme,
  { number, newPage, inAll }: { number: string; newPage: boolean; inAll: number },
): Generator<string> {
  const { name, depth, count, isRetired } = theme;
  yield block(
    HEADINGS[Math.min(depth, HEADINGS.length - 1)]!,
    {
      runs: words(`${number}  `, 'Faint') + words(name) + (isRetired ? words(' (retired)', 'Faint') : ''),
      rightToLeft: isRightToLeft(name),
    },
    { newPage },
  );
  const own = counted(count, 'coding');
  yield block('Definition', inAll > count ? `${own}; ${inAll.toLocaleString('en-GB')} with its sub-themes` : own);
  const texts: [string, string][] = [
    ['Definition', theme.definition],
    ['When to use it', theme.whenToUse],
    ['When not to use it', theme.whenNotToUse],
    ['Example', theme.example],
  ];
  for (const [label, text] of texts)
    if (text !== '')
      yield block('Normal', { runs: words(`${label}. `, 'Strong') + words(text), rightToLeft: isRightToLeft(text) });
  if (texts.every(([, text]) => text === '')) yield block('Definition', 'Not described yet.');
}

/** The codings of the theme at `index` and of all below it. */
function withinAll(themes: readonly LeavingTheme[], index: number): number {
  const { depth, count } = themes[index]!;
  let sum = count;
  for (let below = index + 1; below < themes.length && themes[below]!.depth > depth; below += 1)
    sum += themes[below]!.count;
  return sum;
}

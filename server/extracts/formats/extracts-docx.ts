import { block, linkTo, TABLE_END, tableRow, tableStart, words } from '../../documents/docx-blocks.ts';
import { docxParts } from '../../documents/docx-package.ts';
import type { Part } from '../../documents/parts.ts';
import { isRightToLeft } from '../../documents/xml-text.ts';
import { type ExportDescription, type ExtractSource, type LeavingTheme, propertiesOf } from '../extract-source.ts';
import { byTheme, contextOf, memoHead, type Met, sourceLine } from './by-theme.ts';
import { countsInWords, factsOf } from './description-words.ts';
import { counted } from '../../shared/counted.ts';

const FACTS = [2600, 7038];
const THEMES = [7838, 1800];

/** A document to read on paper, by theme and then by agency: extracts must come in the order of themes. */
export function extractsDocx({ description, counts, themes, rows }: ExtractSource): Part[] {
  const anchors = new Map(themes.map(({ id }, index) => [id, { id: index, name: `theme_${index + 1}` }]));
  async function* body(): AsyncGenerator<string> {
    yield* titlePage(description, 'Coded extracts', ['Extracts', countsInWords(counts)]);
    const used = themes.filter(({ count }) => count > 0);
    if (used.length > 0) {
      yield block('Heading1', 'Themes in this export', { newPage: true });
      yield tableStart(THEMES, 'Facts');
      yield tableRow(THEMES, [block('CellHead', 'Theme'), block('FigureHead', 'Extracts')], { heads: true });
      for (const { id, path, count } of used)
        yield tableRow(THEMES, [
          block('Cell', { runs: linkTo(anchors.get(id)!.name, path), rightToLeft: isRightToLeft(path) }),
          block('Figure', count.toLocaleString('en-GB')),
        ]);
      yield TABLE_END;
    } else yield block('Normal', 'No extract matches the filter.', { newPage: true });
    let isFirst = true;
    for await (const met of byTheme(rows, themes)) {
      yield* blocksOf(met, { anchors, newPage: isFirst });
      isFirst = false;
    }
  }
  return docxParts(propertiesOf(description, 'coded extracts'), body(), footerOf(description));
}

function* blocksOf(
  met: Met,
  { anchors, newPage }: { anchors: Map<string, { id: number; name: string }>; newPage: boolean },
): Generator<string> {
  if (met.kind === 'theme') {
    yield block('Heading1', met.path, { newPage, anchor: anchors.get(met.id) });
    if (met.theme) yield* definitionOf(met.theme);
  } else if (met.kind === 'agency') yield block('Heading2', `${met.name} (${met.code})`);
  else {
    const { extract } = met;
    const { before, after } = contextOf(extract);
    yield block('Quote', {
      runs: `${before && words(before, 'Faint')}${words(extract.quote, 'Coded')}${after && words(after, 'Faint')}`,
      rightToLeft: isRightToLeft(before + extract.quote),
    });
    yield block('Source', sourceLine(extract));
    for (const memo of extract.memos)
      yield block('Memo', {
        runs: words(`Memo, ${memoHead(memo)}: `, 'Strong') + words(memo.body),
        rightToLeft: isRightToLeft(memo.body),
      });
  }
}

function* definitionOf(theme: LeavingTheme): Generator<string> {
  yield block('Definition', `${counted(theme.count, 'extract')}.${theme.definition && ` ${theme.definition}`}`);
}

/** The first page: what it is, of which study, and the facts of the export. */
export function* titlePage(
  description: ExportDescription,
  title: string,
  ...more: [name: string, text: string][]
): Generator<string> {
  yield block('Title', title);
  yield block('Subtitle', description.study);
  yield tableStart(FACTS, 'Facts');
  for (const [name, text] of factsOf(description, ...more))
    yield tableRow(FACTS, [block('CellHead', name), block('Cell', text)]);
  yield TABLE_END;
}

/** What stands at the foot of each page. */
export function footerOf({ study, number, audience }: ExportDescription): { footer: string } {
  return { footer: `${study} · Export ${number}${audience ? '' : ' · For the team'}` };
}

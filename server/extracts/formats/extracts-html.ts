import { htmlFacts, htmlPage, safeColour } from '../../documents/html-page.ts';
import { xmlText } from '../../documents/xml-text.ts';
import type { ExtractSource } from '../extract-source.ts';
import { byTheme, contextOf, memoHead, type Met, sourceLine } from './by-theme.ts';
import { countsInWords, factsOf } from './description-words.ts';
import { counted } from '../../shared/counted.ts';

/** A page to read and print, by theme and then by agency: extracts must come in the order of themes. */
export function extractsHtml({ description, counts, themes, rows }: ExtractSource): AsyncGenerator<string> {
  const anchors = new Map(themes.map(({ id }, index) => [id, `theme-${index + 1}`]));
  async function* body(): AsyncGenerator<string> {
    yield `<main>\n<h1>Coded extracts</h1>\n<p class="study" dir="auto">${xmlText(description.study)}</p>\n`;
    yield htmlFacts(factsOf(description, ['Extracts', countsInWords(counts)]));
    const used = themes.filter(({ count }) => count > 0);
    if (used.length > 0) {
      yield '<nav aria-label="Themes"><table><thead><tr><th scope="col">Theme</th><th scope="col" class="number">Extracts</th></tr></thead><tbody>\n';
      for (const { id, path, count } of used)
        yield `<tr><td dir="auto"><a href="#${anchors.get(id)}">${xmlText(path)}</a></td><td class="number">${count.toLocaleString('en-GB')}</td></tr>\n`;
      yield '</tbody></table></nav>\n';
    } else yield '<p>No extract matches the filter.</p>\n';
    for await (const met of byTheme(rows, themes)) yield htmlOf(met, anchors);
    yield '</main>\n';
  }
  return htmlPage(`${description.study}: coded extracts, export ${description.number}`, body(), stripes(themes));
}

function htmlOf(met: Met, anchors: Map<string, string>): string {
  if (met.kind === 'theme') {
    const { theme } = met;
    const about = theme ? `${counted(theme.count, 'extract')}.${theme.definition && ` ${theme.definition}`}` : '';
    return `<h2 id="${anchors.get(met.id) ?? ''}" dir="auto">${xmlText(met.path)}</h2>\n<p class="definition" dir="auto">${xmlText(about)}</p>\n`;
  }
  if (met.kind === 'agency') return `<h3 dir="auto">${xmlText(met.name)} (${xmlText(met.code)})</h3>\n`;
  const { extract } = met;
  const { before, after } = contextOf(extract);
  const context = (text: string): string => (text === '' ? '' : `<span class="context">${xmlText(text)}</span>`);
  const memos = extract.memos.map(
    (memo) => `<p class="memo" dir="auto"><b>Memo, ${xmlText(memoHead(memo))}:</b> ${xmlText(memo.body)}</p>`,
  );
  return `<div class="extract ${anchors.get(extract.themeId) ?? ''}"><blockquote dir="auto">${context(before)}<mark>${xmlText(
    extract.quote,
  )}</mark>${context(after)}</blockquote><p class="source" dir="auto">${xmlText(sourceLine(extract))}</p>${memos.join('')}</div>\n`;
}

function stripes(themes: ExtractSource['themes']): string {
  return themes
    .map(({ colour }, index) => `.theme-${index + 1} { border-left-color: ${safeColour(colour)}; }\n`)
    .join('');
}

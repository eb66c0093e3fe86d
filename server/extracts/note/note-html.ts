import { htmlFacts, htmlPage, safeColour } from '../../documents/html-page.ts';
import { xmlText } from '../../documents/xml-text.ts';
import { memoHead } from '../formats/by-theme.ts';
import { markedNote, type MarkedParagraph, type NoteSource, type NumberedCoding } from './note-source.ts';
import { coderLine, noteFacts, PLACELESS, PLACELESS_HINT } from './note-words.ts';

const STYLE = `
.note { display: grid; grid-template-columns: 2.5rem minmax(0, 1fr) 17rem; border-top: 1px solid #b1b4b6; }
.paragraph { display: contents; }
.paragraph > * { border-bottom: 1px solid #e4e6e7; padding: .6rem 1rem .6rem 0; margin: 0; }
.number { color: #505a5f; text-align: right; font-size: .875rem; }
.text { white-space: pre-wrap; }
.withheld { color: #505a5f; font-style: italic; }
sup { color: #505a5f; font-weight: 700; font-size: .7em; padding: 0 .1em; }
.coding { margin: 0 0 .5rem; padding-left: .6rem; border-left: .35rem solid #b1b4b6; font-size: .875rem; line-height: 1.35; }
.coding span { display: block; color: #505a5f; }
.coding .memo { font-size: .8125rem; margin-left: 0; }
@media (max-width: 40rem) { .note { grid-template-columns: 2rem minmax(0, 1fr); } .margin { grid-column: 2; border: 0; } }
@media print { .note { grid-template-columns: 2rem minmax(0, 1fr) 5.2cm; } .paragraph > * { break-inside: avoid; } }
`;

/** One note as a page: numbered paragraphs, with the codings of each beside it. */
export function noteHtml(source: NoteSource): AsyncGenerator<string> {
  const { description, note, memos } = source;
  const { paragraphs, placeless } = markedNote(source);
  const colours = [...new Set([...paragraphs.flatMap(({ beginning }) => beginning), ...placeless].map(colourOf))];
  function* body(): Generator<string> {
    yield `<main>\n<h1 dir="auto">${xmlText(note.title)}</h1>\n<p class="study" dir="auto">${xmlText(description.study)}</p>\n`;
    yield `${htmlFacts(noteFacts(source))}<div class="note">\n`;
    for (const paragraph of paragraphs) yield paragraphHtml(paragraph);
    yield '</div>\n';
    if (placeless.length > 0) yield `<h2>${PLACELESS}</h2>\n<p class="definition">${PLACELESS_HINT}</p>\n`;
    for (const coding of placeless)
      yield `<blockquote class="text" dir="auto">${xmlText(coding.quote)}</blockquote>${codingHtml(coding)}`;
    if (memos.length > 0) yield '<h2>Memos on the note</h2>\n';
    for (const memo of memos)
      yield `<p class="memo" dir="auto"><b>${xmlText(memoHead(memo))}:</b> ${xmlText(memo.body)}</p>\n`;
    yield '</main>\n';
  }
  const stripes = colours.map((colour) => `.${classOf(colour)} { border-left-color: ${colour}; }\n`).join('');
  return htmlPage(`${description.study}: ${note.title}`, body(), STYLE + stripes);
}

function paragraphHtml({ number, words, beginning, continuing, isWithheld }: MarkedParagraph): string {
  const text = words
    .map(({ text: stretch, codings, ending }) => {
      const inner = xmlText(stretch);
      const marked = codings.length > 0 ? `<mark>${inner}</mark>` : inner;
      return ending.length > 0 ? `${marked}<sup>${ending.join(',')}</sup>` : marked;
    })
    .join('');
  const margin =
    continuing
      .map((coding) => `<p class="coding stripe ${classOf(colourOf(coding))}">${coding.number} goes on</p>`)
      .join('') + beginning.map(codingHtml).join('');
  return `<div class="paragraph"><p class="number">${number}</p><p class="text${isWithheld ? ' withheld' : ''}" dir="auto">${text}</p><div class="margin">${margin}</div></div>\n`;
}

function codingHtml(coding: NumberedCoding): string {
  const memos = coding.memos.map(
    (memo) => `<p class="memo" dir="auto"><b>Memo, ${xmlText(memoHead(memo))}:</b> ${xmlText(memo.body)}</p>`,
  );
  return `<div class="coding stripe ${classOf(colourOf(coding))}"><b dir="auto">${coding.number} ${xmlText(
    coding.themePath,
  )}</b><span>${xmlText(coderLine(coding))}</span>${memos.join('')}</div>`;
}

const colourOf = ({ colour }: NumberedCoding): string => safeColour(colour);
const classOf = (colour: string): string => `c${colour.slice(1)}`;

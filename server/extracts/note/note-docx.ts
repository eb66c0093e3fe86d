import { block, TABLE_END, tableRow, tableStart, words } from '../../documents/docx-blocks.ts';
import { docxParts } from '../../documents/docx-package.ts';
import type { Part } from '../../documents/parts.ts';
import { isRightToLeft } from '../../documents/xml-text.ts';
import { propertiesOf } from '../extract-source.ts';
import { memoHead } from '../formats/by-theme.ts';
import { footerOf } from '../formats/extracts-docx.ts';
import { markedNote, type MarkedParagraph, type NoteSource, type NumberedCoding } from './note-source.ts';
import { coderLine, noteFacts, PLACELESS, PLACELESS_HINT } from './note-words.ts';

const COLUMNS = [560, 6078, 3000];
const FACTS = [2000, 7638];

/**
 * One note with its codings in the margin, as a table of three columns: every program shows and prints that, where comments
 * are left out of print by some, and overlapping ones drawn over each other by others.
 */
export function noteDocx(source: NoteSource): Part[] {
  const { description, note, memos } = source;
  const { paragraphs, placeless } = markedNote(source);
  function* body(): Generator<string> {
    yield block('Heading1', note.title);
    yield tableStart(FACTS, 'Facts');
    for (const [name, text] of noteFacts(source)) yield tableRow(FACTS, [block('CellHead', name), block('Cell', text)]);
    yield TABLE_END;
    yield tableStart(COLUMNS, 'Lined');
    yield tableRow(COLUMNS, ['', block('CellHead', 'Text'), block('CellHead', 'Codings')], { heads: true });
    for (const paragraph of paragraphs) yield paragraphRow(paragraph);
    yield TABLE_END;
    if (placeless.length > 0) {
      yield block('Heading2', PLACELESS);
      yield block('Definition', PLACELESS_HINT);
      for (const coding of placeless) {
        yield block('Quote', coding.quote);
        yield marginOf(coding);
      }
    }
    if (memos.length > 0) yield block('Heading2', 'Memos on the note');
    for (const memo of memos) yield block('Memo', { runs: words(`${memoHead(memo)}: `, 'Strong') + words(memo.body) });
  }
  return docxParts(propertiesOf(description, note.title), body(), {
    ...footerOf(description),
    hasTitlePage: false,
  });
}

function paragraphRow({ number, words: stretches, beginning, continuing, isWithheld }: MarkedParagraph): string {
  const runs = stretches
    .map(({ text, codings, ending }) => {
      const look = isWithheld ? 'Faint' : codings.length > 0 ? 'Coded' : undefined;
      return words(text, look) + (ending.length > 0 ? words(ending.join(','), 'Mark') : '');
    })
    .join('');
  const margin = [
    ...continuing.map((coding) => block('Margin', { runs: words(`${coding.number}  goes on`, 'Faint') })),
    ...beginning.map(marginOf),
  ].join('');
  const rightToLeft = isRightToLeft(
    stretches
      .map(({ text }) => text)
      .join('')
      .replace(/^(ON|TN|MN|PN):/, ''),
  );
  return tableRow(COLUMNS, [
    block('Cell', { runs: words(`${number}`, 'Faint') }),
    block('Cell', { runs, rightToLeft }),
    margin,
  ]);
}

function marginOf(coding: NumberedCoding): string {
  const theme = words(`${coding.number}  `, 'Faint') + words(coding.themePath, 'Strong', coding.colour);
  return (
    block('Margin', { runs: `${theme}${words(`\n${coderLine(coding)}`, 'Faint')}` }) +
    coding.memos
      .map((memo) => block('Margin', { runs: words(`Memo, ${memoHead(memo)}: `, 'Faint') + words(memo.body) }))
      .join('')
  );
}

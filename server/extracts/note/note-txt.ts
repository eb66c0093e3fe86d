import { memoHead } from '../formats/by-theme.ts';
import { markedNote, type NoteSource, type NumberedCoding } from './note-source.ts';
import { coderLine, noteFacts, PLACELESS, PLACELESS_HINT } from './note-words.ts';

/** One note as plain text: numbered paragraphs, and under each the codings that begin in it. */
export function* noteTxt(source: NoteSource): Generator<string> {
  const { paragraphs, placeless } = markedNote(source);
  yield `${source.note.title}\n${'='.repeat(Math.min(72, source.note.title.length))}\n\n`;
  for (const [name, text] of noteFacts(source)) yield `${name}: ${text.replaceAll('\n', '; ')}\n`;
  for (const { number, words, beginning } of paragraphs) {
    yield `\n${number}  ${words.map(({ text }) => text).join('')}\n`;
    for (const coding of beginning) yield* codingLines(coding);
  }
  if (placeless.length > 0) yield `\n${PLACELESS}\n${PLACELESS_HINT}\n`;
  for (const coding of placeless) yield* codingLines(coding);
  if (source.memos.length > 0) yield '\nMemos on the note\n';
  for (const memo of source.memos) yield `\n${memoHead(memo)}\n${memo.body}\n`;
}

function* codingLines(coding: NumberedCoding): Generator<string> {
  const quote = coding.quote.replaceAll(/\s+/g, ' ');
  yield `    [${coding.number}] ${coding.themePath}: “${quote}” (${coderLine(coding)})\n`;
  for (const memo of coding.memos)
    yield `        Memo, ${memoHead(memo)}: ${memo.body.replaceAll('\n', '\n        ')}\n`;
}

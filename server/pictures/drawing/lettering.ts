// How much room words take, roughly and rather too much than too little: whoever opens the picture may have another font.

const NARROW = /[ijlI.,:;'’|!()[\]ftr ]/;
const BROAD = /[mwMW@%—…]/;
const CAPITAL = /\p{Lu}/u;
// Chinese, Japanese and Korean letters and emoji are as broad as they are high.
const SQUARE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60]|\p{Extended_Pictographic}/u;

// What a reader takes for one letter is never cut through.
const LETTERS = new Intl.Segmenter('en-GB');

function breadth(letter: string): number {
  if (SQUARE.test(letter)) return 1.1;
  if (NARROW.test(letter)) return 0.34;
  if (BROAD.test(letter)) return 0.94;
  return CAPITAL.test(letter) ? 0.7 : 0.58;
}

/** The breadth of `words` in letters of `size`. */
export function textWidth(words: string, size: number, bold = false): number {
  let sum = 0;
  for (const letter of words) sum += breadth(letter);
  return sum * size * (bold ? 1.06 : 1);
}

/** `words`, or as much of them as fits in `width` with an ellipsis. */
export function fitted(words: string, width: number, size: number, bold = false): string {
  if (textWidth(words, size, bold) <= width) return words;
  const letters = Array.from(LETTERS.segment(words), ({ segment }) => segment);
  while (letters.length > 1 && textWidth(`${letters.join('').trimEnd()}…`, size, bold) > width) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** `words` in at most `lines` lines of `width`; what is too long for them ends in an ellipsis. */
export function wrapped(words: string, width: number, size: number, lines: number, bold = false): string[] {
  const rows: string[] = [];
  let row = '';
  const waiting = words.split(/\s+/).filter(Boolean);
  while (waiting.length > 0) {
    const longer = row === '' ? waiting[0]! : `${row} ${waiting[0]}`;
    if (row === '' || textWidth(longer, size, bold) <= width) {
      row = longer;
      waiting.shift();
      continue;
    }
    if (rows.length === lines - 1) {
      row = `${row} ${waiting.join(' ')}`;
      break;
    }
    rows.push(row);
    row = '';
  }
  if (row !== '') rows.push(row);
  return rows.map((each) => fitted(each, width, size, bold));
}

/** Whether `words` fit in `lines` lines of `width` with nothing cut off. */
export function fits(words: string, width: number, size: number, lines: number, bold = false): boolean {
  return wrapped(words, width, size, lines, bold).join(' ') === words.split(/\s+/).filter(Boolean).join(' ');
}

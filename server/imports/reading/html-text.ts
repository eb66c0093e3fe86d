import { Parser } from 'htmlparser2';
import { counted } from '../../shared/counted.ts';

/** What was in a web page besides its words. `pictures` are the sources of its images, in their order. */
export type HtmlText = { text: string; pictures: string[]; tables: number; listItems: number; elements: number };

const BLOCKS = new Set(
  'address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre section summary table tbody tfoot thead tr ul caption'.split(
    ' ',
  ),
);
const UNSEEN = new Set('head script style template noscript iframe object svg math select textarea title'.split(' '));

type List = { ordered: boolean; number: number };

/**
 * The words of a web page, a line for each of its blocks; cells of a table row have tabs between them. `spaces`: whether
 * blanks and newlines in it are words (as mammoth writes them) or only part of how it is written.
 */
export function htmlText(html: string, { spaces }: { spaces: boolean }): HtmlText {
  const found = { pictures: [] as string[], tables: 0, listItems: 0, elements: 0 };
  const lists: List[] = [];
  let text = '';
  // What separates the next words from the last: nothing, a blank, or the end of a line.
  let owed: '' | ' ' | '\n' = '';
  let [unseen, pre, cells, cellsInRow] = [0, 0, 0, 0];
  let [hasLine, inCell, afterBullet] = [false, false, false];

  const breakLine = (): void => {
    if (afterBullet) return;
    if (cells > 0) owed = inCell && owed === '' ? ' ' : owed;
    else if (hasLine) owed = '\n';
  };
  const write = (words: string): void => {
    text += owed + words;
    owed = '';
    hasLine = true;
    inCell = true;
    afterBullet = false;
  };

  const parser = new Parser(
    {
      onopentag(name, attributes) {
        found.elements += 1;
        if (UNSEEN.has(name)) unseen += 1;
        if (unseen > 0) return;
        if (name === 'table') found.tables += 1;
        if (name === 'ol' || name === 'ul') lists.push({ ordered: name === 'ol', number: startOf(attributes.start) });
        if (BLOCKS.has(name)) breakLine();
        if (name === 'pre') pre += 1;
        if (name === 'tr') cellsInRow = 0;
        if (name === 'td' || name === 'th') {
          if (cellsInRow > 0) {
            owed = '';
            write('\t');
          }
          cellsInRow += 1;
          cells += 1;
          inCell = false;
        }
        if (name === 'li') {
          found.listItems += 1;
          const list = lists.at(-1);
          write(list?.ordered ? `${list.number++}. ` : '• ');
          afterBullet = true;
        }
        if (name === 'br') {
          if (cells > 0) owed = ' ';
          else write('\n');
        }
        if (name === 'img') found.pictures.push(attributes.src ?? '');
      },
      ontext(given) {
        if (unseen > 0 || given === '') return;
        if (pre > 0 || spaces) return write(cells > 0 ? given.replace(/\s*\n\s*/g, ' ') : given);
        const words = given.replace(/[ \t\r\n\f]+/g, ' ');
        const starts = text === '' || /[\n\t ]$/.test(text);
        if (words === ' ') {
          if (!starts && owed === '') owed = ' ';
          return;
        }
        const trimmed = words.replace(/^ /, '');
        if (trimmed !== words && !starts && owed === '') owed = ' ';
        const last = trimmed.replace(/ $/, '');
        write(last);
        if (last !== trimmed) owed = ' ';
      },
      onclosetag(name) {
        if (UNSEEN.has(name)) {
          unseen = Math.max(0, unseen - 1);
          return;
        }
        if (unseen > 0) return;
        if (name === 'ol' || name === 'ul') lists.pop();
        if (name === 'td' || name === 'th') {
          cells = Math.max(0, cells - 1);
          owed = '';
        }
        // An empty paragraph of a document is an empty line of the note.
        if (name === 'p' && spaces && cells === 0 && owed === '\n') write('');
        if (BLOCKS.has(name)) breakLine();
        if (name === 'pre') pre = Math.max(0, pre - 1);
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.write(html);
  parser.end();
  return { text: text.trimEnd(), ...found };
}

/** What is to be said of tables and lists. */
export function shapeRemarks({ tables, listItems }: { tables: number; listItems: number }): string[] {
  return [
    ...(tables > 0 ? [`${counted(tables, 'table')} became lines with a tab between cells.`] : []),
    ...(listItems > 0 ? [`${counted(listItems, 'item')} of lists got a bullet or number as part of the text.`] : []),
  ];
}

function startOf(given: string | undefined): number {
  return given !== undefined && /^\d{1,6}$/.test(given) ? Number(given) : 1;
}

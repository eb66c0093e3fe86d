import { Refusal } from '../../exchange/refi/refusal.ts';
import { counted } from '../../shared/counted.ts';
import { judgePictures } from './pictures.ts';
import type { ReadDocument } from './read-document.ts';
import { decodeBytes } from './text-encoding.ts';

/**
 * The words of a rich text document (RTF 1.9). No small library that is looked after reads RTF into text, so this does:
 * it follows the groups, the fonts' code pages and the Unicode escapes, and skips every destination that is no text.
 */
export async function readRtf(bytes: Uint8Array): Promise<ReadDocument> {
  const found = rtfWords(Buffer.from(bytes).toString('latin1'));
  const pictures = await judgePictures(
    found.pictures.map((hex, index) => ({ name: `picture ${index + 1}`, bytes: Buffer.from(hex, 'hex') })),
  );
  return {
    text: found.text,
    pictures: pictures.kept,
    remarks: [
      ...(found.rows > 0 ? [`${counted(found.rows, 'row')} of tables became lines with a tab between cells.`] : []),
      ...pictures.remarks,
      ...(found.left > 0
        ? [
            `${counted(found.left, 'header, footer, footnote or comment', 'headers, footers, footnotes or comments')} left out; the original file has them.`,
          ]
        : []),
    ],
  };
}

// Groups whose content is about the document, not of it.
const SKIPPED = new Set(
  'fonttbl colortbl stylesheet info listtable listoverridetable rsidtbl generator themedata colorschememapping latentstyles datastore xmlnstbl filetbl revtbl pgdsctbl mmathPr fldinst object objdata bkmkstart bkmkend nonshppict pntxtb pntxta'.split(
    ' ',
  ),
);
const LEFT_OUT = new Set(
  'header headerl headerr headerf footer footerl footerr footerf footnote annotation atnid atnauthor'.split(' '),
);
const COUNTED = new Set('header headerl headerr headerf footer footerl footerr footerf footnote annotation'.split(' '));
const SIGNS: Record<string, string> = {
  par: '\n',
  line: '\n',
  row: '\n',
  page: '\n',
  sect: '\n',
  tab: '\t',
  cell: '\t',
  emdash: '—',
  endash: '–',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  emspace: '\u2003',
  enspace: '\u2002',
};
// The code page that each \fcharset stands for.
const CHARSETS: Record<number, string> = {
  128: 'shift_jis',
  129: 'euc-kr',
  134: 'gbk',
  136: 'big5',
  161: 'windows-1253',
  162: 'windows-1254',
  163: 'windows-1258',
  177: 'windows-1255',
  178: 'windows-1256',
  186: 'windows-1257',
  204: 'windows-1251',
  222: 'windows-874',
  238: 'windows-1250',
};
const PAGES: Record<number, string> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  874: 'windows-874',
  65001: 'utf-8',
  10000: 'macintosh',
};

type Group = {
  skip: boolean;
  place: '' | 'fonts' | 'picture';
  fallback: number;
  font: number | undefined;
  hidden: boolean;
};

const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\/gi;
const DEEPEST = 1000;

/** The words in an RTF file, each byte of which is one character of `rtf`. */
export function rtfWords(rtf: string) {
  if (!rtf.startsWith('{\\rtf')) throw new Refusal('The document is damaged: it does not begin as RTF does.');
  const found = { pictures: [] as string[], rows: 0, left: 0 };
  const fonts = new Map<number, string>();
  let page = 'windows-1252';
  let group: Group = { skip: false, place: '', fallback: 1, font: undefined, hidden: false };
  const outer: Group[] = [];
  const text: string[] = [];
  // Bytes of a code page wait until their character is whole.
  let bytes: number[] = [];
  let [ignorable, toSkip, fontBeingDescribed] = [false, 0, 0];

  const flush = (): void => {
    if (bytes.length === 0) return;
    const charset = (group.font === undefined ? undefined : fonts.get(group.font)) ?? page;
    text.push(decodeBytes(Uint8Array.from(bytes), charset, { fatal: false }));
    bytes = [];
  };
  const isText = (): boolean => !group.skip && group.place === '' && !group.hidden;
  const say = (words: string): void => {
    flush();
    text.push(words);
  };

  function word(name: string, parameter: number | undefined): void {
    const wasIgnorable = ignorable;
    ignorable = false;
    if (name === 'fonttbl') group.place = 'fonts';
    else if (name === 'pict') {
      group.place = 'picture';
      if (!group.skip) found.pictures.push('');
    } else if (LEFT_OUT.has(name)) {
      if (!group.skip && COUNTED.has(name)) found.left += 1;
      group.skip = true;
    } else if (SKIPPED.has(name) || (wasIgnorable && name !== 'shppict')) group.skip = true;
    else if (name === 'f' && parameter !== undefined) {
      flush();
      if (group.place === 'fonts') fontBeingDescribed = parameter;
      else group.font = parameter;
    } else if (name === 'fcharset' && parameter !== undefined && group.place === 'fonts') {
      const charset = CHARSETS[parameter];
      if (charset !== undefined) fonts.set(fontBeingDescribed, charset);
    } else if (name === 'ansicpg' && parameter !== undefined) page = pageOf(parameter);
    else if (name === 'mac') page = 'macintosh';
    else if (name === 'uc') group.fallback = Math.max(0, parameter ?? 1);
    else if (name === 'v') group.hidden = parameter !== 0;
    else if (name === 'plain') group.hidden = false;
    else if (name === 'bin' && parameter !== undefined) TOKEN.lastIndex += Math.max(0, parameter);
    else if (name === 'u' && parameter !== undefined) {
      if (isText()) say(String.fromCharCode(parameter & 0xffff));
      toSkip = group.fallback;
    } else if (SIGNS[name] !== undefined && isText()) {
      if (name === 'row') {
        found.rows += 1;
        flush();
        // The last cell's tab parts nothing.
        if (text.at(-1) === '\t') text.pop();
      }
      say(SIGNS[name]);
    }
  }

  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(rtf); match; match = TOKEN.exec(rtf)) {
    const [, name, parameter, hex, sign, brace, plain] = match;
    if (brace === '{') {
      flush();
      if (outer.push(group) > DEEPEST) throw new Refusal('The document is nested too deeply to be read.');
      group = { ...group };
      [ignorable, toSkip] = [false, 0];
    } else if (brace === '}') {
      flush();
      group = outer.pop() ?? group;
      [ignorable, toSkip] = [false, 0];
    } else if (name !== undefined) {
      if (toSkip > 0 && name !== 'u') toSkip -= 1;
      else word(name, parameter === undefined ? undefined : Number(parameter));
    } else if (hex !== undefined) {
      if (toSkip > 0) toSkip -= 1;
      else if (isText()) bytes.push(Number.parseInt(hex, 16));
    } else if (sign !== undefined) {
      if (sign === '*') ignorable = true;
      else if (toSkip > 0) toSkip -= 1;
      else if (isText()) {
        if (sign === '~') say('\u00a0');
        else if (sign === '_') say('\u2011');
        else if (sign === '\n' || sign === '\r') say('\n');
        else if ('\\{}'.includes(sign)) say(sign);
      }
    } else if (plain !== undefined) {
      ignorable = false;
      const skipped = Math.min(toSkip, plain.length);
      toSkip -= skipped;
      if (group.place === 'picture' && !group.skip)
        found.pictures.push((found.pictures.pop() ?? '') + plain.replace(/[^0-9a-f]/gi, ''));
      else if (isText()) for (const character of plain.slice(skipped)) bytes.push(character.charCodeAt(0));
    }
  }
  flush();
  if (outer.length > 0) throw new Refusal('The document was cut off: its end is missing. Copy or save it again.');
  return { text: text.join('').replace(/[\n ]+$/, ''), ...found };
}

function pageOf(parameter: number): string {
  const label = PAGES[parameter] ?? `windows-${parameter}`;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'windows-1252';
  }
}

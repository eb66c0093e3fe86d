import { SaxesParser } from 'saxes';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { openZip } from '../../exchange/refi/zip-reading.ts';
import { counted } from '../../shared/counted.ts';
import { shapeRemarks } from './html-text.ts';
import { judgePictures } from './pictures.ts';
import type { ReadDocument } from './read-document.ts';

const UNPACKED = 256 * 1024 * 1024;
const LONGEST_PART = 48 * 1024 * 1024;
const LONGEST_PICTURE = 32 * 1024 * 1024;

/** The words of an OpenDocument text. */
export async function readOdt(file: string): Promise<ReadDocument> {
  const zip = await openZip(file, { total: UNPACKED });
  try {
    const manifest = zip.entries.get('META-INF/manifest.xml');
    if (manifest && (await zip.readWhole(manifest, LONGEST_PART)).includes('encryption-data'))
      throw new Refusal('It is protected by a password. Open it, save it without the password, and choose it again.');
    const content = zip.entries.get('content.xml');
    if (!content)
      throw new Refusal('The document is damaged: it holds no text part. Open it in LibreOffice and save it again.');
    const found = contentWords((await zip.readWhole(content, LONGEST_PART)).toString('utf8'));
    const held: { name: string; bytes: Buffer }[] = [];
    let away = 0;
    for (const place of found.pictures) {
      const entry = zip.entries.get(place.replace(/^\.\//, ''));
      if (entry) held.push({ name: `picture ${held.length + 1}`, bytes: await zip.readWhole(entry, LONGEST_PICTURE) });
      else away += 1;
    }
    const pictures = await judgePictures(held);
    const hasMacros = [...zip.entries.keys()].some((name) => /^(Basic|Scripts)\//.test(name));
    return {
      text: found.text,
      pictures: pictures.kept,
      remarks: [
        ...shapeRemarks(found),
        ...pictures.remarks,
        ...(away > 0 ? [`${counted(away, 'picture')} elsewhere ${away === 1 ? 'was' : 'were'} not fetched.`] : []),
        ...(found.notes > 0 ? [`${counted(found.notes, 'footnote')} stand at the end of the text.`] : []),
        ...(found.comments > 0 ? [`${counted(found.comments, 'comment')} in the margin left out.`] : []),
        ...(found.hasChanges ? ['Tracked changes were read as if accepted.'] : []),
        ...(hasMacros ? ['Macros were ignored. They stay in the original file, which is kept as it came.'] : []),
      ],
    };
  } finally {
    zip.close();
  }
}

// What is in the content without being words of its text.
const UNSEEN = new Set([
  'office:annotation',
  'text:tracked-changes',
  'office:scripts',
  'office:forms',
  'draw:object',
  'draw:object-ole',
  'svg:title',
  'svg:desc',
  'text:sequence-decls',
]);
const LINES = new Set(['text:p', 'text:h']);

/** The words in content.xml. Footnotes come after the text, with their marks. */
export function contentWords(xml: string) {
  const found = { pictures: [] as string[], tables: 0, listItems: 0, notes: 0, comments: 0, hasChanges: false };
  const lines: string[] = [];
  const noteLines: string[] = [];
  const rows: string[][] = [];
  // The lines that are open, one within another: a footnote or a text frame stands inside a paragraph.
  const open: string[] = [];
  let [unseen, notes] = [0, 0];
  let bullet = '';

  const write = (words: string): void => {
    if (open.length > 0) open[open.length - 1] += words;
  };
  const endLine = (line: string): void => {
    const whole = bullet + line.replace(/ +$/, '');
    bullet = '';
    const row = rows.at(-1);
    if (notes > 0) noteLines.push(whole);
    else if (row) row[row.length - 1] = [row.at(-1) ?? '', whole.replaceAll('\n', ' ')].filter(Boolean).join(' ');
    else lines.push(whole);
  };

  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new Refusal(`The document is damaged (${error.message.slice(0, 120)}). Save it again and choose it anew.`);
  });
  parser.on('doctype', () => {
    throw new Refusal('The document declares entities, which no OpenDocument text does. It was not read.');
  });
  parser.on('opentag', ({ name, attributes }) => {
    const given = attributes as Record<string, string>;
    if (name === 'office:annotation') found.comments += 1;
    if (name === 'text:tracked-changes') found.hasChanges = true;
    if (UNSEEN.has(name)) unseen += 1;
    if (unseen > 0) return;
    if (LINES.has(name)) open.push('');
    if (name === 'text:s') write(' '.repeat(Math.min(Number(given['text:c'] ?? 1) || 1, 1000)));
    if (name === 'text:tab') write('\t');
    if (name === 'text:line-break') write('\n');
    if (name === 'text:list-item') {
      found.listItems += 1;
      bullet = '• ';
    }
    if (name === 'table:table') found.tables += 1;
    if (name === 'table:table-row') rows.push([]);
    if (name === 'table:table-cell') rows.at(-1)?.push('');
    if (name === 'draw:image' && given['xlink:href'] !== undefined) found.pictures.push(given['xlink:href']);
    if (name === 'text:note') found.notes += 1;
    if (name === 'text:note-citation') write('[');
    if (name === 'text:note-body') {
      notes += 1;
      bullet = `[${found.notes}] `;
    }
  });
  parser.on('text', (text) => {
    if (unseen > 0 || open.length === 0) return;
    const words = text.replace(/[ \t\r\n]+/g, ' ');
    write(/(^|[ \n\t])$/.test(open.at(-1)!) ? words.replace(/^ /, '') : words);
  });
  parser.on('closetag', ({ name }) => {
    if (UNSEEN.has(name)) {
      unseen -= 1;
      return;
    }
    if (unseen > 0) return;
    if (LINES.has(name)) endLine(open.pop() ?? '');
    if (name === 'table:table-row') {
      const row = rows.pop() ?? [];
      const outer = rows.at(-1);
      if (outer) outer[outer.length - 1] = [outer.at(-1) ?? '', row.join(' ')].filter(Boolean).join(' ');
      else lines.push(row.join('\t'));
    }
    if (name === 'text:note-citation') write(']');
    if (name === 'text:note-body') notes -= 1;
  });
  parser.write(xml).close();
  return { text: [...lines, ...noteLines].join('\n').replace(/\n+$/, ''), ...found };
}

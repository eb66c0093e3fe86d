import path from 'node:path';
import mammoth from 'mammoth';
import { Refusal } from '../../exchange/refi/refusal.ts';
import { openZip } from '../../exchange/refi/zip-reading.ts';
import { counted } from '../../shared/counted.ts';
import { htmlText, shapeRemarks } from './html-text.ts';
import { judgePictures } from './pictures.ts';
import type { ReadDocument } from './read-document.ts';

const UNPACKED = 256 * 1024 * 1024;
const LONGEST_PART = 48 * 1024 * 1024;
const LONGEST_PICTURE = 32 * 1024 * 1024;

/** The words of a Word document. Nothing that it refers to outside of itself is fetched, and no macro is ever run. */
export async function readDocx(file: string, bytes: Buffer): Promise<ReadDocument> {
  const { remarks, elsewhere } = await lookInside(file);
  const held: { name: string; bytes: Uint8Array }[] = [];
  const { value } = await mammoth.convertToHtml(
    { buffer: bytes },
    {
      ignoreEmptyParagraphs: false,
      convertImage: mammoth.images.imgElement(async (image) => {
        held.push({ name: `picture ${held.length + 1}`, bytes: await image.readAsBuffer() });
        return { src: '' };
      }),
    },
  );
  const found = htmlText(value, { spaces: true });
  for (const picture of elsewhere) held.push({ name: `picture ${held.length + 1}`, bytes: picture });
  const pictures = await judgePictures(held);
  return {
    text: found.text,
    pictures: pictures.kept,
    remarks: [...shapeRemarks(found), ...pictures.remarks, ...remarks],
  };
}

// Before a library unpacks it: that it is whole and no bomb, what in it does not become words, and pictures that the
// library would not find.
async function lookInside(file: string): Promise<{ remarks: string[]; elsewhere: Buffer[] }> {
  const zip = await openZip(file, { total: UNPACKED });
  try {
    const remarks: string[] = [];
    const parts = new Map<string, string>();
    for (const entry of zip.entries.values()) {
      if (!/\.(xml|rels)$/i.test(entry.fileName)) continue;
      const part = (await zip.readWhole(entry, LONGEST_PART)).toString('utf8');
      if (/<!DOCTYPE|<!ENTITY/i.test(part))
        throw new Refusal('The document declares entities, which no Word document does. It was not read.');
      parts.set(entry.fileName, part);
    }
    const names = [...zip.entries.keys()];
    const main = parts.get('word/document.xml');
    if (main === undefined && !names.some((name) => /^word\/document\d*\.xml$/.test(name)))
      throw new Refusal('The document is damaged: it holds no text part. Open it in Word and save it again.');
    if (names.some((name) => /vbaProject\.bin$/i.test(name)))
      remarks.push('Macros were ignored. They stay in the original file, which is kept as it came.');
    const settings = parts.get('word/_rels/settings.xml.rels') ?? '';
    if (/attachedTemplate/.test(settings) && /TargetMode="External"/.test(settings))
      remarks.push('It names a template somewhere else, which was not fetched.');
    const relations = parts.get('word/_rels/document.xml.rels') ?? '';
    const linked = relations.match(/<Relationship\b[^>]*relationships\/image"[^>]*>/g) ?? [];
    const external = linked.filter((one) => one.includes('TargetMode="External"')).length;
    if (external > 0)
      remarks.push(`${counted(external, 'picture')} elsewhere ${external === 1 ? 'was' : 'were'} not fetched.`);
    const { places, absent } = misplacedPictures(linked, main ?? '', (name) => zip.entries.has(name));
    const elsewhere: Buffer[] = [];
    for (const place of places) elsewhere.push(await zip.readWhole(zip.entries.get(place)!, LONGEST_PICTURE));
    if (absent > 0)
      remarks.push(
        `${counted(absent, 'picture')} that it names ${absent === 1 ? 'is' : 'are'} not in the file. Open it in Word: if it shows ${absent === 1 ? 'the picture' : 'them'}, save it again and choose it anew.`,
      );
    if (main !== undefined && /<w:(ins|del) /.test(main)) remarks.push('Tracked changes were read as if accepted.');
    const comments = (parts.get('word/comments.xml') ?? '').match(/<w:comment /g)?.length ?? 0;
    if (comments > 0)
      remarks.push(
        `${counted(comments, 'comment')} in the margin left out; the original file has ${comments === 1 ? 'it' : 'them'}.`,
      );
    if (names.some((name) => /^word\/(header|footer)\d*\.xml$/.test(name)))
      remarks.push('Headers and footers were left out.');
    return { remarks, elsewhere };
  } finally {
    zip.close();
  }
}

/**
 * Where the pictures of the text are that mammoth does not find, because their place is written with `../` or escapes, and
 * how many are nowhere in the file. `linked` are the relations of the text to its pictures.
 */
function misplacedPictures(linked: readonly string[], main: string, has: (name: string) => boolean) {
  const places: string[] = [];
  let absent = 0;
  for (const relation of linked) {
    const id = /\bId="([^"]*)"/.exec(relation)?.[1] ?? '';
    const target = (/\bTarget="([^"]*)"/.exec(relation)?.[1] ?? '').replaceAll('&amp;', '&');
    if (relation.includes('TargetMode="External"') || !main.includes(`"${id}"`)) continue;
    const asWritten = target.startsWith('/') ? target.slice(1) : `word/${target}`;
    if (has(asWritten)) continue;
    const place = [asWritten, unescaped(asWritten)].map((name) => path.posix.normalize(name)).find(has);
    if (place === undefined) absent += 1;
    else places.push(place);
  }
  return { places, absent };
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

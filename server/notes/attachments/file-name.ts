import { codePointLength, sliceCodePoints } from '../../shared/text.ts';

const LONGEST = 200;
// Control characters, and the marks that turn text round, with which "gpj.exe" can be made to read as "exe.jpg".
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/g;
const ALIKE: Record<string, readonly string[]> = {
  jpg: ['jpg', 'jpeg'],
  heic: ['heic', 'heif'],
  m4a: ['m4a', 'mp4'],
  ogg: ['ogg', 'oga', 'opus'],
  txt: ['txt', 'text', 'md', 'csv', 'log'],
};

/**
 * The name under which a file is listed and downloaded: the sender's, without folders or unseen characters, at most 200
 * code points, and ending as its content says: a PNG called "plan.pdf" becomes "plan.pdf.png".
 */
export function listedName(given: string, extension: string): string {
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const name = last.replace(UNSEEN, '').replace(/\s+/g, ' ').trim().replace(/^\.+/, '') || 'file';
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  const fits = (ALIKE[extension] ?? [extension]).includes(ending);
  const stem = fits ? name.slice(0, dot) : name;
  const tail = fits ? name.slice(dot) : `.${extension}`;
  const room = LONGEST - codePointLength(tail);
  return `${codePointLength(stem) > room ? sliceCodePoints(stem, 0, room).trimEnd() : stem}${tail}`;
}

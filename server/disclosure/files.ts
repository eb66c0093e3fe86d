/** A file that is kept with a note that leaves: what may be told of it. Its name may hold names, and stays with it. */
export type FileLeft = { note: string; noteNumber: number; mediaType: string; byteLength: number };

const KINDS: [mediaType: RegExp, words: string][] = [
  [/^application\/pdf$/, 'a PDF'],
  [/^image\/jpeg$/, 'a picture (JPEG)'],
  [/^image\/png$/, 'a picture (PNG)'],
  [/^image\//, 'a picture'],
  [/^audio\//, 'a sound recording'],
  [/^video\//, 'a video'],
  [/^text\//, 'a text'],
  [/word|opendocument\.text|rtf/, 'a text document'],
  [/sheet|excel/, 'a spreadsheet'],
  [/presentation|powerpoint/, 'a presentation'],
];

/** "Attachment 3: a PDF of 120 KB with note 12" */
export function fileWords({ noteNumber, mediaType, byteLength }: FileLeft, index: number): string {
  const kind = KINDS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? 'a file';
  return `Attachment ${index + 1}: ${kind} of ${sizeWords(byteLength)} with note ${noteNumber}`;
}

function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1000, 'KB'] : [bytes / 1_000_000, 'MB'];
  return `${size.toLocaleString('en-GB', { maximumFractionDigits: size < 10 ? 1 : 0 })} ${unit}`;
}

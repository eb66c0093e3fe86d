import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { fileTypeFromFile } from 'file-type';
import { createWindowsTextJudge } from '../shared/windows-text.ts';

/** What a file is, judged by its bytes alone. `extension` is without its dot; `words` is for people. */
export type FileKind = { mediaType: string; extension: string; words: string };

const KINDS: Record<string, FileKind> = {
  jpg: { mediaType: 'image/jpeg', extension: 'jpg', words: 'JPEG image' },
  png: { mediaType: 'image/png', extension: 'png', words: 'PNG image' },
  gif: { mediaType: 'image/gif', extension: 'gif', words: 'GIF image' },
  webp: { mediaType: 'image/webp', extension: 'webp', words: 'WebP image' },
  heic: { mediaType: 'image/heic', extension: 'heic', words: 'HEIC image' },
  pdf: { mediaType: 'application/pdf', extension: 'pdf', words: 'PDF document' },
  docx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
    words: 'Word document',
  },
  doc: { mediaType: 'application/msword', extension: 'doc', words: 'Word document' },
  mp3: { mediaType: 'audio/mpeg', extension: 'mp3', words: 'MP3 recording' },
  m4a: { mediaType: 'audio/mp4', extension: 'm4a', words: 'M4A recording' },
  aac: { mediaType: 'audio/aac', extension: 'aac', words: 'AAC recording' },
  wav: { mediaType: 'audio/wav', extension: 'wav', words: 'WAV recording' },
  flac: { mediaType: 'audio/flac', extension: 'flac', words: 'FLAC recording' },
  ogg: { mediaType: 'audio/ogg', extension: 'ogg', words: 'Ogg recording' },
  amr: { mediaType: 'audio/amr', extension: 'amr', words: 'AMR recording' },
  txt: { mediaType: 'text/plain; charset=utf-8', extension: 'txt', words: 'text file' },
};
const SAME: Record<string, string> = { opus: 'ogg', oga: 'ogg' };

/** The kind of the file at `path`, or undefined when it is none that the product keeps. */
export async function kindOfFile(path: string): Promise<FileKind | undefined> {
  // First, because the mark of UTF-16 can be taken for the beginning of a recording.
  const marked = await kindOfMarkedText(path);
  if (marked) return marked;
  const found = await fileTypeFromFile(path);
  if (found?.ext === 'cfb') return (await isOldWord(path)) ? KINDS.doc : undefined;
  if (found) return KINDS[SAME[found.ext] ?? found.ext];
  return kindOfText(path);
}

const SECTOR_SHIFT_AT = 30;
const DIRECTORY_AT = 48;
const HEADER_BYTES = 512;

// Excel, Outlook and installers use the same container: in Word's, the first sector of the directory names its text.
async function isOldWord(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    const sector = 2 ** Math.min(header.readUInt16LE(SECTOR_SHIFT_AT), 12);
    const directory = Buffer.alloc(sector * 4);
    await file.read(directory, 0, directory.length, (header.readUInt32LE(DIRECTORY_AT) + 1) * sector);
    return directory.includes(Buffer.from('WordDocument', 'utf16le'));
  } finally {
    await file.close();
  }
}

const MARKED: [mark: string, encoding: 'utf-16le' | 'utf-16be'][] = [
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
];

// Text is UTF-8, UTF-16 with its mark, or what Windows wrote before. Its bytes are kept as they came.
async function kindOfMarkedText(path: string): Promise<FileKind | undefined> {
  const mark = (await firstBytes(path, 2)).toString('hex');
  const encoding = MARKED.find(([bytes]) => bytes === mark)?.[1];
  return encoding && (await isText(path, encoding)) ? textIn('utf-16') : undefined;
}

async function kindOfText(path: string): Promise<FileKind | undefined> {
  if (await isText(path, 'utf-8')) return KINDS.txt;
  return (await isWindowsText(path)) ? textIn('windows-1252') : undefined;
}

function textIn(charset: string): FileKind {
  return { mediaType: `text/plain; charset=${charset}`, extension: 'txt', words: 'text file' };
}

/** The first bytes of the file at `path`, fewer where it is shorter. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(count);
    const { bytesRead } = await file.read(bytes, 0, count, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

// In its encoding from end to end, without the control characters that no text holds.
async function isText(path: string, encoding: string): Promise<boolean> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) {
      if (hasControl(decoder.decode(chunk as Buffer, { stream: true }))) return false;
    }
    return !hasControl(decoder.decode());
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}

function hasControl(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text);
}

const BLANKS = new Set([0x09, 0x0a, 0x0c, 0x0d]);

async function isWindowsText(path: string): Promise<boolean> {
  const judge = createWindowsTextJudge(BLANKS);
  for await (const chunk of createReadStream(path)) if (!judge.take(chunk as Buffer)) return false;
  return judge.isText();
}

import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { fileTypeFromFile } from 'file-type';

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
  const found = await fileTypeFromFile(path);
  if (found?.ext === 'cfb') return (await isOldWord(path)) ? KINDS.doc : undefined;
  if (found) return KINDS[SAME[found.ext] ?? found.ext];
  return (await isText(path)) ? KINDS.txt : undefined;
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

// UTF-8 from end to end, without the control characters that no text holds.
async function isText(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
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

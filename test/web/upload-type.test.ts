import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { kindOfFile } from '../../server/web/upload-type.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ascii = (text: string) => Buffer.from(text, 'latin1');
const padded = (start: Buffer, length = 600) => Buffer.concat([start, Buffer.alloc(length)]);

// ZIP: a local header (signature, version 20, stored, no dates or sums, two lengths, name length), the name, the content.
function zipOf(contents: Record<string, string>): Buffer {
  const entries = Object.entries(contents).map(([name, content]) => {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, ascii(name + content)]);
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  return Buffer.concat([...entries, end]);
}

function officeFileOf(kind: string): Buffer {
  const type = `application/vnd.openxmlformats-officedocument.${kind}.main+xml`;
  return zipOf({ '[Content_Types].xml': `<Types><Override ContentType="${type}"/></Types>` });
}

// A compound file: sectors of 512 bytes, the directory in sector 0, whose second entry has `stream` for its name.
function compoundFileOf(stream: string): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(0, 48);
  const directory = Buffer.alloc(512);
  directory.write('Root Entry', 0, 'utf16le');
  directory.write(stream, 128, 'utf16le');
  return Buffer.concat([header, directory]);
}

test.each([
  ['a JPEG', Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), Buffer.alloc(100)]), 'image/jpeg'],
  ['a HEIC photo of a phone', padded(ascii('\0\0\0\x18ftypheic\0\0\0\0mif1heic')), 'image/heic'],
  ['a PDF', ascii('%PDF-1.7\n'), 'application/pdf'],
  ['an MP3 with tags', padded(ascii('ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x64')), 'audio/mpeg'],
  ['a recording of a phone', padded(ascii('\0\0\0\x1cftypM4A \0\0\0\0M4A mp42')), 'audio/mp4'],
  ['a WAV', padded(ascii('RIFF\x24\0\0\0WAVEfmt ')), 'audio/wav'],
  [
    'a Word document',
    officeFileOf('wordprocessingml.document'),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['an old Word document', compoundFileOf('WordDocument'), 'application/msword'],
  ['a text in Arabic', Buffer.from('السلام عليكم\r\n'), 'text/plain; charset=utf-8'],
  ['a spreadsheet', officeFileOf('spreadsheetml.sheet'), undefined],
  ['an old spreadsheet', compoundFileOf('Workbook'), undefined],
  ['a text of Notepad’s “Unicode”', Buffer.from('\ufeffCafé 👋🏽\r\n', 'utf16le'), 'text/plain; charset=utf-16'],
  [
    'a text in UTF-16, the other way round',
    Buffer.from('\ufeffCafé', 'utf16le').swap16(),
    'text/plain; charset=utf-16',
  ],
  [
    'a text of an old Windows',
    ascii('Caf\xe9 \x93a la carte\x94, \x80 5\r\n\tand\fmore'),
    'text/plain; charset=windows-1252',
  ],
  ['half a character in UTF-16', Buffer.concat([Buffer.from('\ufeffa', 'utf16le'), ascii('b')]), undefined],
  ['UTF-16 with a NUL', Buffer.from('\ufeffa\0b', 'utf16le'), undefined],
  ['bytes that no Windows wrote', ascii('Caf\xe9 \x81 and more and more'), undefined],
  ['a control character in Windows-1252', ascii('Caf\xe9 \x02 and more and more'), undefined],
  ['noise without control characters', Buffer.from([0xe9, 0xf0, 0x41, 0xd3, 0xfe, 0xc1, 0x6b, 0xb7]), undefined],
  ['an Arabic text that is cut off', Buffer.from('السلام').subarray(0, 11), undefined],
  ['a text with a NUL', ascii('ab\0cd'), undefined],
  ['a program', padded(ascii('\x7fELF')), undefined],
])('%s · is taken for what its bytes are', async (_what, bytes, mediaType) => {
  const file = path.join(folder, 'file');
  await writeFile(file, bytes);
  expect((await kindOfFile(file))?.mediaType).toBe(mediaType);
});

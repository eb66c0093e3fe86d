import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createReader } from '../../server/imports/reading/reader-service.ts';
import { docxOf, PNG, word, zipOf } from './documents.ts';
import { useReading } from './reading.ts';

const SAMPLES = path.join(import.meta.dirname, 'samples');
const { read, refusal, inFolder } = useReading();

const JOINED = 'Lines of the PDF were joined into paragraphs by the space between them: look the text through.';

describe('the words of documents that LibreOffice wrote', () => {
  // Written with the same content; where lines begin a list, the format decides how its mark is written.
  const LINES = ['Visit to the café', 'ON: Member 4 said “after you” – and smiled.', 'TN: Doors matter,', 'twice.'];
  const TABLE = ['Who\tWhat', 'Member 4\tsang', 'PN: Русский, עברית.'];

  test.each([
    [
      'odt',
      '• first thing',
      ['1 table became lines with a tab between cells.', '1 item of lists got a bullet or number as part of the text.'],
    ],
    [
      'docx',
      '• first thing',
      ['1 table became lines with a tab between cells.', '1 item of lists got a bullet or number as part of the text.'],
    ],
    ['rtf', '•\tfirst thing', ['2 rows of tables became lines with a tab between cells.']],
  ])('are all there · of a .%s', async (kind, item, remarks) => {
    const found = await read(`libreoffice.${kind}`, await readFile(path.join(SAMPLES, `libreoffice.${kind}`)));
    expect(found.text.split('\n').filter((line) => line !== '')).toEqual([...LINES, item, ...TABLE]);
    expect(found.kind).toBe(kind);
    expect(found.pictures).toEqual(['png']);
    expect(found.remarks).toEqual([...remarks, '1 picture kept as a file of the note.']);
  });

  test('are all there · of a PDF, a paragraph a line as far as the space between lines tells', async () => {
    const { text, remarks } = await read('libreoffice.pdf', await readFile(path.join(SAMPLES, 'libreoffice.pdf')));
    expect(text.split('\n').slice(0, 3)).toEqual([
      'Visit to the café',
      'ON: Member 4 said “after you” – and smiled.',
      'TN: Doors matter, twice.',
    ]);
    expect(text).toContain('PN: Русский');
    expect(remarks).toEqual([
      JOINED,
      'Its pictures are not kept apart: the original file, which is kept as it came, has them.',
    ]);
  });

  test('are all there is to say · of a PDF without pictures', async () => {
    const withPicture = (await readFile(path.join(SAMPLES, 'libreoffice.pdf'))).toString('latin1');
    const without = Buffer.from(
      withPicture.replaceAll(/\/Subtype *\/Image/g, (found) => found.replace('I', 'X')),
      'latin1',
    );
    expect((await read('without.pdf', without)).remarks).toEqual([JOINED]);
  });
});

describe('plain text', () => {
  const utf16 = (text: string, mark: boolean) => Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
  test.each([
    ['UTF-8', Buffer.from('Café — ok'), []],
    ['UTF-8 with its mark', Buffer.from('\ufeffCafé — ok'), []],
    ['Windows-1252', Buffer.from('Caf\u00e9 \u0097 ok', 'latin1'), ['Read as Windows-1252.']],
    ['UTF-16, little end first', utf16('Café — ok', true), ['Read as UTF-16.']],
    ['UTF-16, big end first', utf16('Café — ok', true).swap16(), ['Read as UTF-16.']],
    ['UTF-16 without its mark', utf16('Cafe — ok, and more', false), ['Read as UTF-16.']],
  ])('is read in %s', async (_, bytes, remarks) => {
    const found = await read('note.txt', bytes);
    expect(found.text).toMatch(/^Caf(é|e) — ok(, and more)?$/);
    expect(found.remarks).toEqual(remarks);
  });

  test('keeps every letter and blank but newlines, which become \\n, and what cannot be kept', async () => {
    const found = await read('note.txt', 'ON:  two  blanks \r\n\r\nPN:\ttab\rlast\u0007 one\u000bmore  \n');
    expect(found.text).toBe('ON:  two  blanks \n\nPN:\ttab\nlast one\nmore  \n');
    expect(found.remarks).toEqual(['1 invisible or broken character that cannot be kept was removed.']);
  });

  test('a Markdown file stays as it was written', async () => {
    expect((await read('plan.md', '# Plan\n\n- *one*\n')).text).toBe('# Plan\n\n- *one*\n');
  });
});

describe('a web page', () => {
  test('becomes its words: blocks are lines, blanks are folded, scripts and styles are gone', async () => {
    const found = await read(
      'page.html',
      `<!DOCTYPE html><html><head><title>No</title><style>p{}</style></head><body><script>alert(1)</script>
       <h1>Big &amp; <i>bold</i></h1><p>One
         two&nbsp;three<br>four</p><ol start="3"><li>c</li><li><p>d</p></li></ol>
       <table><tr><th>A</th><th></th><th>C</th></tr><tr><td><p>x</p><p>y</p></td><td>z</td></tr></table>
       <pre>a  b
c</pre><img src="https://example.org/spy.png"><img src="data:image/png;base64,${PNG.toString('base64')}"></body></html>`,
    );
    expect(found.text).toBe('Big & bold\nOne two\u00a0three\nfour\n3. c\n4. d\nA\t\tC\nx y\tz\na  b\nc');
    expect(found.pictures).toEqual(['png']);
    expect(found.remarks).toEqual([
      '1 table became lines with a tab between cells.',
      '2 items of lists got a bullet or number as part of the text.',
      '1 picture kept as a file of the note.',
      '1 picture elsewhere was not fetched.',
    ]);
  });

  test('is read in the encoding that it says it has', async () => {
    const russian = Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);
    const page = Buffer.concat([Buffer.from('<meta charset="windows-1251"><p>'), russian, Buffer.from('</p>')]);
    expect(await read('page.html', page)).toMatchObject({ text: 'Привет', remarks: ['Read as windows-1251.'] });
  });
});

describe('a rich text document', () => {
  test('is read by the code pages of its fonts and its Unicode escapes, without what is about it', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}{\info{\author Ann}}{\*\generator Word;}\f0 ON: Caf\'e9 \'93ok\'94 \u8211? \u-10179?\u-8704?\par {\f1\'cf\'f0\'e8} {\v hidden}\{x\}\tab y\line z{\header Head}{\footnote Foot}\par}`;
    const found = await read('note.rtf', rtf);
    expect(found.text).toBe('ON: Café “ok” – 😀\nПри {x}\ty\nz');
    expect(found.remarks).toEqual(['2 headers, footers, footnotes or comments left out; the original file has them.']);
  });
});

describe('what is not as it says', () => {
  test('is read as what it is, with a remark · when a text is called .docx and a page is called .txt', async () => {
    expect(await read('note.docx', 'ON: Words.')).toMatchObject({
      kind: 'text',
      remarks: ['Its name says Word document, but its content is plain text, and was read as that.'],
    });
    expect(await read('notes', 'ON: Words.')).toMatchObject({ kind: 'text', remarks: [] });
    expect(await read('page.txt', '<html><p>ON: Words.</p></html>')).toMatchObject({ kind: 'text' });
  });

  const cfb = (name: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(name, 'utf16le')]);
  test.each<[string, string, () => Buffer | Promise<Buffer>, RegExp]>([
    ['it is empty', 'a.txt', () => Buffer.alloc(0), /^Refusal: The file is empty/],
    ['it is blank', 'a.txt', () => Buffer.from(' \n\n'), /^Refusal: There are no words in it/],
    ['it is a picture', 'a.txt', () => PNG, /^Refusal: Its content is no text but PNG/],
    [
      'it is noise',
      'a.txt',
      () => Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 37) % 256)),
      /^Refusal: Its content is not text/,
    ],
    [
      'a Word document has a password',
      'a.docx',
      () => cfb('EncryptedPackage'),
      /^Refusal: It is protected by a password/,
    ],
    [
      'it is an old Word document',
      'a.doc',
      () => cfb('WordDocument'),
      /^Refusal: It is a document of Word before 2007/,
    ],
    [
      'a PDF has a password',
      'a.pdf',
      () => readFile(path.join(SAMPLES, 'password.pdf')),
      /^Refusal: It is protected by a password/,
    ],
    [
      'a PDF is cut off',
      'a.pdf',
      async () => (await readFile(path.join(SAMPLES, 'libreoffice.pdf'))).subarray(0, 600),
      /^Refusal: (The PDF is damaged|There is no text in this PDF)/,
    ],
    [
      'a PDF has no text',
      'a.pdf',
      () =>
        Buffer.from(
          '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
        ),
      /^Refusal: There is no text in this PDF: it is probably scanned/,
    ],
    [
      'a Word document is cut off',
      'a.docx',
      async () => (await docxOf([word.paragraph('x')])).subarray(0, 700),
      /^Refusal: The file is not a whole ZIP/,
    ],
    [
      'a Word document declares entities',
      'a.docx',
      () => docxOf([], { 'word/document.xml': '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>' }),
      /^Refusal: The document declares entities/,
    ],
    [
      'an OpenDocument text declares entities',
      'a.odt',
      () =>
        zipOf({
          mimetype: 'application/vnd.oasis.opendocument.text',
          'content.xml': '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        }),
      /^Refusal: The document declares entities/,
    ],
    [
      'an OpenDocument text has a password',
      'a.odt',
      () =>
        zipOf({
          mimetype: 'application/vnd.oasis.opendocument.text',
          'META-INF/manifest.xml': '<m:encryption-data/>',
          'content.xml': 'x',
        }),
      /^Refusal: It is protected by a password/,
    ],
    [
      'an RTF is cut off',
      'a.rtf',
      () => Buffer.from(String.raw`{\rtf1 ON: Words`),
      /^Refusal: The document was cut off/,
    ],
    [
      'a spreadsheet is called .docx',
      'a.docx',
      () =>
        zipOf({
          '[Content_Types].xml':
            '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
          'xl/workbook.xml': '<x/>',
        }),
      /^Refusal: Its content is no text but XLSX/,
    ],
    [
      'a Word document is a bomb',
      'a.docx',
      () => docxOf([], { 'word/document.xml': Buffer.alloc(60 * 1024 * 1024, ' ') }),
      /^Refusal: “word\/document.xml” in the file would grow more than 200 times/,
    ],
  ])('is refused in a sentence · when %s', async (_, name, content, sentence) => {
    expect(await refusal(name, await content())).toMatch(sentence);
  });
});

describe('the thread that reads', () => {
  const order = async (name: string, content: string | Buffer) => {
    const file = inFolder(name);
    await writeFile(file, content);
    return { file, name };
  };

  test('is ended when a document takes too long, and the next is read by another', async () => {
    // Ten thousand tables one within another keep any reader busy for longer than a moment.
    const slow = createReader({ longest: 1 });
    const first = await slow.read(await order('slow.html', '<table><tr><td>'.repeat(50_000)));
    await slow.end();
    expect(first).toEqual({ kind: 'refused', sentence: expect.stringContaining('longer than a minute') });
    const reader = createReader();
    const next = await reader.read(await order('note.txt', 'ON: Words.'));
    await reader.end();
    expect(next).toMatchObject({ kind: 'read', document: { text: 'ON: Words.', kind: 'text' } });
  });

  test('is ended when a document takes too much memory, and says so', async () => {
    const reader = createReader({ memory: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } });
    const answer = await reader.read(await order('large.html', `<p>${'<b>word</b> '.repeat(1_500_000)}</p>`));
    await reader.end();
    expect(answer).toEqual({ kind: 'refused', sentence: expect.stringContaining('more memory') });
  });
});

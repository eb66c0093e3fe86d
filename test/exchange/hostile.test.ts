import { describe, expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { CODE, g, projectXml, qdpx, TEXT } from './a-project.ts';
import { attempt } from './attempt.ts';
import { type ZipEntry, zipBytes } from './zip-bytes.ts';

const t = useTestApp();

const PROJECT = projectXml();
const beside = (more: ZipEntry): Buffer => qdpx(PROJECT, TEXT, [more]);
const twice = `<Code guid="${CODE}" name="Welcome" isCodable="true"/><Code guid="{${CODE}}" name="Other" isCodable="true"/>`;
const overlapping = (): Buffer => {
  const bytes = 'x'.repeat(5000);
  return zipBytes([
    { name: 'project.qde', data: PROJECT },
    { name: 'sources/a.txt', data: TEXT },
    { name: 'sources/b.txt', data: bytes, method: 0 },
    { name: 'sources/c.txt', data: bytes, method: 0, says: { at: 0 } },
  ]);
};
// A whole entry as the content of another, to which the directory also points.
const within = (): Buffer => {
  const inner = zipBytes([{ name: 'sources/c.txt', data: TEXT, method: 0 }]);
  const first = { name: 'project.qde', data: PROJECT };
  const at = zipBytes([first]).indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
  return zipBytes([
    first,
    { name: 'sources/b.txt', data: inner, method: 0 },
    { name: 'sources/c.txt', data: TEXT, method: 0, says: { at: at + 30 + 'sources/b.txt'.length } },
  ]);
};
const codesNested = (depth: number): string =>
  `${Array.from({ length: depth }, (_, index) => `<Code guid="${g(1000 + index)}" name="c${index}" isCodable="true">`).join('')}${'</Code>'.repeat(depth)}`;

describe('a file is refused with a sentence and leaves nothing behind', () => {
  test.each<[what: string, bytes: Buffer, sentence: RegExp]>([
    ['it is empty of projects', zipBytes([{ name: 'sources/a.txt', data: TEXT }]), /holds no project/],
    ['it holds two projects', beside({ name: 'Trial.qde', data: PROJECT }), /holds 2 projects/],
    [
      'a small file would become a large one',
      beside({ name: 'sources/b.txt', data: Buffer.alloc(20_000_000) }),
      /“sources\/b.txt” in the file would grow more than 200 times/,
    ],
    [
      'a file says that it is small, and is not',
      qdpx(projectXml({ sources: `<PDFSource guid="${g(40)}" name="Map" path="internal://b.pdf"/>` }), TEXT, [
        { name: 'sources/b.pdf', data: Buffer.alloc(3_000_000), says: { uncompressedSize: 10 } },
      ]),
      /too many bytes|not as long as it says/,
    ],
    [
      'a text is longer than it says',
      zipBytes([
        { name: 'project.qde', data: PROJECT },
        { name: 'sources/a.txt', data: TEXT, says: { uncompressedSize: 5 } },
      ]),
      /“sources\/a.txt” in the file is not as long as it says, or was damaged/,
    ],
    [
      'a text is shorter than it says',
      zipBytes([
        { name: 'project.qde', data: PROJECT },
        { name: 'sources/a.txt', data: TEXT, says: { uncompressedSize: 500 } },
      ]),
      /“sources\/a.txt” in the file is not as long as it says, or was damaged/,
    ],
    [
      'a text was damaged on the way',
      zipBytes([
        { name: 'project.qde', data: PROJECT },
        { name: 'sources/a.txt', data: TEXT, says: { crc: 1 } },
      ]),
      /was damaged/,
    ],
    [
      'the directory says a packed length beyond the file',
      zipBytes([{ name: 'project.qde', data: PROJECT, says: { compressedSize: 1_000_000 } }]),
      /“project.qde” in the file was cut off/,
    ],
    ['two entries are the same bytes', overlapping(), /overlap/],
    ['an entry lies within another', within(), /overlap/],
    [
      'a name leads up',
      beside({ name: '../../etc/cron.d/x', data: 'x' }),
      /^A name in the file points outside of it \(\.\.\/\.\.\/etc/,
    ],
    [
      'a name leads up the Windows way',
      beside({ name: String.raw`..\..\x.txt`, data: 'x' }),
      /^A name in the file points outside of it/,
    ],
    ['a name is absolute', beside({ name: '/etc/passwd', data: 'x' }), /^A name in the file points outside of it/],
    ['a name has a drive', beside({ name: 'C:/x.txt', data: 'x' }), /^A name in the file points outside of it/],
    [
      'an entry is a link',
      beside({ name: 'sources/b.txt', data: '/etc/passwd', mode: 0o120777 }),
      /“sources\/b.txt” in the file is a link/,
    ],
    [
      'an entry is encrypted',
      beside({ name: 'sources/b.txt', data: 'x', flags: 0x801 }),
      /is encrypted. Export it without a password/,
    ],
    ['an entry is encrypted more strongly', beside({ name: 'sources/b.txt', data: 'x', flags: 0x841 }), /is encrypted/],
    [
      'an entry is packed in another way',
      beside({ name: 'sources/b.txt', data: 'x', method: 12 }),
      /packed in a way that is not read here/,
    ],
    ['a name is there twice', beside({ name: 'sources/a.txt', data: 'other' }), /“sources\/a.txt” twice/],
    [
      'a name is there twice in other letters',
      beside({ name: 'Sources/A.TXT', data: 'other' }),
      /“Sources\/A.TXT” twice/,
    ],
    ['a name is there in two folders', beside({ name: 'sources/more/a.txt', data: 'other' }), /“a.txt” twice/],
    ['it has a DOCTYPE', qdpx(projectXml({ before: '<!DOCTYPE Project>' })), /has a DOCTYPE/],
    ['it declares an entity', qdpx(projectXml({ before: '<!DOCTYPE Project [<!ENTITY a "aaaa">]>' })), /has a DOCTYPE/],
    [
      'it refers to another file',
      qdpx(projectXml({ before: '<!DOCTYPE Project SYSTEM "file:///etc/passwd">' })),
      /has a DOCTYPE/,
    ],
    [
      'it uses an entity that nobody declared',
      qdpx(projectXml({ after: '<Description>&laughs;</Description>' })),
      /not well-formed XML/,
    ],
    [
      'elements are nested too deep',
      qdpx(projectXml({ after: `${'<a>'.repeat(300)}${'</a>'.repeat(300)}` })),
      /more than 256 deep/,
    ],
    ['codes are nested too deep', qdpx(projectXml({ codes: codesNested(70) })), /Codes are nested more than 64 deep/],
    [
      'an attribute is endless',
      qdpx(projectXml({ after: `<Description x="${'a'.repeat(70_000)}"/>` })),
      /longer than 64 KB/,
    ],
    [
      'it is not UTF-8',
      qdpx(Buffer.from(projectXml({ after: '<Description>caf\u00e9</Description>' }), 'latin1')),
      /not written in UTF-8/,
    ],
    [
      'it has characters that XML has not',
      qdpx(projectXml({ after: '<Description>\u0001</Description>' })),
      /a character that XML does not allow, such as a control character \(line 7\)/,
    ],
    [
      'it has such characters by their numbers',
      qdpx(projectXml({ after: '<Description>&#xB;</Description>' })),
      /a character that XML does not allow/,
    ],
    [
      'a GUID is used for two codes',
      qdpx(projectXml({ codes: twice })),
      /uses one GUID .* for two things of the kind Code/,
    ],
    [
      'a code has no GUID',
      qdpx(projectXml({ codes: '<Code name="Welcome" isCodable="true"/>' })),
      /A Code of the file has no GUID/,
    ],
    [
      'it is another kind of document',
      qdpx('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'),
      /begins with “html”/,
    ],
    [
      'it is a codebook',
      Buffer.from(
        `<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="${CODE}" name="W" isCodable="true"/></Codes></CodeBook>`,
      ),
      /is a codebook, not a project/,
    ],
    ['it is a picture', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), /not written in UTF-8/],
    ['it is nothing', Buffer.alloc(0), /There is no XML in the file: it is empty/],
  ])('· when %s', async (_, bytes, sentence) => {
    expect(await attempt(t, bytes)).toEqual({ refused: expect.stringMatching(sentence), left: {} });
  });

  test('· when it would be larger, unpacked, than is allowed here', async () => {
    const bytes = qdpx(PROJECT, 'word '.repeat(100_000));
    expect(await attempt(t, bytes, { limit: 400_000 })).toEqual({
      refused: expect.stringMatching(/^Unpacked, the file would be larger than 0 MB/),
      left: {},
    });
  });

  test('· when it was cut off, wherever that was', async () => {
    const whole = qdpx(PROJECT);
    const sentences = new Set<string>();
    for (let length = 1; length < whole.length; length += 10) {
      const settled = await attempt(t, whole.subarray(0, length));
      expect([length, settled]).toEqual([length, { refused: expect.any(String), left: {} }]);
      sentences.add(settled.refused!.replace(/\(.*\)/, '()'));
    }
    // Of a byte or two nobody can say that it was an archive.
    expect([...sentences].filter((sentence) => !sentence.includes('not a whole ZIP archive'))).toEqual([
      expect.stringMatching(/There is no XML in the file: .* was cut off/),
    ]);
  }, 120_000);

  test('· when the project in a whole archive was cut off, wherever that was', async () => {
    for (let length = 40; length < PROJECT.trimEnd().length; length += 10) {
      const settled = await attempt(t, qdpx(PROJECT.slice(0, length)));
      expect([length, settled.refused]).toEqual([length, expect.stringMatching(/was cut off/)]);
      expect([length, settled]).toEqual([length, expect.objectContaining({ left: {} })]);
    }
  }, 120_000);
});

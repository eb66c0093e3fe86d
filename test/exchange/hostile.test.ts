import { describe, expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { CODE, g, projectXml, qdpx, selection, SOURCE, TEXT, USER } from './a-project.ts';
import { attempt, codingsOf, imported } from './attempt.ts';
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
      /not well-formed XML/,
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
    ['it is a picture', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), /not written in UTF-8|not well-formed/],
    ['it is nothing', Buffer.alloc(0), /The file is empty|not well-formed/],
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
      expect.stringMatching(/not well-formed XML, or was cut off/),
    ]);
  }, 120_000);

  test('· when the project in a whole archive was cut off, wherever that was', async () => {
    for (let length = 40; length < PROJECT.trimEnd().length; length += 10) {
      const settled = await attempt(t, qdpx(PROJECT.slice(0, length)));
      expect([length, settled.refused]).toEqual([length, expect.stringMatching(/not well-formed XML, or was cut off/)]);
      expect([length, settled]).toEqual([length, expect.objectContaining({ left: {} })]);
    }
  }, 120_000);
});

describe('a file is read, and what is wrong with it is said', () => {
  const NOT_PLACED = 'not placed; the file’s positions are kept on record.';
  const EMOJI = 'A 😀 for the door';

  test.each<[what: string, bytes: Buffer, said: string, quotes: string[]]>([
    [
      'a passage is outside its text',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(11, 50, 500) })),
      `lost: Passages outside their text were ${NOT_PLACED}`,
      ['held the door'],
    ],
    [
      'a passage begins before its text',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(11, -3, 8) })),
      `lost: Passages outside their text were ${NOT_PLACED}`,
      ['held the door'],
    ],
    [
      'a passage is reversed',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(11, 8, 4) })),
      `lost: Passages that end before they begin were ${NOT_PLACED}`,
      ['held the door'],
    ],
    [
      'a position is no number',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(11, 'four', 8) })),
      `lost: Passages outside their text were ${NOT_PLACED}`,
      ['held the door'],
    ],
    [
      'a passage has no length',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(11, 8, 8) })),
      'kept: Passages without any length cannot be coded here; they are kept for the next export.',
      ['held the door'],
    ],
    [
      'a passage begins inside a character',
      qdpx(projectXml({ origin: 'NVivo', inSource: selection(10, 5, 8) + selection(11, 3, 8) }), EMOJI),
      `lost: Passages that begin or end in the middle of a character were ${NOT_PLACED}`,
      ['for'],
    ],
    [
      'a coding has a code that is not there',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(11, 0, 3, { code: g(99) }) })),
      'lost: Codings with a code that is not in the file cannot be held.',
      ['held the door'],
    ],
    [
      'a coder is not there',
      qdpx(projectXml().replace(`creatingUser="${USER}"`, `creatingUser="${g(98)}"`)),
      'unusual: Some coders or authors are not among the users of the file; they are called by the beginning of their GUID.',
      ['held the door'],
    ],
    [
      'its namespace is an older one',
      qdpx(projectXml({ namespace: 'urn:QDA-XML:project:0:10' })),
      'unusual: The file uses an older name for the format (urn:QDA-XML:project:0:10); it was read as REFI-QDA 1.0.',
      ['held the door'],
    ],
    [
      'its namespace is nobody’s',
      qdpx(projectXml({ namespace: 'urn:QDA-XML:project:0:4' })),
      'unusual: The file does not name REFI-QDA 1.0 as its format; it was read as if it did.',
      ['held the door'],
    ],
    [
      'it has no namespace',
      qdpx(projectXml({ namespace: '' })),
      'unusual: The file does not name REFI-QDA 1.0 as its format; it was read as if it did.',
      ['held the door'],
    ],
    [
      'two selections have one GUID',
      qdpx(projectXml({ inSource: selection(10, 4, 17) + selection(10, 0, 3) })),
      'changed: GUIDs that were used twice in the file, or are none, are replaced by others in the next export.',
      ['She', 'held the door'],
    ],
    [
      'a GUID is none',
      qdpx(projectXml({ inSource: selection(10, 4, 17).replace(g(10), 'passage-1') })),
      'changed: GUIDs that were used twice in the file, or are none, are replaced by others in the next export.',
      ['held the door'],
    ],
    [
      'its text is not UTF-8',
      qdpx(PROJECT, Buffer.from('Zoë held the door', 'latin1')),
      'changed: Texts that are not in UTF-8 were read as Windows-1252. Look at their letters.',
      ['held the door'],
    ],
    [
      'it has elements of nobody’s',
      qdpx(projectXml({ after: '<Surprise guid="x"/>' })),
      'unusual: Surprise stands in Project, where the format has no place for it.',
      ['held the door'],
    ],
  ])('· when %s', async (_, bytes, said, quotes) => {
    const { studyId, said: found } = await imported(t, bytes);
    expect(found).toContain(said);
    expect((await codingsOf(t, studyId)).map(({ quote }) => quote)).toEqual(quotes);
  });

  test('nothing is fetched and its codings stand in lines · when a text lies elsewhere', async () => {
    const outside = projectXml({ sourceAttributes: 'plainTextPath="absolute:///etc/passwd"' });
    const { studyId, said } = await imported(t, qdpx(outside));
    const bodies: string[] = await t.owner('note_revisions').where({ study_id: studyId }).pluck('body');
    expect(bodies.join()).not.toContain('root:');
    expect(said).toContain(
      'lost: Texts that the project refers to are not in the file. Their passages became lines that say where they are.',
    );
    expect((await codingsOf(t, studyId)).map(({ quote }) => quote)).toEqual(['[characters 4 to 17]']);
  });

  test.each([
    ['Trial.qde', 'sources/a.txt'],
    ['PROJECT.QDE', 'Sources/A.TXT'],
    ['Quiet corners/project.qde', 'Quiet corners/sources/a.txt'],
    ['project.qde', String.raw`Sources\a.txt`],
  ])('by whatever name · when its files are called %s and %s', async (project, text) => {
    const more = [
      { name: 'sources/.root', data: '' },
      { name: '__MACOSX/._project.qde', data: 'x' },
      { name: 'sources/', data: '' },
    ];
    const bytes = zipBytes([{ name: project, data: PROJECT }, { name: text, data: TEXT }, ...more]);
    expect(await codingsOf(t, (await imported(t, bytes)).studyId)).toEqual([
      { theme: 'Welcome', quote: 'held the door', coder: 'Ann' },
    ]);
  });

  test('another study is made and the first stays as it was · when a file of the same project comes again', async () => {
    const first = await imported(t, qdpx(PROJECT));
    const rows = await codingsOf(t, first.studyId);
    const second = await imported(t, qdpx(PROJECT));
    const other = await imported(t, qdpx(projectXml({ inSource: selection(10, 0, 3) })));
    expect(await codingsOf(t, first.studyId)).toEqual(rows);
    expect(await codingsOf(t, second.studyId)).toEqual(rows);
    expect((await codingsOf(t, other.studyId)).map(({ quote }) => quote)).toEqual(['She']);
    const ids: string[] = await t.owner('codings').whereIn('study_id', [first.studyId, second.studyId]).pluck('id');
    expect(new Set(ids).size).toBe(2);
    expect(SOURCE).not.toBe(ids[0]);
  });
});

describe('the world fails in mid-import: nothing is left behind, and a sentence says so', () => {
  async function failing(body: string): Promise<unknown> {
    await t.owner
      .raw(`create function fail_here() returns trigger language plpgsql security definer as $$ begin ${body} return new; end $$;
      create trigger fail_here before insert on codings for each row execute function fail_here()`);
    try {
      const withFile = projectXml({ sources: `<PDFSource guid="${g(40)}" name="Map" path="internal://map.pdf"/>` });
      return await attempt(t, qdpx(withFile, TEXT, [{ name: 'sources/map.pdf', data: '%PDF-1.4\n%%EOF' }]));
    } finally {
      await t.owner.raw('drop function fail_here() cascade');
    }
  }

  test('· when the database’s disk is full', async () => {
    const room = `raise exception using errcode = '53100', message = 'could not extend file';`;
    expect(await failing(room)).toEqual({
      refused: expect.stringMatching(/^The disk is full, so nothing was kept/),
      left: {},
    });
  });

  test('· when the database goes away', async () => {
    expect(await failing('perform pg_terminate_backend(pg_backend_pid());')).toEqual({
      refused: expect.stringMatching(/^The database could not be reached, so nothing was kept/),
      left: {},
    });
  });

  test('· when the program has a fault', async () => {
    expect(await failing(`raise exception 'surprise';`)).toEqual({
      refused: expect.stringMatching(/^It failed by a fault of this program/),
      left: {},
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { g, projectXml, qdpx, selection, SOURCE, TEXT, USER } from './a-project.ts';
import { attempt, codingsOf, imported } from './attempt.ts';
import { zipBytes } from './zip-bytes.ts';

// Files that are not as they should be and come in all the same; and a world that fails while one comes in.

const t = useTestApp();

const PROJECT = projectXml();

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
      'unusual: Some coders or authors are not among the users of the file; they are called as the file calls them, or by the beginning of their GUID, and are among its users in the next export.',
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
      'changed: Names and numbers that stand where the format asks for GUIDs were made GUIDs.',
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

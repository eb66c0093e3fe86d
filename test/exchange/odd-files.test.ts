import { describe, expect, test } from '@jest/globals';
import { listNotes } from '../../server/notes/note-list-queries.ts';
import { useTestApp } from '../support/test-app.ts';
import { CODE, g, projectXml, qdpx, selection, SOURCE, TEXT, USER } from './a-project.ts';
import { codingsOf, imported } from './attempt.ts';
import { exportedXml } from './support.ts';
import { zipBytes } from './zip-bytes.ts';

// Files that are well meant and not quite what the standard says: they come in, and what leaves is what it says.

const t = useTestApp();

const exported = (studyId: string): Promise<string> => exportedXml(t, studyId);

const quotesOf = async (studyId: string): Promise<string[]> => (await codingsOf(t, studyId)).map(({ quote }) => quote);

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('a project is read', () => {
  const xml = projectXml({ after: '<Description>Café “Rosa”</Description>' });
  const windows = Buffer.from(
    xml.replace('encoding="utf-8"', 'encoding="windows-1252"').replace('“', '\u0093').replace('”', '\u0094'),
    'latin1',
  );
  test.each<[what: string, bytes: Buffer, said: string]>([
    ['in UTF-16 with its mark', Buffer.from(`\ufeff${xml}`, 'utf16le'), 'utf-16le'],
    ['in UTF-16 of the other order', bigEndian(`\ufeff${xml}`), 'utf-16be'],
    ['in UTF-16 without a mark', Buffer.from(xml, 'utf16le'), 'utf-16le'],
    ['in the encoding that it says it has', windows, 'windows-1252'],
  ])('· when it is %s', async (_, bytes, said) => {
    const study = await imported(t, qdpx(bytes));
    expect(await quotesOf(study.studyId)).toEqual(['held the door']);
    expect(study.said).toContain(`unusual: The project is written in ${said}; the format asks for UTF-8.`);
    expect(await exported(study.studyId)).toContain('<Description>Café “Rosa”</Description>');
  });

  test('with its text · when path and file differ in the braces of a GUID, or in how a blank is written', async () => {
    const guid = 'ABCDEF01-0000-4000-8000-00000000000A';
    for (const [path, entry] of [
      [`internal://{${guid}}.txt`, `${guid}.txt`],
      [`internal://${guid}.txt`, `{${guid}}.txt`],
      ['internal://Tuesday%20visit.txt', 'Tuesday visit.txt'],
    ]) {
      const project = projectXml({ sourceAttributes: `plainTextPath="${path}"` });
      const bytes = zipBytes([
        { name: 'project.qde', data: project },
        { name: `sources/${entry}`, data: TEXT },
      ]);
      expect([path, await quotesOf((await imported(t, bytes)).studyId)]).toEqual([path, ['held the door']]);
    }
  });

  test('with its quotation marks · when a text is in Windows-1252', async () => {
    const text = Buffer.from('She said \u0093come in\u0094 \u0096 for \u00805.', 'latin1');
    const { studyId } = await imported(t, qdpx(projectXml({ inSource: selection(10, 9, 27) }), text));
    expect(await quotesOf(studyId)).toEqual(['“come in” – for €5']);
  });

  test('with a word about it · when a text came only as a formatted document', async () => {
    const project = projectXml({ sourceAttributes: 'richTextPath="internal://a.docx"' });
    const { said } = await imported(t, qdpx(project, TEXT, [{ name: 'sources/a.docx', data: 'PK' }]));
    expect(said).toContainEqual(expect.stringMatching(/^lost: Texts that came only as a formatted document/));
  });

  test('at its place · when a position is written as 4.0', async () => {
    const { studyId } = await imported(t, qdpx(projectXml({ inSource: selection(10, '4.0', '17.0') })));
    expect(await quotesOf(studyId)).toEqual(['held the door']);
    expect(await exported(studyId)).toContain('startPosition="4" endPosition="17"');
  });

  test('with all that refers to them · when codes, users and sources have names for GUIDs', async () => {
    const named = projectXml()
      .replaceAll(CODE, 'welcome')
      .replaceAll(USER, 'ann')
      .replaceAll(SOURCE, 'cafe')
      .replace('<TextSource ', '<TextSource creatingUser="Somebody else" ');
    const { studyId, said } = await imported(t, qdpx(named));
    expect(await codingsOf(t, studyId)).toEqual([{ theme: 'Welcome', quote: 'held the door', coder: 'Ann' }]);
    expect(said).toContainEqual(expect.stringMatching(/^changed: Names and numbers that stand where the format asks/));
    const out = await exported(studyId);
    expect(/<CodeRef targetGUID="([^"]+)"/.exec(out)![1]).toBe(/<Code guid="([^"]+)"/.exec(out)![1]);
    expect(/<Coding [^>]*creatingUser="([^"]+)"/.exec(out)![1]).toBe(/<User guid="([^"]+)"/.exec(out)![1]);
  });
});

test('texts of one second · stand in the list of notes as they stand in the file', async () => {
  const second = 'creationDateTime="2024-10-18T23:23:46Z"';
  const named = Array.from({ length: 12 }, (_, place) => `Interview ${place + 1}`);
  const sources = named
    .map(
      (name, place) =>
        `<TextSource guid="${g(900 - place)}" name="${name}" plainTextPath="internal://a.txt" ${second}/>`,
    )
    .join('');
  const project = projectXml({ sourceAttributes: `plainTextPath="internal://a.txt" ${second}`, sources });
  const { studyId } = await imported(t, qdpx(project));
  const { author_id: author } = await t.owner('notes').where({ study_id: studyId }).first();
  const { notes } = await t.owner.transaction((trx) => listNotes(trx, { author }, { reader: author, size: 20 }));
  expect(notes.map(({ title }) => title)).toEqual(['Cafe', ...named]);
});

test('a user, a variable or a set that is there twice is one · and what refers to it means the first', async () => {
  const twice = (one: string): string => one + one.replace(/name="[^"]*"/, 'name="Other"');
  const variables = `<Variables>${twice(`<Variable guid="${g(31)}" name="Age" typeOfVariable="Text"/>`)}</Variables>`;
  const after = `<Sets>${twice(`<Set guid="${g(32)}" name="Cafes"><MemberSource targetGUID="${SOURCE}"/></Set>`)}</Sets>`;
  const project = projectXml({ variables, after }).replace(
    '</Users>',
    `<User guid="${USER}" name="Ann again"/></Users>`,
  );
  const { studyId, said } = await imported(t, qdpx(project));
  expect(await codingsOf(t, studyId)).toEqual([{ theme: 'Welcome', quote: 'held the door', coder: 'Ann' }]);
  expect(said).toContain('lost: Users whose GUID another user has were taken as that one.');
  const out = await exported(studyId);
  expect([...out.matchAll(/<Variable [^>]*name="(Age|Other)"|<Set [^>]*name="(Cafes|Other)"/g)]).toHaveLength(4);
});

describe('a project leaves again as the standard has it', () => {
  test('· when a marked area and its words share a GUID (ATLAS.ti)', async () => {
    const area =
      `<PDFSelection guid="${g(41)}" page="0" firstX="1" firstY="2" secondX="3" secondY="1">` +
      `<Representation guid="${g(41)}" plainTextPath="internal://w.txt"/>` +
      `<Coding guid="${g(42)}"><CodeRef targetGUID="${CODE}"/></Coding></PDFSelection>`;
    const sources = `<PDFSource guid="${g(40)}" name="Map" path="internal://b.pdf">${area}</PDFSource>`;
    const more = [
      { name: 'sources/w.txt', data: 'a quiet corner' },
      { name: 'sources/b.pdf', data: '%PDF-1.4' },
    ];
    const { studyId } = await imported(t, qdpx(projectXml({ sources }), TEXT, more));
    const out = await exported(studyId);
    expect(out.match(new RegExp(g(41), 'g'))).toHaveLength(1);
    expect(out).toContain('<PlainTextContent>a quiet corner</PlainTextContent>');
  });

  test('· when points of time share the GUID of something else', async () => {
    const transcript =
      `<Transcript guid="${g(51)}" plainTextPath="internal://t.txt">` +
      `<SyncPoint guid="${g(50)}" timeStamp="0" position="0"/><SyncPoint guid="${g(53)}" timeStamp="9" position="5"/>` +
      `<TranscriptSelection guid="${g(54)}" fromSyncPoint="${g(50)}" toSyncPoint="${g(53)}">` +
      `<Coding guid="${g(55)}"><CodeRef targetGUID="${CODE}"/></Coding></TranscriptSelection></Transcript>`;
    const sources = `<AudioSource guid="${g(50)}" name="Talk" path="internal://b.m4a">${transcript}</AudioSource>`;
    const more = [
      { name: 'sources/t.txt', data: 'Hello there' },
      { name: 'sources/b.m4a', data: 'x' },
    ];
    const { studyId } = await imported(t, qdpx(projectXml({ sources }), TEXT, more));
    const out = await exported(studyId);
    const points = [...out.matchAll(/<SyncPoint guid="([^"]+)"/g)].map(([, guid]) => guid);
    expect(points[0]).not.toBe(g(50));
    expect(out).toContain(`fromSyncPoint="${points[0]}" toSyncPoint="${points[1]}"`);
  });

  test('· when whoever made it is not among its users (NVivo for Windows)', async () => {
    const project = projectXml().replace('<Project ', `<Project creatingUserGUID="${g(77)}" `);
    const { studyId } = await imported(t, qdpx(project));
    expect(await exported(studyId)).not.toContain('creatingUserGUID');
  });

  test('· when dates, colours and values are not what they should be', async () => {
    const value = (variable: number, kind: string, text: string): string =>
      `<VariableValue><VariableRef targetGUID="${g(variable)}"/><${kind}>${text}</${kind}></VariableValue>`;
    const variables = `<Variables><Variable guid="${g(31)}" name="Age" typeOfVariable="Number"/></Variables>`;
    const inSource =
      selection(10, 4, 17).replace('<Coding ', '<Coding creationDateTime="2020-05-01 10:00:00" ') +
      value(31, 'IntegerValue', 'about forty') +
      value(31, 'FloatValue', '1e-7') +
      value(31, 'BooleanValue', 'True');
    const after = `<Links><Link guid="${g(61)}" color="red" direction="both" originGUID="${CODE}" targetGUID="${CODE}"/></Links>`;
    const project = projectXml({ variables, inSource, after })
      .replace('isCodable="true"', '')
      .replace('<Project ', '<Project creationDateTime="yesterday" v:made="2" xmlns:v="urn:vendor" ');
    const { studyId, said } = await imported(t, qdpx(project));
    expect(said).toContain('lost: Project has an attribute made, which the format does not have; it was passed over.');
    const [{ created_at: at }] = await t.owner('codings').where({ study_id: studyId });
    expect((at as Date).toISOString()).toBe('2020-05-01T10:00:00.000Z');
    const out = await exported(studyId);
    expect(out).toContain('creationDateTime="2020-05-01T10:00:00"');
    expect(out).toContain('<TextValue>about forty</TextValue>');
    expect(out).toContain('<FloatValue>0.0000001</FloatValue>');
    expect(out).toContain('<BooleanValue>true</BooleanValue>');
    expect(out).toContain('typeOfVariable="Text"');
    expect(out).toMatch(/<Code [^>]*isCodable="true"/);
    expect(out).not.toMatch(/color="red"|direction=|yesterday|made=/);
  });
});

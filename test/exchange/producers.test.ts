import { describe, expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { CODE, g, projectXml, qdpx, selection, SOURCE, TEXT, USER } from './a-project.ts';
import { codingsOf, imported } from './attempt.ts';
import { exportedXml } from './support.ts';

// What programs write that the standard does not say, or says otherwise: each must come in, be counted, and leave again as
// a file without faults.

const t = useTestApp();

const exported = (studyId: string): Promise<string> => exportedXml(t, studyId);

const agenciesOf = (studyId: string): Promise<string[]> =>
  t.owner('agencies').where({ study_id: studyId }).orderBy('name').pluck('name');
const themesOf = (studyId: string) =>
  t.owner('themes').where({ study_id: studyId }).orderBy('position').select('name', 'colour', 'definition');
const memosOf = (studyId: string) =>
  t.owner('memos').where({ study_id: studyId }).orderBy('body').select('body', 'note_id', 'theme_id', 'coding_id');
const coding = (number: number, code: string): string =>
  `<Coding guid="${g(number)}"><CodeRef targetGUID="${code}"/></Coding>`;
const note = (number: number, text: string): string =>
  `<Note guid="${g(number)}"><PlainTextContent>${text}</PlainTextContent></Note>`;

describe('cases', () => {
  test('are agencies beside the theme · when a case has the GUID of a code (NVivo for Mac)', async () => {
    const cases = `<Cases><Case guid="${CODE}" name="BlueSCI"/></Cases>`;
    const { studyId } = await imported(t, qdpx(projectXml({ cases, origin: 'NVivo 12 Mac' })));
    expect(await agenciesOf(studyId)).toEqual(expect.arrayContaining(['BlueSCI']));
    expect((await themesOf(studyId)).map(({ name }) => name)).toEqual(['Welcome']);
    expect((await codingsOf(t, studyId)).map(({ theme, quote }) => [theme, quote])).toEqual([
      ['Welcome', 'held the door'],
    ]);
    const xml = await exported(studyId);
    expect(xml.match(new RegExp(` guid="${CODE}"`, 'g'))).toHaveLength(1);
  });

  test('own the sources that are coded with their GUID, which becomes a theme (NVivo for Mac)', async () => {
    const cases = `<Cases><Case guid="${g(20)}" name="BlueSCI"/><Case guid="${g(21)}" name="Elsewhere"/></Cases>`;
    const inSource = selection(10, 4, 17) + coding(600, g(20));
    const { studyId } = await imported(t, qdpx(projectXml({ cases, inSource, origin: 'NVivo 12 Mac' })));
    const [visit] = await t
      .owner('visits')
      .join('agencies', 'agencies.id', 'visits.agency_id')
      .where({ 'visits.study_id': studyId })
      .select('agencies.name');
    expect(visit.name).toBe('BlueSCI');
    expect((await codingsOf(t, studyId)).map(({ theme, quote }) => [theme, quote])).toEqual(
      [
        ['Welcome', 'held the door'],
        ['BlueSCI', TEXT],
      ].toSorted((a, b) => (a[1] === TEXT ? -1 : b[1] === TEXT ? 1 : 0)),
    );
    expect(await exported(studyId)).toContain(`<CodeRef targetGUID="${g(20)}"/>`);
  });

  test('without a name are called after their only source (MAXQDA, Quirkos)', async () => {
    const cases = `<Cases><Case guid="${g(20)}"><VariableValue><VariableRef targetGUID="${g(30)}"/><TextValue>North</TextValue></VariableValue><SourceRef targetGUID="${SOURCE}"/></Case></Cases>`;
    const variables = `<Variables><Variable guid="${g(30)}" name="Region" typeOfVariable="Text"/></Variables>`;
    const { studyId } = await imported(t, qdpx(projectXml({ cases, variables, origin: 'MAXQDA 24' })));
    expect(await agenciesOf(studyId)).toEqual(['Cafe']);
    const xml = await exported(studyId);
    expect(xml).toContain('<TextValue>North</TextValue>');
    // It has no name in the file that leaves either.
    expect(xml).toContain(`<Case guid="${g(20)}">`);
  });
});

describe('memos', () => {
  test('stand with what a link says they are about (NVivo)', async () => {
    const link = (number: number, from: number | string, to: number | string) =>
      `<Link guid="${g(number)}" direction="Associative" originGUID="${typeof from === 'number' ? g(from) : from}" targetGUID="${typeof to === 'number' ? g(to) : to}"/>`;
    const after = `<Notes>${note(50, 'On the source')}${note(51, 'On the passage')}${note(52, 'On the code')}${note(53, 'Free')}</Notes>
      <Links>${link(60, SOURCE, 50)}${link(61, 51, 10)}${link(62, 52, CODE)}</Links>`;
    const { studyId } = await imported(t, qdpx(projectXml({ after, origin: 'NVivo 12' })));
    const memos = await memosOf(studyId);
    const about = Object.fromEntries(
      memos.map((memo) => [
        memo.body,
        memo.coding_id ? 'coding' : memo.theme_id ? 'theme' : memo.note_id ? 'note' : 'study',
      ]),
    );
    expect(about).toEqual({
      'On the source': 'note',
      'On the passage': 'coding',
      'On the code': 'theme',
      Free: 'study',
    });
    expect((await exported(studyId)).match(/<Link /g)).toHaveLength(3);
  });

  test('of passages that are marked and not coded are kept (f4, MAXQDA)', async () => {
    const inSource = `${selection(10, 4, 17)}<PlainTextSelection guid="${g(11)}" startPosition="0" endPosition="3"><Description>Who is she?</Description><NoteRef targetGUID="${g(50)}"/></PlainTextSelection>`;
    const { studyId, preview } = await imported(
      t,
      qdpx(projectXml({ inSource, after: `<Notes>${note(50, 'Ask her')}</Notes>`, origin: 'f4 2025' })),
    );
    expect([preview.counts.selections, preview.counts.codings, preview.counts.memos]).toEqual([2, 1, 1]);
    expect((await memosOf(studyId))[0]).toMatchObject({ body: 'Ask her', note_id: expect.any(String) });
    const xml = await exported(studyId);
    expect(xml).toContain('<Description>Who is she?</Description>');
    expect(xml.match(/<PlainTextSelection /g)).toHaveLength(2);
  });
});

describe('codes', () => {
  test.each([
    ['#1D70B8', '#1d70b8'],
    ['#1d7', '#11dd77'],
    ['#1D70B8FF', '#1d70b8'],
    ['rgba(29, 112, 184, 0.5)', '#1d70b8'],
    ['rgb(29,112,184)', '#1d70b8'],
  ])('have a colour that is one · when it is written as %s', async (color, expected) => {
    const codes = `<Code guid="${CODE}" name="Welcome" isCodable="true" color="${color}"/>`;
    const { studyId } = await imported(t, qdpx(projectXml({ codes })));
    expect((await themesOf(studyId))[0]).toMatchObject({ colour: expected });
    expect(await exported(studyId)).toMatch(/<Code [^>]*color="#([0-9A-F]{3}|[0-9A-F]{6})"/i);
  });

  test('keep their order and their headings, and names that come twice are told apart (NVivo)', async () => {
    const codes = `<Code guid="${g(70)}" name="Nodes" isCodable="false"><Description></Description><Code guid="${CODE}" name="Trust" isCodable="true"/><Code guid="${g(71)}" name="Trust" isCodable="true"/></Code><Code guid="${g(72)}" name="Work::Pay" isCodable="1"/>`;
    const { studyId, preview } = await imported(t, qdpx(projectXml({ codes, origin: 'NVivo 12' })));
    expect(preview.counts.codes).toBe(4);
    expect((await themesOf(studyId)).map(({ name }) => name)).toEqual(['Nodes', 'Trust', 'Trust (2)', 'Work::Pay']);
    const xml = await exported(studyId);
    // As it came: the name twice, the heading, the empty description.
    expect(xml.match(/name="Trust"/g)).toHaveLength(2);
    expect(xml).toContain('name="Nodes" isCodable="false"');
    expect(xml).toContain('<Description/>');
  });

  test('are found · when GUIDs stand in braces and in other letters', async () => {
    const xml = projectXml()
      .replaceAll('00000000-0000-4000-8000-000000000002', '{AAAAAAAA-BBBB-0CCC-0DDD-00000000000E}')
      .replace('targetGUID="{AAAAAAAA', 'targetGUID="{aaaaAAAA');
    const { studyId } = await imported(t, qdpx(xml));
    expect((await codingsOf(t, studyId)).map(({ theme }) => theme)).toEqual(['Welcome']);
    expect(await exported(studyId)).toContain('guid="AAAAAAAA-BBBB-0CCC-0DDD-00000000000E"');
  });
});

describe('sources', () => {
  test.each([
    ['without internal:// (qc)', 'plainTextPath="a.txt"', true],
    ['with a folder', 'plainTextPath="internal://sources/a.txt"', true],
    ['as a Windows path', String.raw`plainTextPath="internal://Sources\A.TXT"`, true],
    [
      'and of rich text that is plain (ATLAS.ti)',
      'richTextPath="internal://a.txt" plainTextPath="internal://a.txt"',
      false,
    ],
  ])('have their text · when its path is written %s', async (_, sourceAttributes) => {
    const { studyId } = await imported(t, qdpx(projectXml({ sourceAttributes })));
    expect((await codingsOf(t, studyId)).map(({ quote }) => quote)).toEqual(['held the door']);
    await exported(studyId);
  });

  test('may hold their text in the project itself', async () => {
    const bytes = qdpx(
      projectXml({
        sourceAttributes: '',
        inSource: `<PlainTextContent>Tea\n${TEXT}</PlainTextContent>${selection(10, 8, 21)}`,
      }),
    );
    expect((await codingsOf(t, (await imported(t, bytes)).studyId)).map(({ quote }) => quote)).toEqual([
      'held the door',
    ]);
  });

  test('of one name are two notes (MAXQDA)', async () => {
    const sources = `<TextSource guid="${g(80)}" name="Cafe" plainTextPath="internal://b.txt">${selection(11, 0, 4)}</TextSource>`;
    const { studyId } = await imported(
      t,
      qdpx(projectXml({ sources }), TEXT, [{ name: 'sources/b.txt', data: 'They laughed.' }]),
    );
    expect(await t.owner('note_revisions').where({ study_id: studyId }).pluck('title')).toEqual(['Cafe', 'Cafe']);
    expect((await codingsOf(t, studyId)).map(({ quote }) => quote).toSorted()).toEqual(['They', 'held the door']);
  });

  test('marked areas of pictures and pages have lines of their own, and leave as they came', async () => {
    const sources = `<PictureSource guid="${g(80)}" name="Sketch" path="internal://s.png"><PictureSelection guid="${g(81)}" firstX="10" firstY="90" secondX="60" secondY="20">${coding(601, CODE)}</PictureSelection></PictureSource>
      <PDFSource guid="${g(82)}" name="Leaflet" path="internal://l.pdf"><PDFSelection guid="${g(83)}" page="0" firstX="1" firstY="2" secondX="3" secondY="4">${coding(602, CODE)}</PDFSelection><Representation guid="${g(82)}" plainTextPath="internal://l.txt">${selection(84, 0, 4)}</Representation></PDFSource>`;
    const { studyId, preview } = await imported(
      t,
      qdpx(projectXml({ sources, origin: 'ATLAS.ti 9' }), TEXT, [
        { name: 'sources/l.txt', data: 'Come and see us.' },
        { name: 'sources/l.pdf', data: '%PDF-1.4 x' },
      ]),
    );
    expect([preview.counts.selections, preview.counts.codings]).toEqual([4, 4]);
    const quotes = (await codingsOf(t, studyId)).map(({ quote }) => quote);
    // Pages are counted from 0 in the format, and from 1 by people.
    expect(quotes.toSorted()).toEqual(
      ['Come', '[area 10,90 to 60,20]', '[page 1, 1,2 to 3,4]', 'held the door'].toSorted(),
    );
    const xml = await exported(studyId);
    expect(xml).toContain('firstX="10" firstY="90" secondX="60" secondY="20"');
    expect(xml).toContain('page="0" firstX="1" firstY="2" secondX="3" secondY="4"');
    // The document keeps the GUID that its text has as well: others refer to the document.
    expect(xml).toMatch(new RegExp(`<PDFSource guid="${g(82)}"`));
    expect(xml).not.toContain('basePath');
  });

  test('a passage that ends one place after its text ends with it', async () => {
    const inSource = selection(10, TEXT.length - 7, TEXT.length + 1) + selection(11, 0, TEXT.length + 2);
    const { studyId, said } = await imported(t, qdpx(projectXml({ inSource })));
    expect((await codingsOf(t, studyId)).map(({ quote }) => quote)).toEqual(['garden.']);
    expect(said).toContain('changed: Passages that end one place after the end of their text end with the text.');
    expect(said).toContain(
      'lost: Passages outside their text were not placed; the file’s positions are kept on record.',
    );
    expect(await exported(studyId)).toContain(`startPosition="${TEXT.length - 7}" endPosition="${TEXT.length}"`);
  });
});

describe('the rest', () => {
  test.each([
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T09:08:09+02:00', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.123456Z', '2024-05-06T07:08:09.123Z'],
    ['1969-05-06T07:08:09Z', '1969-05-06T07:08:09.000Z'],
  ])('a coding has its date · when it is written as %s', async (written, expected) => {
    const inSource = selection(10, 4, 17).replace('<Coding ', `<Coding creationDateTime="${written}" `);
    const { studyId } = await imported(t, qdpx(projectXml({ inSource })));
    const [{ created_at: at }] = await t.owner('codings').where({ study_id: studyId });
    expect((at as Date).toISOString()).toBe(expected);
  });

  test('empty containers, a wrong order and attributes of nobody’s are read, and do not leave again', async () => {
    const inSource = `<VariableValue><VariableRef targetGUID="${g(30)}"/><TextValue/></VariableValue>${selection(10, 4, 17)}`;
    const variables = `<Variables><Variable guid="${g(30)}" name="Person:Age" typeOfVariable="Text"/></Variables>`;
    const after = `<Links/><Sets/><Graphs></Graphs>`;
    const xml = projectXml({ inSource, variables, after }).replace(
      `<User guid="${USER}"`,
      `<User guid="${USER}" email="ann@example.org"`,
    );
    const { studyId, said } = await imported(t, qdpx(xml));
    expect(said).toEqual(
      expect.arrayContaining([
        'unusual: Sets is empty; the format leaves it out then.',
        'unusual: PlainTextSelection comes after VariableValue in TextSource; the format has them the other way round.',
      ]),
    );
    expect((await codingsOf(t, studyId)).map(({ quote }) => quote)).toEqual(['held the door']);
    const out = await exported(studyId);
    expect(out).toContain('<TextValue/>');
    expect(out).not.toContain('<Sets');
    expect(out).not.toContain('ann@example.org');
  });

  test('two coders of one passage are two codings, and one coder twice is one', async () => {
    const inSource = selection(10, 4, 17) + selection(11, 4, 17).replace(USER, g(90)) + selection(12, 4, 17);
    const xml = projectXml({ inSource }).replace('</Users>', `<User guid="${g(90)}" name="Ben"/></Users>`);
    const { studyId, said } = await imported(t, qdpx(xml));
    expect((await codingsOf(t, studyId)).map(({ coder }) => coder).toSorted()).toEqual(['Ann', 'Ben']);
    expect(said).toContain(
      'kept: Codings that one coder gave twice to the same words are held once; the second is kept for the next export.',
    );
    expect((await exported(studyId)).match(/<Coding /g)).toHaveLength(3);
  });
});

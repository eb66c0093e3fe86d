import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkProject } from '../../server/exchange/export/check-service.ts';
import { NVIVO, STANDARD } from '../../server/exchange/refi/profile.ts';
import { useTestApp } from '../support/test-app.ts';
import { g, qdpx } from './a-project.ts';
import { attempt } from './attempt.ts';
import { exportStudy, LIMIT } from './support.ts';

// A study that came in can always leave again, whatever its file called things and whatever referred to what: GUIDs that
// several kinds of things share, references to something of another kind, to nothing, to the element itself.

const t = useTestApp();
// FUZZ_SEED repeats a run.
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Writes an element of every kind, each GUID and each reference as `next` gives them. */
function projectOf(next: () => string): string {
  const guid = (): string => `guid="${next()}"`;
  const by = (): string => `creatingUser="${next()}" modifyingUser="${next()}"`;
  const refer = (name: string): string => `<${name} targetGUID="${next()}"/>`;
  const coding = (): string =>
    `<Coding ${guid()} creatingUser="${next()}">${refer('CodeRef')}${refer('NoteRef')}</Coding>`;
  const value = (): string => `<VariableValue>${refer('VariableRef')}<TextValue>North</TextValue></VariableValue>`;
  const described = '<Description>Tea</Description>';
  const passage = (start: number, end: number): string =>
    `<PlainTextSelection ${guid()} ${by()} startPosition="${start}" endPosition="${end}">${described}${coding()}${refer('NoteRef')}</PlainTextSelection>`;
  const area = `firstX="1" firstY="2" secondX="3" secondY="4"`;
  const ends = [coding(), refer('NoteRef'), value()].join('');
  const code = (inside = ''): string =>
    `<Code ${guid()} name="Trust" isCodable="true">${refer('NoteRef')}${inside}</Code>`;
  const oneCase = (): string =>
    `<Case ${guid()} name="North">${described}${refer('CodeRef')}${value()}${refer('SourceRef')}${refer('SelectionRef')}</Case>`;
  const [from, to] = [next(), next()];
  return `<Project xmlns="urn:QDA-XML:project:1.0" name="Any" origin="NVivo" creatingUserGUID="${next()}">
<Users><User ${guid()} name="Ann"/><User ${guid()} name="Ben"/></Users>
<CodeBook><Codes>${code(code())}${code()}</Codes></CodeBook>
<Variables><Variable ${guid()} name="Region" typeOfVariable="Text"/></Variables>
<Cases>${oneCase()}${oneCase()}</Cases>
<Sources>
<TextSource ${guid()} ${by()} plainTextPath="internal://a.txt">${described}${passage(0, 3)}${passage(4, 8)}${ends}</TextSource>
<PDFSource ${guid()} name="Leaflet"><PDFSelection ${guid()} page="1" ${area}>${coding()}</PDFSelection><Representation ${guid()} plainTextPath="internal://a.txt">${passage(4, 8)}</Representation>${ends}</PDFSource>
<AudioSource ${guid()}><Transcript ${guid()} plainTextPath="internal://a.txt"><SyncPoint guid="${from}" timeStamp="0" position="0"/><SyncPoint guid="${to}" timeStamp="9" position="8"/><TranscriptSelection ${guid()} fromSyncPoint="${from}" toSyncPoint="${to}">${coding()}</TranscriptSelection></Transcript></AudioSource>
</Sources>
<Notes><Note ${guid()} ${by()}><PlainTextContent>Ask her</PlainTextContent></Note><Note ${guid()} ${by()}><PlainTextContent>About the door</PlainTextContent>${passage(6, 14)}</Note></Notes>
<Links><Link ${guid()} originGUID="${next()}" targetGUID="${next()}">${refer('NoteRef')}</Link></Links>
<Sets><Set ${guid()} name="All">${described}${refer('MemberCode')}<MemberSource guid="${next()}"/>${refer('MemberNote')}</Set></Sets>
<Graphs><Graph ${guid()}><Vertex guid="${from}" representedGUID="${next()}" firstX="1" firstY="2"/><Edge ${guid()} sourceVertex="${from}" targetVertex="${from}" representedGUID="${next()}"/></Graph></Graphs>
${described}${refer('NoteRef')}</Project>`;
}

const MOST = 90;
const choices = fc.oneof(
  // A GUID of its own, one of a few that are shared, or one that nothing has.
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 1, arbitrary: fc.constant(999) },
);

test('what came in leaves again as a file without faults, whatever refers to whatever', async () => {
  let cameIn = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(choices, { minLength: MOST, maxLength: MOST }),
      fc.constantFrom('qdpx', 'qdpx-nvivo'),
      async (given, format) => {
        let at = 0;
        const project = projectOf(() => {
          const choice = given[at % MOST];
          at += 1;
          return g(choice ?? 1000 + at);
        });
        const settled = await attempt(t, qdpx(project, 'She held the door open.'));
        if (settled.refused !== undefined) {
          // Two things of one kind with one GUID.
          expect(settled).toMatchObject({ refused: expect.stringContaining('uses one GUID'), left: {} });
          return;
        }
        cameIn += 1;
        const { file } = await exportStudy(t, settled.studyId, format);
        expect(await checkProject(file, format === 'qdpx' ? STANDARD : NVIVO, LIMIT)).toEqual([]);
        expect((await attempt(t, await readFile(file))).refused).toBeUndefined();
      },
    ),
    { numRuns: 60, seed, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false },
  );
  expect(cameIn).toBeGreaterThan(10);
});

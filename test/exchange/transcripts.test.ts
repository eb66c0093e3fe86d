import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { useTestApp } from '../support/test-app.ts';
import { CODE, g, projectXml, qdpx, TEXT } from './a-project.ts';
import { codingsOf, imported } from './attempt.ts';
import { exportedXml, exportStudy } from './support.ts';

const t = useTestApp();

const exported = (studyId: string): Promise<string> => exportedXml(t, studyId);
const coding = (number: number, code: string): string =>
  `<Coding guid="${g(number)}"><CodeRef targetGUID="${code}"/></Coding>`;

test('stretches of a transcript tell how positions are counted, and leave as our text has them', async () => {
  // As UTF-16, each stretch is a word; as code points they would begin and end within one.
  const words = '🎤🎤🎤 Welcome everybody to our garden meeting today';
  const point = (number: number, position: number): string =>
    `<SyncPoint guid="${g(number)}" timeStamp="${number * 100}" position="${position}"/>`;
  const starts = [...words.matchAll(/[a-z]+/gi)].map((match) => [match.index, match.index + match[0].length]);
  const points = starts.flatMap(([start, end], at) => [point(100 + 2 * at, start!), point(101 + 2 * at, end!)]);
  const stretches = starts.map(
    (_, at) =>
      `<TranscriptSelection guid="${g(200 + at)}" fromSyncPoint="${g(100 + 2 * at)}" toSyncPoint="${g(101 + 2 * at)}">${coding(600 + at, CODE)}</TranscriptSelection>`,
  );
  const sources = `<AudioSource guid="${g(80)}" name="Talk" path="relative:///talk.mp3"><Transcript guid="${g(81)}" plainTextPath="internal://talk.txt">${points.join('')}${stretches.join('')}</Transcript></AudioSource>`;
  const file = qdpx(projectXml({ sources, inSource: '' }), TEXT, [{ name: 'sources/talk.txt', data: words }]);
  const { studyId, preview } = await imported(t, file);
  expect([preview.profile.fits, preview.profile.of]).toEqual([7, 7]);
  const quotes = async (study: string): Promise<string[]> =>
    (await codingsOf(t, study)).map(({ quote }) => quote).toSorted();
  expect(await quotes(studyId)).toEqual('Welcome everybody garden meeting our to today'.split(' ').toSorted());
  const xml = await exported(studyId);
  expect(xml).toContain(`<SyncPoint guid="${g(100)}" timeStamp="10000" position="4"/>`);
  const again = await imported(t, await readFile((await exportStudy(t, studyId)).file));
  expect(await quotes(again.studyId)).toEqual(await quotes(studyId));
});

test('stretches of a transcript are the words between its points of time', async () => {
  const point = (number: number, time: number, position: number) =>
    `<SyncPoint guid="${g(number)}" timeStamp="${time}" position="${position}"/>`;
  const sources = `<AudioSource guid="${g(80)}" name="Talk" path="relative:///talk.mp3"><Transcript guid="${g(81)}" plainTextPath="internal://talk.txt">${point(82, 0, 0)}${point(83, 900, 9)}<TranscriptSelection guid="${g(84)}" fromSyncPoint="${g(82)}" toSyncPoint="${g(83)}">${coding(601, CODE)}</TranscriptSelection></Transcript><AudioSelection guid="${g(85)}" begin="61000" end="65000">${coding(602, CODE)}</AudioSelection></AudioSource>`;
  const { studyId } = await imported(
    t,
    qdpx(projectXml({ sources }), TEXT, [{ name: 'sources/talk.txt', data: 'Well then, let us begin.' }]),
  );
  expect((await codingsOf(t, studyId)).map(({ quote }) => quote).toSorted()).toEqual(
    ['Well then', '[00:01:01 to 00:01:05]', 'held the door'].toSorted(),
  );
  await exported(studyId);
});

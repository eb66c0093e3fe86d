import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import yauzl from 'yauzl';
import { zipped } from '../../server/documents/zip-service.ts';

test('zipped() · carries no time: every part is of the first day that a ZIP knows', async () => {
  const zip = await yauzl.fromBufferPromise(await buffer(zipped([{ name: 'a.txt', content: ['one ', 'two'] }])));
  for await (const entry of zip.eachEntry()) {
    // 1 January 1980, midnight: year 0, month 1, day 1 in seven, four and five bits.
    expect([entry.lastModFileDate, entry.lastModFileTime, entry.extraFields]).toEqual([33, 0, []]);
    expect((await buffer(await zip.openReadStreamPromise(entry))).toString()).toBe('one two');
  }
  expect.assertions(2);
});

test('zipped() · fails as its parts fail', async () => {
  function* broken(): Generator<string> {
    yield 'begun';
    throw new Error('no more');
  }
  await expect(buffer(zipped([{ name: 'a.txt', content: broken() }]))).rejects.toThrow('no more');
});

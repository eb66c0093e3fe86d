import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import yauzl from 'yauzl';
import { createZip } from '../../server/exchange/export/zip-writing.ts';

type Read = { name: string; text: string; date: number; time: number };

async function read(bytes: Buffer): Promise<Read[]> {
  const zip = await yauzl.fromBufferPromise(bytes, { validateEntrySizes: true });
  const entries: Read[] = [];
  for await (const entry of zip.eachEntry())
    entries.push({
      name: entry.fileName,
      // The reader compares lengths and checksums on the way.
      text: (await buffer(await zip.openReadStreamPromise(entry))).toString(),
      date: entry.lastModFileDate,
      time: entry.lastModFileTime,
    });
  return entries;
}

const long = async (): Promise<Readable> => Readable.from([Buffer.from('one '), Buffer.from('two')]);

describe('createZip()', () => {
  test('keeps names, bytes and order · short entries and long ones between each other · without a time', async () => {
    const zip = createZip();
    const whole = buffer(zip.output);
    await zip.addBytes('sources/a – é.txt', Buffer.from('quiet'));
    zip.add('project.qde', long);
    void zip.addBytes('sources/b.txt', Buffer.alloc(0));
    zip.end();
    // 1 January 1980, midnight: year 0, month 1, day 1 in seven, four and five bits.
    const day = { date: 33, time: 0 };
    expect(await read(await whole)).toEqual([
      { name: 'sources/a – é.txt', text: 'quiet', ...day },
      { name: 'project.qde', text: 'one two', ...day },
      { name: 'sources/b.txt', text: '', ...day },
    ]);
  });

  test('makes the same bytes of the same entries', async () => {
    const once = async (): Promise<Buffer> => {
      const zip = createZip();
      const whole = buffer(zip.output);
      await zip.addBytes('a', Buffer.from('quiet'));
      zip.add('b', long);
      zip.end();
      return whole;
    };
    expect(await once()).toEqual(await once());
  });

  test('holds more files than the short form of the format can count', async () => {
    const zip = createZip();
    const whole = buffer(zip.output);
    const count = 2 ** 16 + 1;
    for (let index = 0; index < count; index += 1) await zip.addBytes(`${index}.txt`, Buffer.from(String(index)));
    zip.end();
    const opened = await yauzl.fromBufferPromise(await whole);
    let last: yauzl.Entry | undefined;
    for await (const entry of opened.eachEntry()) last = entry;
    expect([opened.entryCount, last?.fileName]).toEqual([65_537, '65536.txt']);
  });

  test('fails as an entry fails', async () => {
    const zip = createZip();
    const whole = buffer(zip.output);
    zip.add('a', async () =>
      Readable.from(
        (function* () {
          yield Buffer.from('begun');
          throw new Error('no more');
        })(),
      ),
    );
    zip.end();
    await expect(whole).rejects.toThrow('no more');
  });

  test('lets go of what it reads · when nobody takes it any more', async () => {
    const zip = createZip();
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.from(String(Math.random()).repeat(1000));
      })(),
    );
    const closed = new Promise((resolve) => endless.on('error', () => {}).on('close', resolve));
    zip.add('a', async () => endless);
    zip.output.on('error', () => {});
    for await (const _ of zip.output) break;
    zip.close();
    await closed;
    expect(endless.destroyed).toBe(true);
  });
});

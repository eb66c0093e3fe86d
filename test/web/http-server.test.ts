import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { listen } from '../../server/web/http-server.ts';

test('a server that closes · ends streams of events at once · and lets other answers finish', async () => {
  const http = await listen({ host: '127.0.0.1', port: 0 });
  let finish = (): void => undefined;
  http.serve((req, res) => {
    res.setHeader('content-type', req.url === '/live' ? 'text/event-stream; charset=utf-8' : 'text/plain');
    res.write('begun\n');
    finish = () => res.end('finished\n');
  });
  const begin = async (path: string): Promise<{ text: () => string; ended: Promise<unknown> }> => {
    const [answer] = (await once(get(`${http.url}${path}`), 'response')) as [IncomingMessage];
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    return { text: () => text, ended: once(answer, 'end') };
  };
  const stream = await begin('/live');
  const page = await begin('/page');
  const closed = http.close();
  await stream.ended;
  finish();
  await page.ended;
  await closed;
  expect([stream.text(), page.text()]).toEqual(['begun\n', 'begun\nfinished\n']);
});

test('a long address · is read up to ten thousand characters of any script · and refused in words beyond', async () => {
  const http = await listen({ host: '127.0.0.1', port: 0 });
  http.serve((req, res) => res.end(String(decodeURIComponent(req.url!).length)));
  const ask = async (address: string) => {
    const answer = await fetch(`${http.url}/?q=${encodeURIComponent(address)}`);
    return [answer.status, await answer.text()];
  };
  expect(await ask('言'.repeat(10_000))).toEqual([200, '10004']);
  expect(await ask('a'.repeat(140_000))).toEqual([
    431,
    'The address is too long to be read. Go back, ask for less at once, and try again.\n',
  ]);
  await http.close();
});

test('a program that is starting · is alive, and not ready for anything else', async () => {
  const http = await listen({ host: '127.0.0.1', port: 0 });
  const ask = async (path: string) => {
    const answer = await fetch(`${http.url}${path}`);
    return [answer.status, await answer.text()];
  };
  expect(await ask('/health')).toEqual([200, 'ok\n']);
  const starting = [503, 'The program is starting. Try again in a moment.\n'];
  expect([await ask('/ready'), await ask('/'), await ask('/healthy')]).toEqual([starting, starting, starting]);
  await http.close();
});

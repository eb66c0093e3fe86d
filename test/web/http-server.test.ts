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

import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { listen, type HttpServer } from '../../server/web/http-server.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** What the other side says to these bytes, until it hangs up. */
function saying(port: number, bytes: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const answer = new Promise<string>((resolve) => socket.on('error', () => {}).once('close', () => resolve(text)));
  return { socket, answer };
}

describe('a client that sends half a request', () => {
  let http: HttpServer;
  beforeAll(async () => {
    const soon = { headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
    http = await listen({ host: '127.0.0.1', port: 0 }, soon);
    http.serve((req, res) => {
      req.resume().once('end', () => res.end('whole\n'));
    });
  });
  afterAll(() => http.close());

  test.each([
    ['stops in the headers', 'GET / HTTP/1.1\r\nHost: x\r\nX-Half'],
    ['sends nothing after its address', 'GET / HTTP/1.1\r\n'],
    ['promises a body and stops in it', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf'],
  ])('is told so and let go, while others are answered · when it %s', async (_what, bytes) => {
    const half = saying(http.port, bytes);
    expect(await (await fetch(http.url)).text()).toBe('whole\n');
    expect(await half.answer).toMatch(/^HTTP\/1\.1 408 .*The request took too long to arrive\. Try again\.\n$/s);
  });

  test('is answered in words · when what it sends is no request', async () => {
    expect(await saying(http.port, '\u0016\u0003\u0001 hello\r\n\r\n').answer).toMatch(
      /^HTTP\/1\.1 400 .*The program cannot read this request\./s,
    );
  });
});

describe('the product', () => {
  const t = useTestApp();
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer(t.app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('keeps no row and no file, and answers others · when uploads break off in the middle, many at once', async () => {
    const { study, visit, researcher } = await aFullStudy(t.owner);
    const note = await aNote(t.owner, study.id, { visitId: visit.id, by: researcher.membershipId });
    const session = await BrowserSession.as(t.app, researcher);
    const at = `${study.path}/notes/${note.id}/attachments`;
    const head = [
      `POST ${at} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Cookie: ${session.cookies()}`,
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 100000',
    ].join('\r\n');
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="list.txt"\r\n\r\nThe first words';
    const incoming = path.join(t.config.uploadsFolder, 'incoming');
    const halves = Array.from({ length: 30 }, () => saying(port, `${head}\r\n\r\n${part}`));
    await until(async () => (await readdir(incoming).catch(() => [])).length === 30);
    expect((await session.get(at)).status).toBe(200);
    for (const { socket } of halves) socket.destroy();
    await until(async () => (await readdir(incoming)).length === 0);
    expect(await t.owner('attachments').where({ note_id: note.id })).toEqual([]);
    expect((await session.get(at)).status).toBe(200);
  });
});

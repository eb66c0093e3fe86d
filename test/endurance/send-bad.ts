import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { BadRequest } from './bad-requests.ts';

/** Sends it as `door` (its cookie and token, unless the request has its own); status 0 when there was no answer. */
export function sendBad(
  port: number,
  { method, address, headers, body }: BadRequest,
  door: { cookie: string; token: string },
): Promise<{ status: number; body: string; location: string | undefined }> {
  const all = { cookie: door.cookie, 'x-csrf-token': door.token, ...headers };
  return new Promise((resolve) => {
    const done = (status: number, text: string, location?: string): void => resolve({ status, body: text, location });
    let request;
    try {
      const chunked = 'transfer-encoding' in all;
      request = httpRequest({
        port,
        host: '127.0.0.1',
        method,
        path: address,
        agent: false,
        headers: { ...all, ...(body && !chunked && { 'content-length': body.length }) },
      });
    } catch {
      // Node's own client refuses to send it: sent by hand, as an attacker would.
      return byHand(port, method, address, body).then((status) => done(status, ''));
    }
    request.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => done(answer.statusCode ?? 0, text, answer.headers.location));
      answer.on('error', () => done(answer.statusCode ?? 0, text, answer.headers.location));
    });
    // An answer that comes before all was sent closes the connection: whether the program lives is asked at the end.
    request.on('error', (error: NodeJS.ErrnoException) => done(error.code === 'ECONNREFUSED' ? 0 : 499, ''));
    request.setTimeout(60_000, () => {
      request.destroy();
      done(0, 'no answer within a minute');
    });
    request.end(body);
  });
}

function byHand(port: number, method: string, address: string, body: Buffer | undefined): Promise<number> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `${method} ${address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body?.length ?? 0}\r\n\r\n`,
        'utf8',
      );
      if (body) socket.write(body);
    });
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => resolve(499));
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 499)));
    socket.setTimeout(60_000, () => socket.destroy());
  });
}

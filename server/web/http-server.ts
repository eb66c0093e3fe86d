import { createServer, type RequestListener, type ServerOptions, type ServerResponse } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { StartError } from '../shared/errors.ts';

/** `serve` takes over from the answer “starting”; `close` lets running requests finish; `hurry` cuts them off. */
export type HttpServer = {
  port: number;
  url: string;
  serve(listener: RequestListener): void;
  close(): Promise<void>;
  hurry(): void;
};

const LONGEST_GOODBYE_MS = 30_000;
const LOOK_AGAIN_MS = 50;
// A request may be on its way on a connection that looks idle. It is answered, and told that it was the last.
const LAST_REQUESTS_MS = 1000;
// Half a request, or one that trickles in, keeps a connection no longer than this. A file may take its time.
const HEADERS_MS = 20_000;
const REQUEST_MS = 15 * 60_000;
// Longer than the minute for which proxies keep theirs, so that it is they who close an idle one.
const IDLE_MS = 75_000;
// How many may knock at once before the first is let in; the system may allow fewer.
const BACKLOG = 4096;
// Room for ten thousand characters in an address, whatever their script: the page that reads them says what is too long.
const HEADER_BYTES = 128 * 1024;

const UNREADABLE: Record<string, [status: string, sentence: string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The address is too long to be read. Go back, ask for less at once, and try again.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long to arrive. Try again.'],
};

// What cannot even be read as a request: no listener sees it, so the answer is written by hand.
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, sentence] = UNREADABLE[error.code ?? ''] ?? [
    '400 Bad Request',
    'The program cannot read this request. Go back and try again.',
  ];
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(sentence) + 1}\r\n\r\n${sentence}\n`,
  );
}

function refusal(failure: NodeJS.ErrnoException, host: string, port: number): StartError {
  switch (failure.code) {
    case 'EADDRINUSE':
      return new StartError(
        `Port ${port} on ${host} is in use by another program. Stop that one, or set PORT to a free port, for example PORT=${port + 1}.`,
      );
    case 'EACCES':
      return new StartError(`This user may not listen on port ${port}. Set PORT to a number above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(`This machine has no address ${host}. Set HOST to one that it has, for example 127.0.0.1.`);
    default:
      return new StartError(`The program cannot listen on ${host}, port ${port} (${failure.code ?? failure.message}).`);
  }
}

/** Where a person on this machine finds it: an address that stands for all of them is no place to go to. */
export function addressFor(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/**
 * Takes the port at once, before the slower parts of a start, and answers 503 until `serve` is called. Throws a
 * StartError when the port is not to be had. Port 0 is any free one.
 */
export async function listen(
  { host, port }: { host: string; port: number },
  timeouts: Pick<ServerOptions, 'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval'> = {},
): Promise<HttpServer> {
  let listener: RequestListener = (req, res) => {
    // A supervisor that took a start for a hung program would stop it in the middle of a migration, again and again.
    if (req.url === '/health') {
      res.writeHead(200, { 'Cache-Control': 'no-store', 'Content-Type': 'text/plain; charset=utf-8' });
      return void res.end('ok\n');
    }
    res.writeHead(503, { 'Retry-After': '2', 'Content-Type': 'text/plain; charset=utf-8' });
    res.end('The program is starting. Try again in a moment.\n');
  };
  let closingSince: number | undefined;
  const running = new Set<ServerResponse>();
  const limits = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: IDLE_MS };
  const server = createServer({ maxHeaderSize: HEADER_BYTES, ...limits, ...timeouts }, (req, res) => {
    if (closingSince !== undefined) res.shouldKeepAlive = false;
    running.add(res);
    res.once('close', () => running.delete(res));
    listener(req, res);
  });
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusal(error, host, port)));
    server.listen({ host, port, exclusive: true, backlog: BACKLOG }, resolve);
  });
  const taken = (server.address() as AddressInfo).port;

  function lookAgain(): void {
    // A stream of events is a running request that never ends by itself. Its page comes back once the program runs again.
    for (const res of running) {
      if (String(res.getHeader('content-type')).startsWith('text/event-stream')) res.end();
      if (!res.headersSent) res.shouldKeepAlive = false;
    }
    if (Date.now() - (closingSince ?? 0) > LAST_REQUESTS_MS) server.closeIdleConnections();
  }

  return {
    port: taken,
    url: addressFor(host, taken),
    serve(next) {
      listener = next;
    },
    close() {
      closingSince = Date.now();
      return new Promise((resolve) => {
        // Connections that browsers keep open count as running until they are idle and closed from this side.
        const idle = setInterval(lookAgain, LOOK_AGAIN_MS);
        const late = setTimeout(() => server.closeAllConnections(), LONGEST_GOODBYE_MS);
        // Not its own close(), which would at once cut off connections on which a request is just arriving.
        Server.prototype.close.call(server, () => {
          clearInterval(idle);
          clearTimeout(late);
          resolve();
        });
        lookAgain();
      });
    },
    hurry() {
      server.closeAllConnections();
    },
  };
}

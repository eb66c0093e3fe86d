import { request } from 'node:http';
import { performance } from 'node:perf_hooks';

// Reads files and throws them away, in a process of its own: whoever measures other requests must not wait for its reading.
process.on('message', ({ url, cookie }: { url: string; cookie: string }) => {
  const start = performance.now();
  request(url, { headers: { cookie }, agent: false }, (answer) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
    answer.on('end', () => {
      process.send?.({ status: answer.statusCode, bytes, milliseconds: performance.now() - start });
    });
  }).end();
});

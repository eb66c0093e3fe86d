import { request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

// Reads a file and throws it away, in a thread of its own: whoever measures other requests must not wait for its reading.
const { url, cookie } = workerData as { url: string; cookie: string };

request(url, { headers: { cookie } }, (answer) => {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => (bytes += chunk.length));
  answer.on('end', () => parentPort?.postMessage({ status: answer.statusCode, bytes }));
  answer.on('error', (error) => {
    throw error;
  });
}).end();

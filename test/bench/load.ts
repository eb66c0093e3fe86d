import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

// Sends requests for some seconds, one after the other on each connection, in a process of its own: whoever answers them
// must not wait for whoever asks. The addresses are on this machine.
export type Load = {
  coders: { url: string; headers: Record<string, string>; bodies: string[] }[];
  milliseconds: number;
};
export type Loaded = { answered: number; refused: number; milliseconds: number; taken: number[] };

process.on('message', ({ coders, milliseconds }: Load) => {
  const agent = new Agent({ keepAlive: true, maxSockets: coders.length });
  const began = performance.now();
  const taken: number[] = [];
  let refused = 0;
  const send = (url: string, headers: Record<string, string>, body: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const from = performance.now();
      const length = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
      request(
        url,
        { method: 'POST', agent, headers: { accept: 'application/json', ...headers, ...length } },
        (answer) => {
          answer.resume().once('end', () => {
            if (answer.statusCode === 200) taken.push(performance.now() - from);
            else refused += 1;
            resolve();
          });
        },
      )
        .once('error', reject)
        .end(body);
    });
  const work = coders.map(async ({ url, headers, bodies }) => {
    for (const body of bodies) {
      if (performance.now() - began > milliseconds) return;
      await send(url, headers, body);
    }
  });
  void Promise.all(work).then(() => {
    process.send?.({
      answered: taken.length,
      refused,
      milliseconds: performance.now() - began,
      taken,
    } satisfies Loaded);
    agent.destroy();
    process.disconnect();
  });
});

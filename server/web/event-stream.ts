import type { Response } from 'express';

/** An answer that stays open: server-sent events. It ends when either side ends it; `onEnd` is then called once. */
export type EventStream = {
  send(event: string, data: object): void;
  end(): void;
};

// What proxies and browsers wait for before they give a silent connection up is a minute or more.
const HEARTBEAT_MS = 20_000;

/**
 * Begins a stream on `res`. `mayGoOn` is asked at every heartbeat: false ends the stream, and so does its failure.
 * A browser that cannot keep up is cut off rather than written to without end; it comes back and reads anew.
 */
export function openEventStream(
  res: Response,
  { mayGoOn, onEnd }: { mayGoOn: () => Promise<boolean>; onEnd: () => void },
): EventStream {
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // nginx would gather what is sent until its buffer is full.
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  res.write('retry: 2000\n\n');
  const heartbeat = setInterval(() => {
    write(': still here\n\n');
    mayGoOn().then(
      (goOn) => {
        if (!goOn) res.end();
      },
      () => res.end(),
    );
  }, HEARTBEAT_MS).unref();
  res.once('close', () => {
    clearInterval(heartbeat);
    onEnd();
  });

  function write(text: string): void {
    if (res.writableEnded || res.destroyed) return;
    if (res.writableLength > 256 * 1024) res.destroy();
    else res.write(text);
  }

  return {
    send(event, data) {
      write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    end() {
      res.end();
    },
  };
}

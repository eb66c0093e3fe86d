import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A way to a database that can be cut and mended: its address, as `url` with another host and port. */
export type BreakableConnection = { url: string; cut(): Promise<void>; mend(): Promise<void>; close(): Promise<void> };

export async function aBreakableConnection(url: string): Promise<BreakableConnection> {
  const target = new URL(url);
  const open = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one
        .on('error', () => {})
        .once('close', () => {
          open.delete(one);
          other.destroy();
        });
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = proxy.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => proxy.close(resolve));
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    url: Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    cut,
    mend: () => listen(port),
    close: cut,
  };
}

import { once } from 'node:events';

/** Stops the database server of this test run and waits until its folder is gone. */
export default async function globalTeardown(): Promise<void> {
  const server = globalThis.testServer;
  if (!server || server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.stdin?.end();
  await exited;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

declare global {
  var testServer: ChildProcess | undefined;
}

/** Starts the database server of this test run and leaves its address in TEST_SERVER_URL for the tests. */
export default async function globalSetup(): Promise<void> {
  // In a session of its own, so that Ctrl-C ends the tests, and their end ends the server.
  const server = spawn(process.execPath, ['--import', 'tsx', 'test/support/test-server.ts'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  globalThis.testServer = server;
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve);
    server.once('exit', () => reject(new Error('The database server for the tests did not start; see above.')));
  });
  process.env.TEST_SERVER_URL = url;
}

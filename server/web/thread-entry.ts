import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '../database/connection.ts';
import { identityKeysFrom } from '../database/identity-keys.ts';
import { standBack } from './standing-back.ts';
import type { ThreadMeans } from './threads.ts';

// What a thread runs first (threads.ts): it opens connections, finds the work by its module and name, and does it.

/** `reach`: the database's address and the keys of identities, the present one first. */
export type ToThread = {
  module: string;
  name: string;
  input: unknown;
  reach: { url: string; identitySecrets: Uint8Array[] };
};

type Written = {
  name: string;
  message: string;
  stack?: string | undefined;
  code?: string | undefined;
  cause?: Written;
};
export type FromThread =
  | { progress: string }
  | { claim: string }
  | { committing: true }
  | { result: unknown }
  | { error: Written };

async function main(): Promise<void> {
  const { module, name, input, reach } = workerData as ToThread;
  const tell = (message: FromThread): void => parentPort!.postMessage(message);
  standBack();
  const [current, ...older] = reach.identitySecrets.map((secret) => Buffer.from(secret));
  const database = connect(reach.url, {
    connections: 2,
    ...(current && { identityKeys: identityKeysFrom(current, older) }),
  });
  const means: ThreadMeans = {
    db: database.db,
    progress: async (sentence) => tell({ progress: sentence }),
    claim: (file) => tell({ claim: file }),
    committing: () => tell({ committing: true }),
  };
  try {
    const found = (await import(module)) as Record<string, (means: ThreadMeans, input: unknown) => Promise<unknown>>;
    tell({ result: await found[name]!(means, input) });
  } catch (error) {
    tell({ error: written(error) });
  } finally {
    await database.close();
  }
}

// Copied between threads an error would lose its name, its code and its cause.
function written(error: unknown, depth = 0): Written {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    name,
    message,
    stack,
    ...(typeof code === 'string' && { code }),
    ...(cause instanceof Error && depth < 3 && { cause: written(cause, depth + 1) }),
  };
}

await main();

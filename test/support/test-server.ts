import { startEmbeddedServer } from '../../server/database/embedded-server.ts';
import { prepareDatabase } from '../../server/database/prepare-database.ts';
import { queryOnce } from './query-once.ts';

// The database server of one test run, in a process of its own: when the run ends, in whatever way, its end of the
// pipe closes, and the server and its folder go away. Its first line of output is the server's address.
const TEMPLATE = 'fieldnotes_template';

async function main(): Promise<void> {
  const runEnded = new Promise((resolve) => process.stdin.once('end', resolve).once('error', resolve).resume());
  const server = await startEmbeddedServer({ folder: '', temporary: true, say: (line) => console.error(line) });
  try {
    await queryOnce(server.url, `create database ${TEMPLATE}`);
    const template = new URL(server.url);
    template.pathname = `/${TEMPLATE}`;
    await prepareDatabase(template.href);
    console.log(server.url);
    await runEnded;
  } finally {
    await server.release();
  }
}

await main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

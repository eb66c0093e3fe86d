import { readConfig } from './config.ts';
import { connect } from './database/connection.ts';
import { openDatabase } from './database/open-database.ts';
import { prepareDatabase } from './database/prepare-database.ts';
import { demonstrationLinks, fillNewDatabase } from './first-start.ts';
import { StartError } from './shared/errors.ts';

const say = (line: string): void => console.log(line);

/** Prints fresh sign-in links to the demonstration, beside the running program or without it. */
async function printLinks(): Promise<void> {
  const config = readConfig(process.env);
  if (config.databaseUrl !== undefined) {
    throw new StartError(
      'DATABASE_URL is set: the demonstration study is only in the program’s own database. Unset it.',
    );
  }
  const opened = await openDatabase(config, { say });
  try {
    await prepareDatabase(opened.url, (owner) => fillNewDatabase(owner, say));
    const database = connect(opened.url, { connections: 1 });
    try {
      const address = config.publicUrl ?? `http://${config.host}:${config.port}`;
      for (const line of await demonstrationLinks(database.db, address)) say(line);
    } finally {
      await database.close();
    }
  } finally {
    await opened.release();
  }
}

await printLinks().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

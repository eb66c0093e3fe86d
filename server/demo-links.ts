import { readConfig } from './config.ts';
import { connect } from './database/connection.ts';
import { openDatabase } from './database/open-database.ts';
import { demonstrationLinks } from './first-start.ts';
import { StartError } from './shared/errors.ts';
import { findRunningAddress } from './web/running-address.ts';

const say = (line: string): void => console.log(line);

/** Prints fresh sign-in links to the demonstration, at the address where the program runs. */
async function printLinks(): Promise<void> {
  const config = readConfig(process.env);
  if (config.databaseUrl !== undefined) {
    throw new StartError(
      'DATABASE_URL is set: the demonstration study is only in the program’s own database. Unset it.',
    );
  }
  const address = await findRunningAddress(config.dataFolder);
  if (address === undefined) {
    throw new StartError(
      'The program does not run, so a link would lead nowhere. Start it first (npm start), then ask for links again.',
    );
  }
  const opened = await openDatabase(config, { say });
  try {
    const database = connect(opened.url, { connections: 1 });
    try {
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

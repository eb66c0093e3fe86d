import { readConfig } from './config.ts';
import { openDatabase } from './database/open-database.ts';
import { prepareDatabase } from './database/prepare-database.ts';
import { StartError } from './shared/errors.ts';

const say = (line: string): void => console.log(line);

async function migrate(): Promise<void> {
  const opened = await openDatabase(readConfig(process.env), { say });
  try {
    await prepareDatabase(opened.url);
    say('The database is up to date.');
  } finally {
    await opened.release();
  }
}

await migrate().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

import path from 'node:path';
import { parseArgs } from 'node:util';
import { ERASURES_FILE, readErasures } from './backup/erasure-lines-service.ts';
import { restoreBackup } from './backup/restore-service.ts';
import { readConfig } from './config.ts';
import { ensureWritable } from './database/data-folder.ts';
import { openDatabase } from './database/open-database.ts';
import { StartError } from './shared/errors.ts';

const say = (line: string): void => console.log(line);

async function restore(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { erasures: { type: 'string', multiple: true, default: [] } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new StartError('Say which file to restore: npm run restore -- file [--erasures file]');
  const beside = path.join(path.dirname(path.resolve(file)), ERASURES_FILE);
  const erasures = (await Promise.all([beside, ...values.erasures].map(readErasures))).flat();
  const config = readConfig(process.env);
  await ensureWritable(config.uploadsFolder, 'UPLOADS_FOLDER');
  const opened = await openDatabase(config, { say });
  try {
    const target = {
      url: opened.url,
      uploadsFolder: config.uploadsFolder,
      key: config.backupKey,
      erasures,
      applyErasures: eraseAgain,
    };
    const manifest = await restoreBackup(target, file);
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    const kept = manifest.files.filter(({ state }) => state !== 'missing').length;
    say(`Restored what was backed up at ${manifest.madeAt}: ${rows} rows and ${kept} files.`);
    for (const { name, state } of manifest.files)
      if (state !== 'kept') say(`The file ${name} was ${state} already when the backup was made.`);
    say('Everybody signs in anew. Start the program with npm start.');
  } finally {
    await opened.release();
  }
}

// The one place where the feature that erases is handed in. Until it is, no installation that lacks an erasure starts.
async function eraseAgain(_owner: unknown, erasures: readonly { id: string }[]): Promise<void> {
  throw new StartError(
    `${erasures.length} erasures were made after this backup, and this version cannot do them again. Restore a backup made after the last of them; the program does not start on this one.`,
  );
}

await restore().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

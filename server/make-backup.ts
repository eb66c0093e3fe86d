import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeRecordedBackup } from './backup/backup-record-service.ts';
import { backupName, countsOf } from './backup/manifest.ts';
import { backupIsDue, removeOldBackups } from './backup/schedule-service.ts';
import { readCommandLine } from './command-line.ts';
import { readConfig } from './config.ts';
import { connect } from './database/connection.ts';
import { openDatabase } from './database/open-database.ts';
import { AppError, StartError } from './shared/errors.ts';

const USAGE = 'Say at most one file or folder: npm run backup -- [file]';
const say = (line: string): void => console.log(line);

async function isThere(place: string): Promise<'folder' | 'file' | undefined> {
  const found = await stat(place).catch(() => undefined);
  return found && (found.isDirectory() ? 'folder' : 'file');
}

/** Where to write: what was asked for, a name of the program's own in a folder that was, or in BACKUP_FOLDER. */
async function chooseFile(given: string | undefined, folder: string): Promise<string> {
  if (given === undefined) return path.join(folder, backupName(new Date()));
  const kind = await isThere(given);
  if (kind === 'folder') return path.join(given, backupName(new Date()));
  if (kind === 'file')
    throw new StartError(`There is a file ${given} already. Choose another name, or remove it first.`);
  if ((await isThere(path.dirname(path.resolve(given)))) !== 'folder')
    throw new StartError(`There is no folder ${path.dirname(path.resolve(given))}. Make it first, or choose another.`);
  return given;
}

async function productVersion(): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function backup(): Promise<void> {
  const { values, positionals } = readCommandLine(
    () => parseArgs({ allowPositionals: true, options: { scheduled: { type: 'boolean', default: false } } }),
    USAGE,
  );
  if (positionals.length > 1) throw new StartError(USAGE);
  const config = readConfig(process.env);
  const file = await chooseFile(positionals[0], config.backupFolder);
  const opened = await openDatabase(config, { say });
  const database = connect(opened.url, { connections: 2 });
  try {
    const source = {
      url: opened.url,
      uploadsFolder: config.uploadsFolder,
      key: config.backupKey,
      productVersion: await productVersion(),
    };
    const { scheduled } = values;
    const at = scheduled ? config.backupAt : undefined;
    const stillDue = at === undefined ? {} : { stillDue: () => backupIsDue(database.db, at) };
    const manifest = await makeRecordedBackup(database.db, source, { file, scheduled, ...stillDue });
    if (!manifest) return;
    if (scheduled) await removeOldBackups(config.backupFolder, config.backupKeep);
    const { rows, files } = countsOf(manifest);
    say(`Backed up ${rows} rows and ${files} files to ${file}.`);
    say(config.backupKey === undefined ? 'It is not encrypted: set BACKUP_KEY.' : 'It is encrypted with BACKUP_KEY.');
    for (const { name, state } of manifest.files)
      if (state !== 'kept') say(`Look after this: the file ${name} in the uploads folder is ${state}.`);
  } finally {
    await database.close();
    await opened.release();
  }
}

await backup().catch((error: unknown) => {
  console.error(error instanceof StartError || error instanceof AppError ? error.message : error);
  process.exitCode = 1;
});

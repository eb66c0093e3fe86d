import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import { ERASURES_FILE, readErasures } from './backup/erasure-lines-service.ts';
import { countsOf } from './backup/manifest.ts';
import { restoreBackup } from './backup/restore-service.ts';
import { readCommandLine } from './command-line.ts';
import { readConfig } from './config.ts';
import { ensureWritable } from './database/data-folder.ts';
import { type IdentityKeys, readIdentityKeys } from './database/identity-keys.ts';
import { openDatabase } from './database/open-database.ts';
import { findNamesOf } from './identities/known-people-service.ts';
import { StartError } from './shared/errors.ts';
import { sweepErasedEverywhere } from './withdrawal/erased-files-service.ts';
import { namesToErase } from './withdrawal/names-to-erase.ts';
import { applyErasures, erasureOf } from './withdrawal/erasure-service.ts';

const USAGE = 'Say which file to restore: npm run restore -- file [--erasures file] [--without-names]';
const say = (line: string): void => console.log(line);

async function restore(): Promise<void> {
  const { values, positionals } = readCommandLine(
    () =>
      parseArgs({
        allowPositionals: true,
        options: {
          erasures: { type: 'string', multiple: true, default: [] },
          'without-names': { type: 'boolean', default: false },
        },
      }),
    USAGE,
  );
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new StartError(USAGE);
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
      applyErasures: eraseAgain(await readIdentityKeys(config), config.uploadsFolder, values['without-names']),
    };
    const manifest = await restoreBackup(target, file);
    const { rows, files } = countsOf(manifest);
    say(`Restored what was backed up at ${manifest.madeAt}: ${rows} rows and ${files} files.`);
    for (const { name, state } of manifest.files)
      if (state !== 'kept') say(`The file ${name} was ${state} already when the backup was made.`);
    say('Everybody signs in anew. Start the program with npm start.');
  } finally {
    await opened.release();
  }
}

// The one place where the feature that erases is handed in.
function eraseAgain(keys: IdentityKeys, uploadsFolder: string, withoutNames: boolean) {
  return async (owner: Knex, erasures: readonly Record<string, unknown>[]): Promise<void> => {
    owner.userParams = { ...owner.userParams, identityKeys: keys };
    let unknown = 0;
    const count = await owner.transaction(async (trx) => {
      const erased = await applyErasures(trx, erasures.map(erasureOf), async (person) => {
        const known = await findNamesOf(trx, person);
        if (known !== 'unreadable') return namesToErase(known.names, known.others);
        unknown += 1;
        return [];
      });
      if (unknown > 0 && !withoutNames) throw new StartError(namesUnknown(unknown));
      return erased;
    });
    await sweepErasedEverywhere(owner, uploadsFolder);
    say(
      `${count} ${count === 1 ? 'person was' : 'people were'} erased again, as they had been since this backup was made.`,
    );
    if (unknown > 0)
      say(
        `LOOK FOR THEM BY HAND: of ${unknown === 1 ? 'one of them' : `${unknown} of them`} the real name could not be read, so notes may hold it still.`,
      );
  };
}

function namesUnknown(count: number): string {
  const [whose, was] = count === 1 ? ['somebody', 'was'] : [`${count} people`, 'were'];
  return `Since this backup was made, ${whose} whose real name it holds ${was} erased on request. The name is encrypted with a key that this command was not given, so it could not be found in the notes, and nobody can start the program on what was restored. Set IDENTITY_KEY (or IDENTITY_KEYS_OLD) to the key of the installation that made the backup, and restore again: it begins anew. If that key is lost for ever, add --without-names, and look for the name in the notes by hand.`;
}

await restore().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

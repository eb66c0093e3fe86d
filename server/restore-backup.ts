import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import { ERASURES_FILE, readErasures } from './backup/erasure-lines-service.ts';
import { countsOf } from './backup/manifest.ts';
import { restoreBackup } from './backup/restore-service.ts';
import { readConfig } from './config.ts';
import { ensureWritable } from './database/data-folder.ts';
import { type IdentityKeys, readIdentityKeys } from './database/identity-keys.ts';
import { openDatabase } from './database/open-database.ts';
import { findKnownPeople } from './identities/known-people-service.ts';
import { StartError } from './shared/errors.ts';
import { sweepErasedEverywhere } from './withdrawal/erased-files-service.ts';
import { applyErasures, erasureOf } from './withdrawal/erasure-service.ts';

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
      applyErasures: eraseAgain(await readIdentityKeys(config), config.uploadsFolder),
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
function eraseAgain(keys: IdentityKeys, uploadsFolder: string) {
  return async (owner: Knex, erasures: readonly Record<string, unknown>[]): Promise<void> => {
    owner.userParams = { ...owner.userParams, identityKeys: keys };
    const count = await owner.transaction((trx) =>
      applyErasures(trx, erasures.map(erasureOf), async ({ studyId, participantId }) => {
        const [known] = await findKnownPeople(trx, { studyId }, [participantId]);
        return known?.names ?? [];
      }),
    );
    await sweepErasedEverywhere(owner, uploadsFolder);
    say(
      `${count} ${count === 1 ? 'person was' : 'people were'} erased again, as they had been since this backup was made.`,
    );
  };
}

await restore().catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

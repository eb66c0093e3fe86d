import { createApp, createAppJobs } from './app.ts';
import { keepMakingBackups } from './backup/schedule-service.ts';
import { keepSealing } from './audit/sealing-service.ts';
import { readConfig } from './config.ts';
import { connect } from './database/connection.ts';
import { ensureWritable } from './database/data-folder.ts';
import { readIdentityKeys } from './database/identity-keys.ts';
import { openDatabase } from './database/open-database.ts';
import { prepareDatabase } from './database/prepare-database.ts';
import { connectAsOwner } from './database/migrations.ts';
import { fillNewDatabase, firstLinks } from './first-start.ts';
import { missingKeys } from './identities/key-renewal-service.ts';
import { sweepUnclaimedFiles } from './notes/attachments/unclaimed-files-service.ts';
import { createRunningProgram } from './running-program.ts';
import { StartError } from './shared/errors.ts';
import { sweepErasedEverywhere } from './withdrawal/erased-files-service.ts';
import { updateFilesOfErased } from './withdrawal/erasure-queries.ts';
import { keepAllErasures } from './withdrawal/erasure-service.ts';
import { buildAssets } from './web/assets.ts';
import { listen } from './web/http-server.ts';
import { createLog, poolLog } from './web/log.ts';
import { announceAddress } from './web/running-address.ts';
import { sessionSecret } from './web/session-secret.ts';
import { sweepUploads } from './web/uploads.ts';

const say = (line: string): void => console.log(line);
const complain = (...what: unknown[]): void => console.error(...what);
// What has not been finished by then is said to be interrupted.
const LONGEST_JOB_MS = 20_000;

const program = createRunningProgram({ say, complain });

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  program.logTo(log);
  const secret = await sessionSecret(config);
  const identityKeys = await readIdentityKeys(config);
  await ensureWritable(config.uploadsFolder, 'UPLOADS_FOLDER');
  await sweepUploads(config.uploadsFolder);
  const http = await listen(config);
  const opened = await openDatabase(config, { say, onLost: (error) => program.fail(error) });
  program.onStop(() => opened.release());
  let demonstrationIsNew = false;
  await prepareDatabase(opened.url, async (owner) => {
    if (!opened.isEmbedded) return;
    await fillNewDatabase(owner, say);
    demonstrationIsNew = true;
  });
  const owner = connectAsOwner(opened.url);
  try {
    await updateFilesOfErased(owner);
    await sweepErasedEverywhere(owner, config.uploadsFolder);
    await keepAllErasures(owner, config.backupFolder, say);
  } finally {
    await owner.destroy();
  }
  const database = connect(opened.url, { identityKeys, log: poolLog(log) });
  program.onStop(() => database.close());
  for (const line of await missingKeys(database.db, identityKeys)) say(line);
  const sealing = keepSealing(database.db, (error) => log.error({ err: error }, 'the trail could not be chained'));
  program.onStop(() => sealing.stop());
  const jobs = createAppJobs(database, log);
  program.onStop(
    () => jobs.stop(LONGEST_JOB_MS),
    () => jobs.hurry(),
  );
  program.onStop(
    () => http.close(),
    () => http.hurry(),
  );

  const assets = await buildAssets();
  const address = config.publicUrl ?? http.url;
  http.serve(createApp({ database, config: { ...config, port: http.port, sessionSecret: secret }, log, assets, jobs }));
  await sweepUnclaimedFiles(database.db, config.uploadsFolder, log);
  if (config.backupAt !== undefined) {
    const backups = keepMakingBackups(database.db, config.backupAt, log, process.env);
    program.onStop(() => backups.stop());
  }
  // For demo:links, which signs people in to the program's own database only.
  if (opened.isEmbedded) program.onStop(await announceAddress(config.dataFolder, { shown: address, local: http.url }));
  for (const line of await firstLinks(database.db, demonstrationIsNew, address)) say(line);
  say(`Connecting People field notes is running at ${address}`);
}

program.run(start, (error) => {
  if (error instanceof StartError) complain(error.message);
  else complain('The program could not start:', error);
});

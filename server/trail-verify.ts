import { appendFile, readFile } from 'node:fs/promises';
import { readNotes, writeNote } from './audit/noted-hashes.ts';
import { sealTrail } from './audit/sealing-service.ts';
import {
  chainName,
  isIntact,
  recordVerification,
  type VerifiedChain,
  verifyTrail,
} from './audit/verification-service.ts';
import { readConfig } from './config.ts';
import { connectAsOwner, refuseOlderTables } from './database/migrations.ts';
import { openDatabase } from './database/open-database.ts';
import { counted } from './shared/counted.ts';
import { StartError } from './shared/errors.ts';

const say = (line: string): void => console.log(line);
// Whoever reads no further (`| head`) has what they wanted; what is found is recorded all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** `npm run trail:verify [-- file]`: verifies every chain; a file outside the database keeps what it was at each time. */
async function verify(file: string | undefined): Promise<void> {
  const notes = file === undefined ? [] : readNotes(await textOf(file));
  const opened = await openDatabase(readConfig(process.env), { say });
  try {
    const owner = connectAsOwner(opened.url);
    try {
      await refuseOlderTables(owner);
      await sealTrail(owner);
      const chains = await verifyTrail(owner, notes);
      await recordVerification(owner, chains);
      for (const chain of chains) for (const line of report(chain)) say(line);
      const intact = chains.filter(isIntact);
      if (file !== undefined)
        for (const { studyId, links, hash } of intact)
          await appendFile(file, writeNote({ chain: chainName(studyId), links, hash }, new Date()));
      if (intact.length < chains.length) process.exitCode = 1;
      say(
        intact.length === chains.length
          ? 'The trail is as it was recorded.'
          : 'The trail is NOT as it was recorded. Keep the last backup and find out who can write to the database.',
      );
    } finally {
      await owner.destroy();
    }
  } finally {
    await opened.release();
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new StartError(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function report({
  name,
  studyId,
  links,
  hash,
  linkedAt,
  late,
  fault,
  unchained,
  vanished,
  noted,
}: VerifiedChain): string[] {
  const until = linkedAt === null ? '' : `, the last chained ${linkedAt.toISOString()}`;
  return [
    `${studyId === null ? 'Accounts' : `Study “${name}”`} (${chainName(studyId)}): ${counted(links, 'entry', 'entries')} verified${until}`,
    `  hash ${hash}`,
    ...(fault ? [`  BROKEN at entry ${fault.number}: ${fault.reason}`] : []),
    ...(noted ? [`  BROKEN: entry ${noted.links} was noted with hash ${noted.hash}, and is not that any more`] : []),
    ...(unchained > 0 ? [`  BROKEN: ${unchained} events were put in without being recorded`] : []),
    ...(vanished > 0 ? [`  BROKEN: ${vanished} recorded events were taken out before they were chained`] : []),
    ...(late > 0
      ? [`  ${late} entries say that they are older than those before them: the clock, or added afterwards`]
      : []),
  ];
}

await verify(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
});

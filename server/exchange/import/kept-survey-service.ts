import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Survey } from './survey.ts';

// Between looking at a file and importing it somebody decides. What was gathered by reading all of it is kept meanwhile,
// beside what is on its way in, so that the project is not read once more. Where it is gone, that is done all the same.

/** Keeps the survey of `file`, where there is room for it. */
export async function keepSurvey(file: string, survey: Survey): Promise<void> {
  const kept = keptAt(file);
  try {
    await mkdir(path.dirname(kept), { recursive: true, mode: 0o700 });
    await writeFile(kept, serialize(survey), { mode: 0o600 });
  } catch {
    await removeSurvey(file);
  }
}

/** What was kept of `file` by this very run of the program: another version may have gathered something else. */
export async function findSurvey(file: string): Promise<Survey | undefined> {
  const kept = keptAt(file);
  try {
    const { mtimeMs } = await stat(kept);
    return mtimeMs < Date.now() - process.uptime() * 1000 ? undefined : (deserialize(await readFile(kept)) as Survey);
  } catch {
    return undefined;
  }
}

export async function removeSurvey(file: string): Promise<void> {
  await rm(keptAt(file), { force: true });
}

function keptAt(file: string): string {
  return path.join(path.dirname(file), 'incoming', `${path.basename(file)}.survey`);
}

import { archiveFaults } from '../archive/reading-service.ts';
import { carriersOf } from '../refi/carriers.ts';
import { openProjectFile, readText, readUnits } from '../import/project-file-service.ts';
import { createCheck } from '../refi/check.ts';
import type { PassingCheck } from './passing-check-service.ts';
import type { Profile } from '../refi/profile.ts';
import { createRemarks } from '../refi/refusal.ts';
import { type CodebookFormat, type Format, profileFor } from './formats.ts';

export const CHECKED_UP_TO = 16 * 1024 * 1024 * 1024;

/**
 * Reads a project or archive that was just made again, and throws where anything is wrong with it; `what` names it then.
 * `passing` has looked at the project while it was written.
 */
export async function refuseFaulty(
  file: string,
  format: Exclude<Format, CodebookFormat>,
  what: string,
  passing?: PassingCheck,
): Promise<void> {
  const [found, others] = await Promise.all([
    passing?.finish(file),
    format === 'archive' ? archiveFaults(file, CHECKED_UP_TO) : [],
  ]);
  // Where anything is wrong, it is said in full.
  const isRight = found?.length === 0;
  const faults = isRight ? others : [...(await checkProject(file, profileFor(format), CHECKED_UP_TO)), ...others];
  if (!isRight && faults.length === 0) faults.push(...(found ?? []));
  if (faults.length > 0) throw new Error(`${what} did not pass its check: ${faults.slice(0, 10).join('; ')}`);
}

/** Reads a finished .qdpx again and says what is wrong with it: nothing, or it does not leave. */
export async function checkProject(file: string, profile: Profile, limit: number): Promise<string[]> {
  const opened = await openProjectFile(file, { total: limit, entries: Infinity });
  const remarks = createRemarks();
  try {
    const check = createCheck();
    for await (const { head, ...read } of readUnits(opened, remarks)) {
      if (head) {
        check.head(head.attributes);
        continue;
      }
      const { unit } = read as { unit: NonNullable<typeof read.unit> };
      check.unit(unit);
      for (const carrier of carriersOf(unit)) {
        if (carrier.attributes.plainTextPath === undefined) continue;
        const text = await readText(opened, carrier, remarks);
        if (text) check.text(carrier, text, profile);
      }
    }
    const names = [...opened.archive!.entries.keys()].filter((name) => name.startsWith('sources/'));
    return [
      ...check.faults(names.map((name) => name.slice('sources/'.length))),
      ...remarks.list().map(({ sentence, where }) => `${sentence} ${where[0] ?? ''}`.trim()),
    ];
  } finally {
    opened.close();
  }
}

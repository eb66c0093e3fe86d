import { findKnownPersons } from '../../accounts/restored-person-queries.ts';
import { asAccount, type Db, identityKeysOf, type Transaction } from '../../database/connection.ts';
import { Refusal } from '../refi/refusal.ts';
import { type Archive, openArchive } from '../refi/zip-reading.ts';
import { isStudyHere } from './archive-queries.ts';
import { listStudyColumns, listStudyTables, type StudyTable } from './catalogue-queries.ts';
import { ENCRYPTED, LEFT_OUT, type Manifest, PEOPLE, STUDY, tableEntry } from './manifest.ts';
import { readLines, verifyArchive } from './reading-service.ts';

export type ArchivedPerson = { id: string; name: string; email: string | null };

/** A member of an archived study, and who that is here. */
export type ArchivedMember = {
  name: string;
  role: 'lead' | 'researcher' | 'agency';
  email: string | null;
  isPresent: boolean;
  /** The name of the account here that this is. */
  here: string | null;
};

/** What an archive holds, for whoever decides about it. */
export type ArchivePreview = {
  study: { id: string; name: string };
  installation: string;
  before: string[];
  changedAt: string | null;
  version: string;
  counts: Record<string, number>;
  trail: { links: number; hash: string | null; brokenAt: number | null };
  members: ArchivedMember[];
  /** Rows about who participants are that stay out, because the key that they are under is not here. */
  unreadable: number;
};

const LETTERS = 4_000_000;

/** Reads and checks all of an archive, and changes nothing. Throws a Refusal for one that cannot be restored here. */
export async function previewArchive(
  db: Db,
  file: string,
  limit: number,
  progress: (sentence: string) => Promise<void>,
): Promise<ArchivePreview> {
  const archive = await openArchive(file, { total: limit });
  try {
    const manifest = await verifyArchive(archive, progress);
    return await asAccount(db, {}, async (trx) => {
      await refuseUnknown(trx, manifest);
      if (await isStudyHere(trx, manifest.study.id)) throw new Refusal(alreadyHere(manifest));
      const { origin, study, changedAt, program, counts, trail } = manifest;
      return {
        study,
        installation: origin.installation,
        before: origin.before.map(({ installation }) => installation),
        changedAt,
        version: program.version,
        counts,
        trail,
        members: await membersOf(trx, archive),
        unreadable: await countUnreadable(trx, archive, manifest),
      };
    });
  } finally {
    archive.close();
  }
}

export function alreadyHere({ study }: Pick<Manifest, 'study'>): string {
  return `The study “${study.name}” of this archive is here already, and a study is in an installation once. Restore the archive in another installation; or, to work on a copy here, export the study as a REFI-QDA project and import that.`;
}

/** Which tables and columns the archive has, by those of this program. Refuses what a newer version must have written. */
export async function refuseUnknown(trx: Transaction, manifest: Manifest): Promise<StudyTable[]> {
  const tables = await listStudyTables(trx);
  const known = new Map(tables.filter(({ name }) => !(name in LEFT_OUT)).map(({ name, columns }) => [name, columns]));
  known.set(STUDY, await listStudyColumns(trx));
  const unknown = manifest.tables.find(({ name, columns }) =>
    columns.some((column) => !known.get(name)?.includes(column)),
  );
  if (unknown)
    throw new Refusal(
      `The archive was made by a newer version of this program (${manifest.program.version}, ${manifest.program.schema}): it holds what this one does not know (“${unknown.name}”). Bring this installation up to date, and then restore it.`,
    );
  return tables;
}

export async function readPeople(archive: Archive): Promise<ArchivedPerson[]> {
  const people: ArchivedPerson[] = [];
  for await (const lines of readLines(archive, PEOPLE, LETTERS))
    people.push(...lines.map((line) => JSON.parse(line) as ArchivedPerson));
  return people;
}

async function membersOf(trx: Transaction, archive: Archive): Promise<ArchivedMember[]> {
  const people = await readPeople(archive);
  const known = await findKnownPersons(trx, people);
  const emails = new Map(people.map(({ id, email }) => [id, email]));
  const members: ArchivedMember[] = [];
  for await (const lines of readLines(archive, tableEntry('memberships'), LETTERS))
    for (const line of lines) {
      const { name, role, person_id: person, ended_at: ended } = JSON.parse(line);
      members.push({
        name,
        role,
        email: emails.get(person) ?? null,
        isPresent: ended === null,
        here: known.get(person)?.name ?? null,
      });
    }
  return members.toSorted((a, b) => Number(b.isPresent) - Number(a.isPresent) || a.name.localeCompare(b.name));
}

async function countUnreadable(trx: Transaction, archive: Archive, manifest: Manifest): Promise<number> {
  let count = 0;
  for (const { name, entry } of manifest.tables)
    if (ENCRYPTED.includes(name))
      for await (const lines of readLines(archive, entry, LETTERS)) count += lines.length - readable(trx, lines).length;
  return count;
}

/** Of encrypted rows, those whose key is here. */
export function readable(trx: Transaction, lines: readonly string[]): string[] {
  const { known } = identityKeysOf(trx);
  return lines.filter((line) => known.has((JSON.parse(line) as { key_id: string }).key_id));
}

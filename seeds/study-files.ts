import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

// What a study's folder holds: codebook.json and one folder an agency with agency.json, notes/<visit>-<letter>.md,
// codings/<the same>.json and perhaps summary.md. Times are wall-clock times in London.

const localTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/);
const consent = z.enum(['consented', 'no-objection', 'consultee', 'not-asked', 'declined', 'withdrawn']);

const themeFile = z.strictObject({
  slug: z.string(),
  name: z.string(),
  parent: z.string().nullable(),
  definition: z.string(),
  whenToUse: z.string(),
  whenNotToUse: z.string(),
  example: z.string(),
  colour: z.string().regex(/^#[0-9a-f]{6}$/),
});

const visitFile = z.strictObject({
  key: z.string(),
  phase: z.enum(['first', 'return']),
  setting: z.string(),
  purpose: z.string(),
  start: localTime,
  end: localTime,
  observers: z.array(
    z.strictObject({
      who: z.string(),
      role: z.enum(['complete-participant', 'participant-as-observer', 'observer-as-participant', 'complete-observer']),
    }),
  ),
  present: z.array(z.strictObject({ participant: z.string(), consent })),
  unnamed: z.int().min(0),
  consentHandling: z.string(),
});

const agencyFile = z.strictObject({
  code: z.string(),
  name: z.string(),
  sector: z.enum(['third sector', 'statutory']),
  setting: z.string(),
  participants: z.array(
    z.strictObject({
      key: z.string(),
      pseudonym: z.string(),
      role: z.enum(['worker', 'manager', 'service-user', 'carer', 'volunteer', 'other']),
      consent,
    }),
  ),
  visits: z.array(visitFile),
});

const noteHeader = z.strictObject({
  visit: z.string(),
  author: z.string(),
  title: z.string(),
  written: localTime,
  // A note that its author has not finished yet; “written” is then when it was last saved.
  finished: z.enum(['yes', 'no']).default('yes'),
});
const summaryHeader = z.strictObject({ title: z.string(), published: localTime });

const codingsFile = z.array(
  z.strictObject({ theme: z.string(), coder: z.string(), quote: z.string().min(1), at: z.int().min(1).default(1) }),
);

export type ThemeFile = z.infer<typeof themeFile>;
export type VisitFile = z.infer<typeof visitFile>;
export type CodingFile = z.infer<typeof codingsFile>[number];
export type NoteFile = z.infer<typeof noteHeader> & { name: string; body: string; codings: CodingFile[] };
export type SummaryFile = z.infer<typeof summaryHeader> & { body: string };
export type AgencyFiles = z.infer<typeof agencyFile> & { notes: NoteFile[]; summary: SummaryFile | undefined };
export type StudyFiles = { themes: ThemeFile[]; agencies: AgencyFiles[] };

/** Reads and checks a study's folder. Agencies come in the order of `slugs`. Throws on anything malformed. */
export async function readStudyFiles(folder: string, slugs: readonly string[]): Promise<StudyFiles> {
  const themes = z.array(themeFile).parse(await readJson(path.join(folder, 'codebook.json')));
  return { themes, agencies: await Promise.all(slugs.map((slug) => readAgency(path.join(folder, slug)))) };
}

async function readAgency(folder: string): Promise<AgencyFiles> {
  const agency = agencyFile.parse(await readJson(path.join(folder, 'agency.json')));
  const names = (await readdir(path.join(folder, 'notes'))).filter((name) => name.endsWith('.md')).toSorted();
  const notes = await Promise.all(names.map((name) => readNote(folder, path.basename(name, '.md'))));
  const hasSummary = (await readdir(folder)).includes('summary.md');
  if (!hasSummary) return { ...agency, notes, summary: undefined };
  const { header, body } = splitHeader(await readFile(path.join(folder, 'summary.md'), 'utf8'));
  return { ...agency, notes, summary: { ...summaryHeader.parse(header), body } };
}

async function readNote(folder: string, name: string): Promise<NoteFile> {
  const { header, body } = splitHeader(await readFile(path.join(folder, 'notes', `${name}.md`), 'utf8'));
  const codings = await readJson(path.join(folder, 'codings', `${name}.json`), []);
  return { ...noteHeader.parse(header), name, body, codings: codingsFile.parse(codings) };
}

async function readJson(file: string, absent?: unknown): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (absent !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

// "---", lines of "key: value", "---", then the text.
function splitHeader(text: string): { header: Record<string, string>; body: string } {
  const parts = /^---\n([^]*?)\n---\n([^]*)$/.exec(text.replaceAll('\r\n', '\n'));
  if (!parts) throw new Error(`no header in a file that begins “${text.slice(0, 40)}”`);
  const lines = parts[1]!.split('\n').filter(Boolean);
  const pairs = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  return { header: Object.fromEntries(pairs), body: parts[2]!.trim() };
}

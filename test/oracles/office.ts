import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What LibreOffice makes of a document: it is opened without a window, in a profile of its own, and saved in another
 * format. A file that it would have to repair is not converted, and this throws.
 */
export async function converted(
  bytes: Buffer,
  from: 'docx' | 'xlsx' | 'html',
  { filter, ending }: { filter: string; ending: string },
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fieldnotes-office-'));
  try {
    await writeFile(path.join(folder, `given.${from}`), bytes);
    const profile = pathToFileURL(path.join(folder, 'profile')).href;
    const args = [`-env:UserInstallation=${profile}`, '--headless', '--norestore', '--convert-to', filter];
    await run('soffice', [...args, '--outdir', folder, path.join(folder, `given.${from}`)], { timeout: 240_000 });
    return await readFile(path.join(folder, `given${ending}`), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A DOCX as LibreOffice reads it, as text: a line a paragraph, table cells each on lines of their own. */
export function textOf(bytes: Buffer): Promise<string> {
  return converted(bytes, 'docx', { filter: 'txt:Text (encoded):UTF8', ending: '.txt' });
}

/** One sheet of an XLSX (counted from 1) as LibreOffice reads it, as CSV: cells as they are shown, all texts quoted. */
export function sheetOf(bytes: Buffer, sheet: number, name: string): Promise<string> {
  const options = `44,34,76,1,,0,true,true,false,false,false,${sheet}`;
  return converted(bytes, 'xlsx', {
    filter: `csv:Text - txt - csv (StarCalc):${options}`,
    ending: `-${name}.csv`,
  });
}

import { formatCalendarDate } from '../../shared/dates.ts';
import { LABEL_NAMES } from '../extract-filter.ts';
import type { LeavingExtract, LeavingTheme } from '../extract-source.ts';

/** What a reader meets on the way through extracts in the order of themes: headings where theme or agency change. */
export type Met =
  | { kind: 'theme'; theme: LeavingTheme | undefined; path: string; id: string }
  | { kind: 'agency'; name: string; code: string }
  | { kind: 'extract'; extract: LeavingExtract };

export async function* byTheme(
  rows: AsyncIterable<LeavingExtract>,
  themes: readonly LeavingTheme[],
): AsyncGenerator<Met> {
  const known = new Map(themes.map((theme) => [theme.id, theme]));
  let last: LeavingExtract | undefined;
  for await (const extract of rows) {
    const { themeId, themePath, agencyId } = extract;
    const isNewTheme = themeId !== last?.themeId;
    if (isNewTheme) yield { kind: 'theme', theme: known.get(themeId), path: themePath, id: themeId };
    if (isNewTheme || agencyId !== last?.agencyId)
      yield { kind: 'agency', name: extract.agencyName, code: extract.agencyCode };
    yield { kind: 'extract', extract };
    last = extract;
  }
}

/** "Morning at the garden. First visits, 14 November 2011. Observation. Coded by Ann Other, 3 May 2012." */
export function sourceLine(extract: LeavingExtract): string {
  const { noteTitle, phase, visitDate, label, coder, codedAt, needsReview } = extract;
  const title = /[.!?…]$/.test(noteTitle) ? noteTitle : `${noteTitle}.`;
  return `${title} ${phase}, ${formatCalendarDate(visitDate)}. ${LABEL_NAMES[label]}. Coded by ${coder}, ${formatCalendarDate(
    codedAt.slice(0, 10),
  )}.${needsReview ? ' Needs review: the note has changed since.' : ''}`;
}

/** "Ann Other, 3 May 2012" */
export function memoHead({ author, writtenAt }: { author: string; writtenAt: string }): string {
  return `${author}, ${formatCalendarDate(writtenAt.slice(0, 10))}`;
}

/** What stands around a quote in its own paragraph, with marks of omission where the text goes on: for reading. */
export function contextOf({ contextBefore, contextAfter }: LeavingExtract): { before: string; after: string } {
  const before = contextBefore.slice(contextBefore.lastIndexOf('\n') + 1).trimStart();
  const [after = ''] = contextAfter.split('\n');
  return {
    before: before !== '' && !contextBefore.includes('\n') ? `… ${before}` : before,
    after: after !== '' && !contextAfter.includes('\n') ? `${after.trimEnd()} …` : after,
  };
}

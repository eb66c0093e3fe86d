import { formatDateTime } from '../../shared/dates.ts';
import { counted } from '../../shared/counted.ts';
import { rawInWords } from '../raw-words.ts';
import type { ExtractCounts } from '../extract-queries.ts';
import type { ExportDescription } from '../extract-source.ts';

/** "30 codings in 12 notes from 3 agencies, by 2 coders" */
export function countsInWords({ codings, notes, agencies, coders }: ExtractCounts): string {
  return `${counted(codings, 'coding')} in ${counted(notes, 'note')} from ${counted(agencies, 'agency', 'agencies')}, by ${counted(coders, 'coder')}`;
}

/** What was chosen in each field of a filter, the fields in the order in which they come. */
export function byField(filter: ExportDescription['filter']): [field: string, texts: string[]][] {
  return [...new Set(filter.map(({ field }) => field))].map((field) => [
    field,
    filter.filter((one) => one.field === field).map(({ text }) => text),
  ]);
}

/** What a title page, or a sheet, says of the export, line by line. */
export function factsOf(description: ExportDescription, ...more: [name: string, text: string][]): [string, string][] {
  const { study, number, madeBy, madeAt, timeZone, filter, codebook, audience, raw } = description;
  const notDeidentified = rawInWords(raw, description.subject);
  const chosen = byField(filter).map(([field, texts]): [string, string] => [field, texts.join('\n')]);
  return [
    ['Study', study],
    ['Export', `Number ${number}`],
    ['Made', `${formatDateTime(madeAt, timeZone)}, by ${madeBy}`],
    ['For', audience ?? 'The research team: not to be passed on as it is'],
    ...(notDeidentified === undefined
      ? []
      : [['Not de-identified yet', `${notDeidentified}: there may be real names here`] as [string, string]]),
    ...(codebook === '' ? [] : [['Codebook', codebook] as [string, string]]),
    ...(chosen.length > 0 ? chosen : [['Filter', 'Everything'] as [string, string]]),
    ...more,
  ];
}

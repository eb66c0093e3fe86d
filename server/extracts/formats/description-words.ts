import { formatDateTime } from '../../shared/dates.ts';
import type { ExportDescription, LeavingCounts } from '../extract-source.ts';
import { counted } from '../../shared/counted.ts';

/** "30 codings in 12 notes from 3 agencies, by 2 coders" */
export function countsInWords({ codings, notes, agencies, coders }: LeavingCounts): string {
  return `${counted(codings, 'coding')} in ${counted(notes, 'note')} from ${counted(agencies, 'agency', 'agencies')}, by ${counted(coders, 'coder')}`;
}

/** What a title page, or a sheet, says of the export, line by line. */
export function factsOf(description: ExportDescription, ...more: [name: string, text: string][]): [string, string][] {
  const { study, number, madeBy, madeAt, timeZone, filter, codebook, audience } = description;
  const fields = [...new Set(filter.map(({ field }) => field))];
  const chosen = fields.map((field): [string, string] => [
    field,
    filter
      .filter((one) => one.field === field)
      .map(({ text }) => text)
      .join('\n'),
  ]);
  return [
    ['Study', study],
    ['Export', `Number ${number}`],
    ['Made', `${formatDateTime(madeAt, timeZone)}, by ${madeBy}`],
    ['For', audience ?? 'The research team: not to be passed on as it is'],
    ...(codebook === '' ? [] : [['Codebook', codebook] as [string, string]]),
    ...(chosen.length > 0 ? chosen : [['Filter', 'Everything'] as [string, string]]),
    ...more,
  ];
}

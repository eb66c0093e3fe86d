import { formatCalendarDate } from '../shared/dates.ts';
import type { RecordedFilter } from '../extracts/export-queries.ts';
import { FIELD_NAMES } from '../extracts/extract-filter.ts';
import type { LeavingTheme } from '../extracts/extract-source.ts';
import type { Disguised } from './cast.ts';
import type { Choices } from './choices.ts';
import { withoutPersonal } from './outside-row.ts';
import { outsideTime } from './outside-time.ts';

const DAYS = ['from', 'to', 'coded_from', 'coded_to'] as const;
const TEXTS = ['path', 'name', 'definition', 'whenToUse', 'whenNotToUse', 'example'] as const;

/** A theme as it may leave. */
export function outsideTheme(theme: LeavingTheme, disguised: Disguised): LeavingTheme {
  const changed = { ...theme };
  for (const field of TEXTS) changed[field] = disguised.apply(withoutPersonal(theme[field]));
  return changed;
}

/** The filter in words that may leave: agencies and coders as they are called outside, names in others replaced. */
export function outsideFilter(
  filter: RecordedFilter,
  disguised: Disguised,
  choices: Pick<Choices, 'dates'>,
): { field: string; text: string }[] {
  const others = filter.read.filter(({ field }) => field !== FIELD_NAMES.agency && field !== FIELD_NAMES.coder);
  return [
    ...others.map(({ field, text }) => {
      const day = DAYS.find((name) => FIELD_NAMES[name] === field);
      const isHidden = day !== undefined && choices.dates === 'month';
      return {
        field,
        text: isHidden ? `a day in ${formatCalendarDate(outsideTime(filter[day]!, choices))}` : disguised.apply(text),
      };
    }),
    ...filter.agency.map((id) => ({ field: FIELD_NAMES.agency, text: disguised.agency(id).agencyName })),
    ...filter.coder.map((id) => ({ field: FIELD_NAMES.coder, text: disguised.coder(id) })),
  ];
}

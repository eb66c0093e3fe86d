import { formatCalendarDate } from '../../shared/dates.ts';
import type { Phase } from './phase-queries.ts';

/** "1 October 2010 to 31 May 2011", as much of it as is known. */
function datesOf({ startsOn, endsOn }: Phase): string {
  if (startsOn && endsOn) return `${formatCalendarDate(startsOn)} to ${formatCalendarDate(endsOn)}`;
  if (startsOn) return `from ${formatCalendarDate(startsOn)}`;
  return endsOn ? `until ${formatCalendarDate(endsOn)}` : 'No dates set';
}

export function phaseListView(phases: Phase[], path: string) {
  return phases.map((phase) => ({
    name: phase.name,
    dates: datesOf(phase),
    edit: `${path}/phases/${phase.id}/edit`,
    visits: `${path}/visits?phase=${phase.id}`,
  }));
}

/** What somebody else has saved, for whoever was about to save over it. */
export function theirPhase(phase: Phase) {
  return [
    { label: 'Name', value: phase.name },
    { label: 'Place in the order', value: String(phase.position) },
    { label: 'Dates', value: datesOf(phase) },
  ];
}

import { DateTime } from 'luxon';

// Intl's own formatting is many times as fast as luxon's, once it has a formatter: a page may show thousands of dates.
type Formatters = { date: Intl.DateTimeFormat; time: Intl.DateTimeFormat };
const formatters = new Map<string, Formatters>();

function formattersFor(zone: string): Formatters {
  const known = formatters.get(zone);
  if (known) return known;
  const made = {
    date: new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' }),
    time: new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  };
  formatters.set(zone, made);
  return made;
}

/** "14 November 2011" in `zone`. */
export function formatDate(at: Date, zone: string): string {
  return formattersFor(zone).date.format(at);
}

/** "14:02" in `zone`. */
export function formatTime(at: Date, zone: string): string {
  return formattersFor(zone).time.format(at);
}

/** "14 November 2011, 14:02" in `zone`. */
export function formatDateTime(at: Date, zone: string): string {
  return `${formatDate(at, zone)}, ${formatTime(at, zone)}`;
}

/** "10:00 to 13:30" in `zone`, with the last day where it is another: "21:00 to 07:00 on 15 November 2011". */
export function formatSpan(start: Date, end: Date, zone: string): string {
  const isSameDay = toLocalDate(start, zone) === toLocalDate(end, zone);
  return `${formatTime(start, zone)} to ${formatTime(end, zone)}${isSameDay ? '' : ` on ${formatDate(end, zone)}`}`;
}

/** A calendar date from the database ("2011-11-14") as "14 November 2011", and a month ("2011-11") as "November 2011". */
export function formatCalendarDate(date: string): string {
  const format = date.length === '2011-11'.length ? 'LLLL yyyy' : 'd LLLL yyyy';
  return DateTime.fromISO(date).setLocale('en-GB').toFormat(format);
}

const DAY = 24 * 60;
// From here on hours say nothing.
const MANY_DAYS = 14;

/**
 * A length of time in whole minutes as "3 hours 20 minutes", "2 days 4 hours", and from two weeks on "5,457 days". Units
 * of zero are left out.
 */
export function formatMinutes(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  if (whole >= MANY_DAYS * DAY) return `${Math.floor(whole / DAY).toLocaleString('en-GB')} days`;
  const parts: [number, string][] =
    whole >= DAY
      ? [
          [Math.floor(whole / DAY), 'day'],
          [Math.floor((whole % DAY) / 60), 'hour'],
        ]
      : [
          [Math.floor(whole / 60), 'hour'],
          [whole % 60, 'minute'],
        ];
  const words = parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
  return words.length > 0 ? words.join(' ') : 'less than a minute';
}

/**
 * The instant of a wall-clock time ("2011-10-30T01:30", as an input of type datetime-local gives it) in `zone`, or
 * undefined when there is no such time. Of the two 01:30s on the night the clocks go back it takes the first.
 */
export function fromLocalTime(local: string, zone: string): Date | undefined {
  const parsed = DateTime.fromISO(local, { zone });
  if (!parsed.isValid) return undefined;
  // A time in the hour that the clocks skip comes back as another one.
  return parsed.toFormat("yyyy-MM-dd'T'HH:mm") === local.slice(0, 16) ? parsed.toJSDate() : undefined;
}

/** The reverse of fromLocalTime: "2011-10-30T01:30" in `zone`. */
export function toLocalTime(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
}

/** "2011-11-14" in `zone`. */
export function toLocalDate(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd');
}

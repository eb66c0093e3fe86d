/** A calendar month as "2011-11". */
export type Month = string;

/** Every month from the first to the last of those given, each with its count, 0 where none was given. */
export function everyMonth(counts: readonly { month: Month; count: number }[]): { month: Month; count: number }[] {
  const known = new Map(counts.map(({ month, count }) => [month, count]));
  const given = [...known.keys()].toSorted();
  const [first, last] = [given[0], given.at(-1)];
  if (first === undefined || last === undefined) return [];
  const months: { month: Month; count: number }[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) months.push({ month, count: known.get(month) ?? 0 });
  return months;
}

export function nextMonth(month: Month): Month {
  const [year, number] = partsOf(month);
  return number === 12 ? monthOf(year + 1, 1) : monthOf(year, number + 1);
}

/** The first and the last day of a month as "2011-02-01" and "2011-02-28". */
export function daysOf(month: Month): { from: string; to: string } {
  const [year, number] = partsOf(month);
  // Day 0 of the month after is the last of this one.
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${String(last).padStart(2, '0')}` };
}

const NAMES = 'January February March April May June July August September October November December'.split(' ');

/** "November 2011" */
export function monthName(month: Month): string {
  return `${shortMonth(month, 20)} ${month.slice(0, 4)}`;
}

/** "Nov" */
export function shortMonth(month: Month, length = 3): string {
  return (NAMES[partsOf(month)[1] - 1] ?? '').slice(0, length);
}

function partsOf(month: Month): [year: number, number: number] {
  return [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
}

function monthOf(year: number, number: number): Month {
  return `${String(year).padStart(4, '0')}-${String(number).padStart(2, '0')}`;
}

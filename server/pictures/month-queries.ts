import type { Transaction } from '../database/connection.ts';
import { type Asked, extracts } from '../extracts/extract-queries.ts';
import type { Month } from './months.ts';

const INSTANTS = { visited: 'visits.starts_at', coded: 'codings.created_at' };

/** The extracts of each month that has some: of their visit, or of their coding, in the study's time zone. */
export async function countByMonth(
  trx: Transaction,
  wanted: Asked,
  by: keyof typeof INSTANTS,
): Promise<{ month: Month; count: number }[]> {
  const monthly = extracts(trx, wanted)
    .groupByRaw('1')
    .select(trx.raw(`date_trunc('month', ?? at time zone ?) as month`, [INSTANTS[by], wanted.timeZone]))
    .count('* as count');
  return trx(monthly.as('monthly')).select({
    month: trx.raw(`to_char(month, 'YYYY-MM')`),
    count: trx.raw('count::int'),
  });
}

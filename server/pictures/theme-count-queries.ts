import type { Transaction } from '../database/connection.ts';
import type { Scope } from './scope.ts';
import { codingsWithin, type Dimension } from './scope-queries.ts';
import type { ThemeCount } from './theme-matrix.ts';

/** The codings of each theme itself, those of removed ones too, by agency or phase. */
export async function countByTheme(trx: Transaction, scope: Scope, by: Dimension): Promise<ThemeCount[]> {
  const column = `placed.${by}_id`;
  return codingsWithin(trx, scope)
    .groupBy('codings.theme_id', column)
    .select({ themeId: 'codings.theme_id', columnId: column, count: trx.raw('count(*)::int') });
}

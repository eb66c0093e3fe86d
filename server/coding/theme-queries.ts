import type { Transaction } from '../database/connection.ts';
import type { Theme } from './theme-order.ts';

export async function listThemes(trx: Transaction): Promise<Theme[]> {
  return trx('themes')
    .whereNull('removed_at')
    .orderBy('position')
    .select({ id: 'id', parentId: 'parent_id', name: 'name', definition: 'definition', position: 'position' });
}

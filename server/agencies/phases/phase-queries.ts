import type { Transaction } from '../../database/connection.ts';

/** `startsOn` and `endsOn` are calendar dates, "2011-11-14". */
export type Phase = {
  id: string;
  name: string;
  position: number;
  startsOn: string | null;
  endsOn: string | null;
  version: number;
};

function columns(trx: Transaction) {
  return {
    id: 'id',
    name: 'name',
    position: 'position',
    startsOn: trx.raw('starts_on::text'),
    endsOn: trx.raw('ends_on::text'),
    version: 'version',
  };
}

/** The phases in their order. */
export async function listPhases(trx: Transaction): Promise<Phase[]> {
  return trx('phases').orderBy(['position', 'name']).select(columns(trx));
}

export async function findPhase(trx: Transaction, id: string): Promise<Phase | undefined> {
  return trx('phases').where({ id }).first(columns(trx));
}

/** False when the id is taken. Throws PostgreSQL's 23505 on phases_name_unique. */
export async function insertPhase(trx: Transaction, studyId: string, phase: Omit<Phase, 'version'>): Promise<boolean> {
  const inserted = await trx('phases')
    .insert({ id: phase.id, study_id: studyId, ...written(phase) })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length > 0;
}

/** False when the phase is no longer at `version`. Throws 23505 like insertPhase. */
export async function updatePhase(trx: Transaction, id: string, change: Omit<Phase, 'id'>): Promise<boolean> {
  const updated = await trx('phases')
    .where({ id, version: change.version })
    .update({ ...written(change), version: change.version + 1 });
  return updated > 0;
}

function written({ name, position, startsOn, endsOn }: Omit<Phase, 'id' | 'version'>) {
  return { name, position, starts_on: startsOn, ends_on: endsOn };
}

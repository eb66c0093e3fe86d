import type { Transaction } from '../database/connection.ts';

/** Adds a study, outside any study. False when there is one with this id. */
export async function insertStudy(
  trx: Transaction,
  study: { id: string; name: string; requiresSecondStep?: boolean },
): Promise<boolean> {
  // No conflict target and no returning: both would need the right to read the row, which comes with the membership.
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into studies (id, name, requires_second_step) values (?, ?, ?) on conflict do nothing`,
    [study.id, study.name, study.requiresSecondStep ?? false],
  );
  return rowCount > 0;
}

/** What the study asks of its team at sign-in, while the transaction lasts: nobody else changes it. */
export async function findSecondStepRuleForUpdate(trx: Transaction, studyId: string): Promise<boolean> {
  const row = await trx('studies')
    .where({ id: studyId })
    .forUpdate()
    .first<{ requires: boolean }>({ requires: 'requires_second_step' });
  return row?.requires ?? false;
}

export async function findSecondStepRule(trx: Transaction, studyId: string): Promise<boolean> {
  const row = await trx('studies')
    .where({ id: studyId })
    .first<{ requires: boolean }>({ requires: 'requires_second_step' });
  return row?.requires ?? false;
}

export async function updateSecondStepRule(trx: Transaction, studyId: string, requires: boolean): Promise<void> {
  await trx('studies').where({ id: studyId }).update({ requires_second_step: requires });
}

import { asAccount, type Db, type Transaction } from '../../database/connection.ts';

/** What a person has for the second step at sign-in. */
export type SecondStepState = { appSince: Date | null; passkeys: number; recoveryCodesLeft: number };

export async function findSecondStepState(db: Db, personId: string): Promise<SecondStepState> {
  return asAccount(db, {}, async (trx) => {
    const app = await trx('authenticator_apps')
      .where({ person_id: personId })
      .first<{ since: Date }>({ since: 'created_at' });
    return {
      appSince: app?.since ?? null,
      passkeys: await counted(trx('passkeys').where({ person_id: personId })),
      recoveryCodesLeft: await counted(trx('recovery_codes').where({ person_id: personId }).whereNull('used_at')),
    };
  });
}

async function counted(rows: ReturnType<Transaction>): Promise<number> {
  const [row] = (await rows.count({ count: '*' })) as { count: string }[];
  return Number(row?.count ?? 0);
}

export async function findSealedSecret(db: Db, personId: string): Promise<Buffer | undefined> {
  const row = await asAccount(db, {}, (trx) =>
    trx('authenticator_apps').where({ person_id: personId }).first<{ sealed: Buffer }>({ sealed: 'sealed_secret' }),
  );
  return row?.sealed;
}

export async function findRecoveryCode(
  db: Db,
  personId: string,
  label: string,
): Promise<{ id: string; hash: string } | undefined> {
  return asAccount(db, {}, (trx) =>
    trx('recovery_codes').where({ person_id: personId, label }).whereNull('used_at').first({ id: 'id', hash: 'hash' }),
  );
}

/** False when the person has an app already. */
export async function insertApp(trx: Transaction, personId: string, sealed: Buffer): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into authenticator_apps (person_id, sealed_secret) values (?, ?) on conflict do nothing`,
    [personId, sealed],
  );
  return rowCount > 0;
}

/** Keeps that this proof has been given, for so many minutes. False when it had been: it does not count again. */
export async function insertSpentProof(
  trx: Transaction,
  personId: string,
  proof: string,
  minutes: number,
): Promise<boolean> {
  await trx('spent_proofs').where({ person_id: personId }).where('until', '<', trx.fn.now()).delete();
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into spent_proofs (person_id, proof, until) values (?, ?, now() + make_interval(mins => ?))
     on conflict do nothing`,
    [personId, proof, minutes],
  );
  return rowCount > 0;
}

/** Uses the code up, in one statement; false when another request has. */
export async function updateRecoveryCodeUsed(trx: Transaction, id: string): Promise<boolean> {
  return (await trx('recovery_codes').where({ id }).whereNull('used_at').update({ used_at: trx.fn.now() })) > 0;
}

/** These codes in place of any that the person had. */
export async function replaceRecoveryCodes(
  trx: Transaction,
  personId: string,
  codes: { id: string; label: string; hash: string }[],
): Promise<void> {
  await trx('recovery_codes').where({ person_id: personId }).delete();
  await trx('recovery_codes').insert(codes.map((code) => ({ ...code, person_id: personId })));
}

export async function removeApp(trx: Transaction, personId: string): Promise<boolean> {
  return (await trx('authenticator_apps').where({ person_id: personId }).delete()) > 0;
}

/** Takes everything away; false when there was nothing. */
export async function removeSecondStep(trx: Transaction, personId: string): Promise<boolean> {
  const apps = await trx('authenticator_apps').where({ person_id: personId }).delete();
  const passkeys = await trx('passkeys').where({ person_id: personId }).delete();
  await trx('recovery_codes').where({ person_id: personId }).delete();
  return apps + passkeys > 0;
}

/** Whether the person has an app or a passkey still. */
export async function findWhetherAny(trx: Transaction, personId: string): Promise<boolean> {
  const app = await trx('authenticator_apps').where({ person_id: personId }).first('person_id');
  return app !== undefined || (await trx('passkeys').where({ person_id: personId }).first('id')) !== undefined;
}

import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { identityKeysFrom, type IdentityKeys } from '../../server/database/identity-keys.ts';
import { seal } from '../../server/identities/cipher.ts';
import { type Identity, identityText } from '../../server/identities/identity.ts';

export const aKey = (seed: string): Buffer => createHash('sha256').update(seed).digest();

/** What the application under test encrypts identities with. */
export const TEST_IDENTITY_KEYS = identityKeysFrom(aKey('tests'));

/** Gives a participant a real name. */
export async function anIdentity(
  owner: Knex,
  studyId: string,
  given: Partial<Identity> & { participantId: string; by: string; keys?: IdentityKeys },
): Promise<Identity> {
  const identity = {
    fullName: given.fullName ?? 'Samuel Okafor',
    otherNames: given.otherNames ?? ['Sam'],
    contact: given.contact ?? '',
    born: given.born ?? '',
    remark: given.remark ?? '',
  };
  const sealed = seal(given.keys ?? TEST_IDENTITY_KEYS, identityText(identity), { studyId, id: given.participantId });
  await owner('identities').insert({
    participant_id: given.participantId,
    study_id: studyId,
    ciphertext: sealed.ciphertext,
    nonce: sealed.nonce,
    key_id: sealed.keyId,
    saved_by: given.by,
  });
  return identity;
}

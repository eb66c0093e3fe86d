import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { identityKeysFrom, type IdentityKeys } from '../../server/database/identity-keys.ts';
import { seal } from '../../server/identities/cipher.ts';
import { newId } from '../../server/shared/ids.ts';
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

/** A line of the log of replacements, as if the first word of the note's revision had been replaced. */
export async function aReplacement(
  owner: Knex,
  studyId: string,
  {
    note,
    by,
    original = 'Sam',
    keys = TEST_IDENTITY_KEYS,
  }: { note: { id: string; revisionId: string }; by: string; original?: string; keys?: IdentityKeys },
): Promise<{ id: string }> {
  const id = newId();
  const sealed = seal(keys, original, { studyId, id });
  await owner('deidentification_log').insert({
    id,
    study_id: studyId,
    note_id: note.id,
    raw_revision_id: note.revisionId,
    revision_id: note.revisionId,
    field: 'body',
    start_position: 0,
    end_position: 3,
    category: 'name',
    technique: 'pseudonym',
    replacement: '[Member 4]',
    ciphertext: sealed.ciphertext,
    nonce: sealed.nonce,
    key_id: sealed.keyId,
    replaced_by: by,
  });
  return { id };
}

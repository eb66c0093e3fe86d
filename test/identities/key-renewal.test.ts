import { describe, expect, test } from '@jest/globals';
import { identityKeysFrom } from '../../server/database/identity-keys.ts';
import { seal, unseal } from '../../server/identities/cipher.ts';
import { missingKeys, renewKey } from '../../server/identities/key-renewal-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, aParticipant } from '../support/builders.ts';
import { aKey, anIdentity, aReplacement, TEST_IDENTITY_KEYS } from '../support/identity-builders.ts';
import { Program } from '../support/program.ts';
import { useTestApp } from '../support/test-app.ts';

const base64 = (seed: string): string => aKey(seed).toString('base64');
const OLD = identityKeysFrom(aKey('old'));
const LOST = identityKeysFrom(aKey('lost'));
const BOTH = identityKeysFrom(aKey('tests'), [aKey('old')]);

type Row = { participant_id: string; key_id: string; ciphertext: Buffer; nonce: Buffer; version: number };

describe('renewing the key', () => {
  const t = useTestApp();
  const rowOf = async (id: string): Promise<Row> => {
    const row = await t.owner<Row>('identities').where({ participant_id: id }).first();
    return row!;
  };

  test('puts every row under the current key · whatever it says and its version stay, the trail of the study says how many', async () => {
    const cast = await aFullStudy(t.owner);
    // More than are renewed in one transaction.
    const ids = Array.from({ length: 203 }, () => newId());
    await t.owner('participants').insert(
      ids.map((id, number) => ({
        id,
        study_id: cast.study.id,
        agency_id: cast.agency.id,
        pseudonym: `Person ${number}`,
        role: 'service-user',
        consent: 'consented',
      })),
    );
    for (const [number, id] of ids.entries())
      await anIdentity(t.owner, cast.study.id, {
        participantId: id,
        by: cast.lead.membershipId,
        fullName: `Ffion Number${number}`,
        keys: number === 0 ? TEST_IDENTITY_KEYS : OLD,
      });
    const untouched = await rowOf(ids[0]!);

    expect(await renewKey(t.owner, BOTH)).toEqual({ renewed: 202, left: new Map() });

    expect(await rowOf(ids[0]!)).toEqual(untouched);
    expect(await t.owner('identities').distinct('key_id')).toEqual([{ key_id: TEST_IDENTITY_KEYS.current.id }]);
    const row = await rowOf(ids[202]!);
    const sealed = { ciphertext: row.ciphertext, nonce: row.nonce, keyId: row.key_id };
    expect(unseal(TEST_IDENTITY_KEYS, sealed, { studyId: cast.study.id, id: ids[202]! })).toContain('Ffion Number202');
    expect(row.version).toBe(1);
    const events = await t
      .owner('events')
      .where({ kind: 'identity-key.renewed' })
      .orderBy('at')
      .select('study_id', 'after');
    expect(events.map(({ after }) => after.rows)).toEqual([200, 2]);
    expect(new Set(events.map(({ study_id }) => study_id))).toEqual(new Set([cast.study.id]));

    // The program, which has the new key alone by now, shows it, and the lead's trail says it in words.
    const lead = await BrowserSession.as(t.app, cast.lead);
    const look = await lead.post(`${cast.study.path}/participants/${ids[202]}/identity/look`, { reason: 'contact' });
    expect(look.text).toContain('Ffion Number202');
    const trail = await lead.get(`${cast.study.path}/trail`);
    expect(trail.text).toContain('encrypted real names and contact details with a new key');
    expect(await renewKey(t.owner, BOTH)).toEqual({ renewed: 0, left: new Map() });
  });
});

describe('what cannot be renewed', () => {
  const t = useTestApp();

  test('stays as it is, byte by byte · and the others are renewed all the same', async () => {
    const cast = await aFullStudy(t.owner);
    const by = cast.lead.membershipId;
    const aPerson = async (fullName: string, keys = OLD) => {
      const { id } = await aParticipant(t.owner, cast.study.id, cast.agency.id);
      await anIdentity(t.owner, cast.study.id, { participantId: id, by, fullName, keys });
      return id;
    };
    const lost = await aPerson('Ivo Lost', LOST);
    const bent = await aPerson('Ida Bent');
    const good = await aPerson('Ada Good');
    await t
      .owner('identities')
      .where({ participant_id: bent })
      .update({ nonce: Buffer.alloc(12) });
    const before = await t.owner('identities').whereIn('participant_id', [lost, bent]).orderBy('participant_id');

    const missing = await missingKeys(t.database.db, TEST_IDENTITY_KEYS);
    expect(missing).toHaveLength(2);
    expect(missing.join('\n')).toContain(
      `1 record that tells who somebody is (a real name, or words replaced in a note) is encrypted with a key (${LOST.current.id})`,
    );
    expect(missing.join('\n')).toContain(
      `2 records that tell who somebody is (real names, and words replaced in notes) are encrypted with a key (${OLD.current.id})`,
    );

    const { renewed, left } = await renewKey(t.owner, BOTH);

    expect(renewed).toBe(1);
    expect(left).toEqual(
      new Map([
        [LOST.current.id, 1],
        [OLD.current.id, 1],
      ]),
    );
    expect(await t.owner('identities').whereIn('participant_id', [lost, bent]).orderBy('participant_id')).toEqual(
      before,
    );
    expect(await t.owner('identities').where({ participant_id: good }).first('key_id')).toEqual({
      key_id: TEST_IDENTITY_KEYS.current.id,
    });
  });

  test('what replaced words in notes stood for counts as well, and is renewed with the names', async () => {
    const cast = await aFullStudy(t.owner);
    const by = cast.researcher.membershipId;
    const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: 'ON: Sam met Ann.' });
    const ONLY = identityKeysFrom(aKey('only of replacements'));
    const { id } = await aReplacement(t.owner, cast.study.id, { note, by, original: 'Sam', keys: ONLY });
    const missing = async () => (await missingKeys(t.database.db, TEST_IDENTITY_KEYS)).join('\n');
    expect(await missing()).toContain(ONLY.current.id);
    await renewKey(t.owner, identityKeysFrom(aKey('tests'), [aKey('only of replacements')]));
    expect(await missing()).not.toContain(ONLY.current.id);
    const row = (await t.owner('deidentification_log').where({ id }).first()) as Row;
    expect(unseal(TEST_IDENTITY_KEYS, { ...row, keyId: row.key_id }, { studyId: cast.study.id, id })).toBe('Sam');
  });

  test('a table of encrypted rows that came later is renewed too', async () => {
    const cast = await aFullStudy(t.owner);
    await t.owner.raw(
      `create table later (id uuid primary key, study_id uuid, ciphertext bytea, nonce bytea, key_id text)`,
    );
    const id = newId();
    const { ciphertext, nonce, keyId } = seal(OLD, 'said later', { studyId: cast.study.id, id });
    await t.owner('later').insert({ id, study_id: cast.study.id, ciphertext, nonce, key_id: keyId });
    await renewKey(t.owner, BOTH);
    const row = (await t.owner('later').first()) as Row;
    expect(unseal(TEST_IDENTITY_KEYS, { ...row, keyId: row.key_id }, { studyId: cast.study.id, id })).toBe(
      'said later',
    );
  });
});

describe('npm run identities:renew', () => {
  const t = useTestApp();

  test('says what it did · and ends with 1 while rows are under a key that it was not given, as the program does at its start', async () => {
    const cast = await aFullStudy(t.owner);
    const { id } = await aParticipant(t.owner, cast.study.id, cast.agency.id);
    await anIdentity(t.owner, cast.study.id, { participantId: id, by: cast.lead.membershipId, keys: OLD });
    const keys = { DATABASE_URL: t.url, IDENTITY_KEY: base64('tests') };
    const program = new Program({
      env: { ...keys, SESSION_SECRET: 's'.repeat(32), UPLOADS_FOLDER: t.config.uploadsFolder },
    });
    try {
      await program.address();
      expect(program.output).toContain(`replaced in a note) is encrypted with a key (${OLD.current.id})`);
    } finally {
      await program.stop();
    }
    const run = async (older: string) => {
      const env = { ...keys, IDENTITY_KEYS_OLD: older };
      const command = new Program({ env, script: 'server/renew-identity-key.ts' });
      return { code: await command.ended(), said: command.output };
    };
    const first = await run('');
    expect(first.code).toBe(1);
    expect(first.said).toContain(`LEFT: 1 row under the key ${OLD.current.id}, which is not among IDENTITY_KEYS_OLD.`);
    const second = await run(base64('old'));
    expect(second).toMatchObject({ code: 0, said: expect.stringContaining('1 row encrypted anew with the key') });
    expect(second.said).toContain('No row is under an older key.');
    const third = await run('');
    expect(third).toMatchObject({ code: 0, said: expect.stringContaining('Nothing to renew under the key') });
    for (const said of [first.said, second.said, third.said, program.output])
      expect(said).not.toMatch(/Okafor|Sam|[A-Za-z0-9+/]{43}=/);
  }, 120_000);
});

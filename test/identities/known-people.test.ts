import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Actor, inStudy } from '../../server/database/connection.ts';
import { identityKeysFrom } from '../../server/database/identity-keys.ts';
import { findKnownPeople, findPeopleKnownTo } from '../../server/identities/known-people-service.ts';
import { aFullStudy, anAgency, aParticipant, type BuiltMember } from '../support/builders.ts';
import { aKey, anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let here: { id: string };
let elsewhere: { id: string };

const acting = (member: BuiltMember, role: 'lead' | 'researcher'): Actor => ({
  personId: member.id,
  membershipId: member.membershipId,
  studyId: cast.study.id,
  studyName: 'Study',
  timeZone: 'Europe/London',
  name: member.name,
  role,
  agencyId: null,
});

const inOrder = (ids: string[]) => ids.toSorted((one, other) => one.localeCompare(other));

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  const { study, agency, lead, researcher, visit } = cast;
  here = await aParticipant(t.owner, study.id, agency.id);
  elsewhere = await aParticipant(t.owner, study.id, (await anAgency(t.owner, study.id)).id);
  const lost = await aParticipant(t.owner, study.id, agency.id);
  const by = lead.membershipId;
  await anIdentity(t.owner, study.id, { participantId: here.id, by });
  await anIdentity(t.owner, study.id, { participantId: elsewhere.id, by, fullName: 'Ann Lee', otherNames: [] });
  await anIdentity(t.owner, study.id, { participantId: lost.id, by, keys: identityKeysFrom(aKey('lost')) });
  await t.owner('visit_observers').insert({
    visit_id: visit.id,
    study_id: study.id,
    membership_id: researcher.membershipId,
    gold_role: 'complete-observer',
  });
});

describe('known people', () => {
  test('are all of the study’s · but for one whose key is lost, which hinders nothing', async () => {
    const found = await inStudy(t.database.db, acting(cast.researcher, 'researcher'), (trx) =>
      findKnownPeople(trx, acting(cast.researcher, 'researcher')),
    );
    expect(Object.fromEntries(found.map(({ participantId, names }) => [participantId, names]))).toEqual({
      [here.id]: ['Samuel Okafor', 'Samuel', 'Okafor', 'Sam'],
      [elsewhere.id]: ['Ann Lee', 'Ann', 'Lee'],
    });
  });

  test('are only those asked for · when ids are given', async () => {
    const actor = acting(cast.lead, 'lead');
    const found = await inStudy(t.database.db, actor, (trx) => findKnownPeople(trx, actor, [elsewhere.id]));
    expect(found.map(({ participantId }) => participantId)).toEqual([elsewhere.id]);
    expect(await inStudy(t.database.db, actor, (trx) => findKnownPeople(trx, actor, []))).toEqual([]);
  });

  test('are suggested to those who may look them up · the lead all, a researcher those of the agencies visited', async () => {
    const seenBy = async (actor: Actor) =>
      (await inStudy(t.database.db, actor, (trx) => findPeopleKnownTo(trx, actor))).map(
        ({ participantId }) => participantId,
      );
    expect(await seenBy(acting(cast.lead, 'lead'))).toEqual(inOrder([here.id, elsewhere.id]));
    expect(await seenBy(acting(cast.researcher, 'researcher'))).toEqual([here.id]);
    expect(await seenBy(acting(cast.colleague, 'researcher'))).toEqual([]);
  });

  test('leave the table closed behind them · for every other query of the transaction', async () => {
    const actor = acting(cast.lead, 'lead');
    const rows = await inStudy(t.database.db, actor, async (trx) => {
      const before: unknown[] = await trx('identities').select('participant_id');
      await findKnownPeople(trx, actor);
      return [...before, ...(await trx('identities').select('participant_id'))];
    });
    expect(rows).toEqual([]);
  });
});

import { expect, test } from '@jest/globals';
import { listErasures, updateFilesOfErased } from '../../server/withdrawal/erasure-queries.ts';
import { applyErasures } from '../../server/withdrawal/erasure-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aNote, aParticipant } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

test('what an older backup brings back is erased again, once · when the record of erasures is applied to it', async () => {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Heron 31' });
  const note = await aNote(t.owner, cast.study.id, {
    visitId: cast.visit.id,
    by,
    body: 'ON: Heron 31 wept.\nON: Aurelio wept too.\nON: It rained.',
  });
  // As the newer installation told it; its confirmer has left since.
  await t.owner('memberships').where({ id: cast.colleague.membershipId }).update({ ended_at: '2012-01-01T00:00:00Z' });
  const erasure = {
    studyId: cast.study.id,
    withdrawalId: newId(),
    participantId: person.id,
    requestedBy: by,
    confirmedBy: cast.colleague.membershipId,
    withdrawnOn: '2011-12-01',
    attachmentIds: [],
  };
  const apply = () => t.owner.transaction((trx) => applyErasures(trx, [erasure], () => Promise.resolve(['Aurelio'])));
  expect(await apply()).toBe(1);
  const bodies = await t.owner('note_revisions').where({ note_id: note.id }).orderBy('number').pluck('body');
  const erased = 'ON: [erased on request]\nON: [erased on request]\nON: It rained.';
  expect(bodies).toEqual([erased, erased]);
  expect((await t.owner('memberships').where({ id: cast.colleague.membershipId }).first()).ended_at).not.toBeNull();
  expect(await t.owner.transaction((trx) => listErasures(trx))).toMatchObject([
    { participantId: person.id, withdrawalId: erasure.withdrawalId, requestedBy: by, withdrawnOn: '2011-12-01' },
  ]);
  expect(await apply()).toBe(0);
  expect([await updateFilesOfErased(t.owner), await updateFilesOfErased(t.owner)]).toEqual([true, false]);
  expect(await t.owner('note_revisions').where({ note_id: note.id })).toHaveLength(2);
});

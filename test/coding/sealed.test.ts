import { expect, test } from '@jest/globals';
import { type Actor, inStudy, lookThroughSeals } from '../../server/database/connection.ts';
import { aCoding, aFullStudy, aNote, aTheme, type BuiltMember } from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

test('codings of a note that is coded blind · are seen by their coder alone, until the seals are looked through', async () => {
  const cast = await aFullStudy(t.owner);
  const { study, researcher, colleague, lead, visit } = cast;
  const note = await aNote(t.owner, study.id, { visitId: visit.id, by: researcher.membershipId });
  const theme = await aTheme(t.owner, study.id, { by: lead.membershipId });
  const coders = [researcher.membershipId, colleague.membershipId];
  await aDoubleCoding(t.owner, study.id, { noteId: note.id, by: lead.membershipId, coders });
  const place = { note, themeId: theme.id, start: 4, end: 10 };
  await aCoding(t.owner, study.id, { ...place, by: researcher.membershipId });

  const seen = (member: BuiltMember, role: Actor['role'], through = false) =>
    inStudy(t.database.db, actor(member, role), async (trx) => {
      if (through) await lookThroughSeals(trx);
      return trx('codings').where({ note_id: note.id }).pluck('coder_id');
    });
  const actor = (member: BuiltMember, role: Actor['role']): Actor => ({
    personId: member.id,
    membershipId: member.membershipId,
    studyId: study.id,
    studyName: 'Study',
    timeZone: 'Europe/London',
    name: member.name,
    role,
    agencyId: null,
  });
  expect(await seen(researcher, 'researcher')).toEqual([researcher.membershipId]);
  expect(await seen(colleague, 'researcher')).toEqual([]);
  expect(await seen(lead, 'lead')).toEqual([]);
  expect(await seen(colleague, 'researcher', true)).toEqual([researcher.membershipId]);
});

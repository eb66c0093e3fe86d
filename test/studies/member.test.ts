import { describe, expect, test } from '@jest/globals';
import { aFullStudy, aMember, anAgency } from '../support/builders.ts';
import { raceFor } from '../support/at-once.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function aStudyWithLead() {
  const cast = await aFullStudy(t.owner);
  const leadSession = await BrowserSession.as(t.app, cast.lead);
  const pathOf = (member: { membershipId: string }) => `${cast.study.path}/members/${member.membershipId}`;
  return { ...cast, leadSession, pathOf };
}
const rowOf = (member: { membershipId: string }) =>
  t.owner('memberships').where({ id: member.membershipId }).first('role', 'agency_id', 'ended_at');

describe('the list', () => {
  test('GET /studies/:study/members · lists everybody with role, agency and address, names as text · for the lead', async () => {
    const { study, agency, staff, leadSession } = await aStudyWithLead();
    await aMember(t.owner, study.id, { name: '<script>alert(1)</script>' });
    const $ = await leadSession.page(`${study.path}/members`);
    expect($('main script')).toHaveLength(0);
    const rows = $('main .app-people').first().text();
    for (const words of ['<script>alert(1)</script>', staff.email, `Agency staff, ${agency.name}`, '(you)'])
      expect(rows).toContain(words);
  });

  test('GET /studies/:study/members · answers 404 · to a researcher, to agency staff and to the lead of another study', async () => {
    const { study, researcher, staff } = await aStudyWithLead();
    const other = await aFullStudy(t.owner);
    for (const person of [researcher, staff, other.lead])
      expect((await (await BrowserSession.as(t.app, person)).get(`${study.path}/members`)).status).toBe(404);
  });
});

describe('changing a role', () => {
  test('POST members/:member · changes the role and records both · whatever study or person the form adds', async () => {
    const { study, agency, researcher, leadSession, pathOf } = await aStudyWithLead();
    const other = await aFullStudy(t.owner);
    const smuggled = { study_id: other.study.id, person_id: other.lead.id, ended_at: '2020-01-01' };
    const answer = await leadSession.post(pathOf(researcher), { role: 'agency', agency: agency.id, ...smuggled });
    expect(answer.status).toBe(303);
    expect(await rowOf(researcher)).toEqual({ role: 'agency', agency_id: agency.id, ended_at: null });
    const events = await t.owner('events').where({ study_id: study.id, kind: 'membership.role-changed' });
    expect(events).toMatchObject([{ before: { role: 'researcher' }, after: { role: 'agency', agencyId: agency.id } }]);
  });

  test('POST members/:member · counts at the next request of that person', async () => {
    const { study, agency, researcher, leadSession, pathOf } = await aStudyWithLead();
    const session = await BrowserSession.as(t.app, researcher);
    await leadSession.post(pathOf(researcher), { role: 'lead', agency: '' });
    expect((await session.get(`${study.path}/members`)).status).toBe(200);
    await leadSession.post(pathOf(researcher), { role: 'agency', agency: agency.id });
    expect((await session.get(`${study.path}/members`)).status).toBe(404);
  });

  test('POST members/:member · forgets an agency left in the form · for a researcher', async () => {
    const { agency, staff, leadSession, pathOf } = await aStudyWithLead();
    await leadSession.post(pathOf(staff), { role: 'researcher', agency: agency.id });
    expect(await rowOf(staff)).toMatchObject({ role: 'researcher', agency_id: null });
  });

  test('POST members/:member · answers 422 and changes nothing · for an agency of another study, none at all, or a role that there is not', async () => {
    const { researcher, leadSession, pathOf } = await aStudyWithLead();
    const foreign = await anAgency(t.owner, (await aFullStudy(t.owner)).study.id);
    for (const fields of [
      { role: 'agency', agency: foreign.id },
      { role: 'agency', agency: '' },
      { role: 'agency', agency: 'x' },
      { role: 'owner', agency: '' },
    ])
      expect((await leadSession.post(pathOf(researcher), fields)).status).toBe(422);
    expect(await rowOf(researcher)).toMatchObject({ role: 'researcher', agency_id: null });
  });

  test('POST members/:member · answers 404 · for a member of another study and an id that is none', async () => {
    const { study, leadSession, pathOf } = await aStudyWithLead();
    const other = await aFullStudy(t.owner);
    for (const path of [pathOf(other.researcher), `${study.path}/members/1`])
      for (const action of ['', '/removal', '/restoration'])
        expect((await leadSession.post(path + action, { role: 'lead', agency: '' })).status).toBe(404);
    expect(await rowOf(other.researcher)).toMatchObject({ role: 'researcher', ended_at: null });
  });
});

describe('ending a membership', () => {
  test('POST members/:member/removal · closes the study to the person at once, and restoration opens it', async () => {
    const { study, researcher, leadSession, pathOf } = await aStudyWithLead();
    await t.owner('memberships').where({ id: researcher.membershipId }).update({ role: 'lead' });
    const session = await BrowserSession.as(t.app, researcher);
    expect((await session.get(`${study.path}/members`)).status).toBe(200);
    await leadSession.post(`${pathOf(researcher)}/removal`);
    expect((await session.get(`${study.path}/members`)).status).toBe(404);
    await leadSession.post(`${pathOf(researcher)}/restoration`);
    expect((await session.get(`${study.path}/members`)).status).toBe(200);
    const kinds = await t.owner('events').where({ subject_id: researcher.membershipId }).orderBy('at').pluck('kind');
    expect(kinds).toEqual(['membership.ended', 'membership.restored']);
  });

  test('POST members/:member/removal · does it once · when pressed twice', async () => {
    const { researcher, leadSession, pathOf } = await aStudyWithLead();
    for (let time = 0; time < 2; time += 1)
      expect((await leadSession.post(`${pathOf(researcher)}/removal`)).status).toBe(303);
    expect(
      await t.owner('events').where({ kind: 'membership.ended', subject_id: researcher.membershipId }),
    ).toHaveLength(1);
  });

  test('POST members/:member and …/removal · refuse and say what to do first · for the only lead', async () => {
    const { lead, leadSession, pathOf } = await aStudyWithLead();
    const removal = await leadSession.post(`${pathOf(lead)}/removal`);
    const change = await leadSession.post(pathOf(lead), { role: 'researcher', agency: '' });
    expect([removal.status, change.status]).toEqual([409, 422]);
    for (const { text } of [removal, change]) expect(text).toContain('Make somebody else a lead first');
    expect(await rowOf(lead)).toMatchObject({ role: 'lead', ended_at: null });
  });

  test('POST members/:member/removal · leaves one lead · when two leads end each other at once', async () => {
    const { study, lead, leadSession, pathOf } = await aStudyWithLead();
    const second = await aMember(t.owner, study.id, { role: 'lead' });
    const secondSession = await BrowserSession.as(t.app, second);
    const [first, other] = [await leadSession.token(), await secondSession.token()];
    const answers = await raceFor(
      t.owner,
      (trx) => trx('memberships').whereIn('id', [lead.membershipId, second.membershipId]).forUpdate(),
      () => [
        leadSession.agent
          .post(`${pathOf(second)}/removal`)
          .type('form')
          .send({ _csrf: first }),
        secondSession.agent
          .post(`${pathOf(lead)}/removal`)
          .type('form')
          .send({ _csrf: other }),
      ],
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 409]);
    const leads = t.owner('memberships').where({ study_id: study.id, role: 'lead' }).whereNull('ended_at');
    expect(await leads).toHaveLength(1);
  });

  test('POST members/:member/removal · answers 403 and ends nothing · without the CSRF token', async () => {
    const { researcher, leadSession, pathOf } = await aStudyWithLead();
    expect((await leadSession.agent.post(`${pathOf(researcher)}/removal`)).status).toBe(403);
    expect(await rowOf(researcher)).toMatchObject({ ended_at: null });
  });
});

import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aParticipant, aStudy, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aDisposal, anErasureRequest } from '../support/withdrawal-builders.ts';

const t = useTestApp();

/** A study in which nothing waits for anybody: all review dates were moved. */
async function aQuietStudy() {
  const cast = await aFullStudy(t.owner);
  const { study } = cast;
  const classes = ['identities', 'raw-notes', 'attachments', 'consent', 'notes', 'exports', 'trail'];
  await t.owner('retention_reviews').insert(
    classes.map((name) => ({
      id: newId(),
      study_id: study.id,
      class: name,
      review_on: '2099-05-01',
      reason: 'The funder asks for it.',
      set_by: cast.lead.membershipId,
    })),
  );
  const waiting = async (who: { email: string; password: string }) => {
    const $ = await (await BrowserSession.as(t.app, who)).page(study.path);
    const items = $('section[aria-labelledby="waiting"] li').toArray();
    return items.map((item) => [$(item).find('a').text(), $(item).find('a').attr('href')?.replace(study.path, '')]);
  };
  return { ...cast, waiting };
}

describe('what waits for somebody at home', () => {
  test('is not there · where nothing waits', async () => {
    const s = await aQuietStudy();
    const $ = await (await BrowserSession.as(t.app, s.lead)).page(s.study.path);
    expect($('#waiting').length).toBe(0);
  });

  test('is a disposal or an erasure to confirm · for everybody of the team but who asked for it, while it is open', async () => {
    const s = await aQuietStudy();
    const by = s.researcher.membershipId;
    const person = await aParticipant(t.owner, s.study.id, s.agency.id, { pseudonym: 'Heron 31' });
    const disposal = await aDisposal(t.owner, s.study.id, { by: s.lead.membershipId, class: 'consent' });
    await aDisposal(t.owner, s.study.id, { by: s.lead.membershipId, class: 'notes', cancelled: true });
    const erasure = await anErasureRequest(t.owner, s.study.id, { participantId: person.id, by });
    const toDispose = ['Disposal to confirm or cancel: consent records', `/disposals/${disposal.id}`];
    const toErase = ['Erasure to confirm or take back: Heron 31', `/withdrawals/${erasure.id}`];
    expect(await s.waiting(s.lead)).toEqual([toErase]);
    expect(await s.waiting(s.researcher)).toEqual([toDispose]);
    expect(await s.waiting(s.colleague)).toEqual([toDispose, toErase]);
    const staff = await (await BrowserSession.as(t.app, s.staff)).page(s.study.path);
    expect(staff('body').text()).not.toMatch(/Heron|Disposal|Waiting/);
    const second = await BrowserSession.as(t.app, s.colleague);
    await second.post(`${s.study.path}/withdrawals/${erasure.id}/cancellation`);
    await second.post(`${s.study.path}/disposals/${disposal.id}/cancellation`);
    expect(await s.waiting(s.colleague)).toEqual([]);
  });

  test('is a note to check, then to release · for who may do it', async () => {
    const s = await aQuietStudy();
    const note = await aNote(t.owner, s.study.id, {
      visitId: s.visit.id,
      by: s.researcher.membershipId,
      completed: true,
    });
    const author = await BrowserSession.as(t.app, s.researcher);
    const second = await BrowserSession.as(t.app, s.colleague);
    const page = `${s.study.path}/notes/${note.id}/deidentification`;
    expect((await author.post(page, { id: newId(), base: '1' })).status).toBe(303);
    const toCheck = [['1 note to check after somebody else de-identified it', '/notes?step=de-identified']];
    expect(await s.waiting(s.colleague)).toEqual(toCheck);
    expect(await s.waiting(s.lead)).toEqual(toCheck);
    expect(await s.waiting(s.researcher)).toEqual([]);
    expect((await second.post(`${page}/check`, { revision: '2', read: 'yes' })).status).toBe(303);
    const toRelease = [['1 checked note to release', '/notes?step=checked']];
    expect(await s.waiting(s.colleague)).toEqual(toRelease);
    expect(await s.waiting(s.lead)).toEqual(toRelease);
    expect(await s.waiting(s.researcher)).toEqual([]);
  });

  test('is a coding to review · one’s own, for the lead everybody’s', async () => {
    const s = await aQuietStudy();
    const by = s.researcher.membershipId;
    const note = await aNote(t.owner, s.study.id, { visitId: s.visit.id, by });
    const theme = await aTheme(t.owner, s.study.id, { by });
    for (const [coder, end] of [
      [by, 9],
      [by, 10],
      [s.colleague.membershipId, 10],
    ] as const) {
      const coding = await aCoding(t.owner, s.study.id, { note, themeId: theme.id, by: coder, start: 4, end });
      await t.owner('codings').where({ id: coding.id }).update({ needs_review_at: new Date() });
    }
    const words = (count: string) => [[`${count} to review, because the text was edited`, '#to-review']];
    expect(await s.waiting(s.researcher)).toEqual(words('2 codings'));
    expect(await s.waiting(s.colleague)).toEqual(words('1 coding'));
    expect(await s.waiting(s.lead)).toEqual(words('3 codings'));
    // Where the link leads.
    const $ = await (await BrowserSession.as(t.app, s.colleague)).page(s.study.path);
    expect($('#to-review').length).toBe(1);
    await t.owner('themes').where({ id: theme.id }).update({ removed_at: new Date(), removed_by: by });
    expect(await s.waiting(s.lead)).toEqual([]);
  });

  test('is a review date that has come · for the lead, until it is moved or the data are disposed of', async () => {
    const s = await aQuietStudy();
    await t.owner('retention_reviews').where({ study_id: s.study.id }).whereIn('class', ['notes', 'trail']).delete();
    const words = (count: string) => [[`${count} past the review date`, '/retention']];
    expect(await s.waiting(s.lead)).toEqual(words('2 kinds of data are'));
    expect(await s.waiting(s.researcher)).toEqual([]);
    const { id } = await aDisposal(t.owner, s.study.id, { by: s.lead.membershipId, class: 'notes' });
    const done = { confirmed_by: s.colleague.membershipId, confirmed_at: new Date(), done_at: new Date() };
    await t.owner('disposals').where({ id }).update(done);
    expect(await s.waiting(s.lead)).toEqual(words('1 kind of data is'));
    // Disposed of before its date is no answer to the date.
    await t.owner('disposals').where({ id }).update({ confirmed_at: '2015-05-01', done_at: '2015-05-01' });
    expect(await s.waiting(s.lead)).toEqual(words('2 kinds of data are'));
  });
});

describe('what waits, among all studies', () => {
  test('is counted beside each · but not where a second step has to be set up first', async () => {
    const s = await aQuietStudy();
    const other = await aStudy(t.owner, { name: 'RISE' });
    await t.owner('memberships').insert({
      id: newId(),
      study_id: other.id,
      person_id: s.colleague.id,
      name: s.colleague.name,
      role: 'researcher',
    });
    await aDisposal(t.owner, s.study.id, { by: s.lead.membershipId });
    const session = await BrowserSession.as(t.app, s.colleague);
    const items = async () => (await session.page('/'))('main').text().replace(/\s+/g, ' ');
    expect(await items()).toContain('1 thing waits for you');
    expect((await items()).match(/for you/g)).toHaveLength(1);
    await t.owner('studies').where({ id: s.study.id }).update({ requires_second_step: true });
    expect(await items()).not.toContain('for you');
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aMember, anAgency, aParticipant, aStudy, aVisit } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
let cast: Awaited<ReturnType<typeof aFullStudy>>;
let other: Awaited<ReturnType<typeof aFullStudy>>;
let researcher: BrowserSession;
let worker: { id: string };
let list: string;

beforeAll(async () => {
  cast = await aFullStudy(t.owner);
  other = await aFullStudy(t.owner);
  researcher = await BrowserSession.as(t.app, cast.researcher);
  list = `${cast.study.path}/visits`;
  worker = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Worker 1', role: 'worker' });
});

describe('GET …/visits', () => {
  test('pages by key and keeps the filter · forwards and back', async () => {
    const study = await aStudy(t.owner);
    const lead = await aMember(t.owner, study.id, { role: 'lead' });
    const one = await anAgency(t.owner, study.id);
    const two = await anAgency(t.owner, study.id);
    const [phase] = await t
      .owner('phases')
      .insert({ id: newId(), study_id: study.id, name: 'P', position: 1 })
      .returning('id');
    const place = { phaseId: phase.id, by: lead.membershipId };
    // Two begin at the same moment on either side of the border between the pages.
    for (let day = 1; day <= 51; day += 1) {
      const startsAt = new Date(Date.UTC(2011, 0, Math.min(Math.max(day, 2), 51)));
      await aVisit(t.owner, study.id, {
        ...place,
        agencyId: one.id,
        startsAt,
        endsAt: new Date(startsAt.getTime() + 1),
      });
    }
    await aVisit(t.owner, study.id, { ...place, agencyId: two.id });
    const session = await BrowserSession.as(t.app, lead);
    const hrefs = async (url: string) => {
      const $ = await session.page(url);
      return {
        visits: $('.app-home-list__main > a')
          .map((_, a) => $(a).attr('href')!)
          .get(),
        next: $('a[rel="next"]').attr('href'),
        previous: $('a[rel="prev"]').attr('href'),
      };
    };
    const first = await hrefs(`${study.path}/visits?agency=${one.id}`);
    const second = await hrefs(first.next!);
    expect([first.visits.length, second.visits.length]).toEqual([50, 1]);
    expect(new Set([...first.visits, ...second.visits]).size).toBe(51);
    expect([first.previous, second.next]).toEqual([undefined, undefined]);
    expect((await hrefs(second.previous!)).visits).toEqual(first.visits);
    expect((await session.get(`${study.path}/visits?agency=nonsense&after=x`)).status).toBe(200);
  });

  test('offers participants in the order of the agency’s page · on the form', async () => {
    const { study, agency, researcher: person } = await aFullStudy(t.owner);
    for (const pseudonym of ['Worker 2', 'Member 10', 'Volunteer 1', 'Member ٣', 'Member 4'])
      await aParticipant(t.owner, study.id, agency.id, { pseudonym });
    const $ = await (await BrowserSession.as(t.app, person)).page(`${study.path}/visits/new?agency=${agency.id}`);
    const names = $('#present label > span:first-child').map((_, name) => $(name).text());
    expect(names.get()).toEqual(['Member 4', 'Member 10', 'Member ٣', 'Volunteer 1', 'Worker 2']);
  });

  test('asks for the agency first, then offers its participants and oneself as observer', async () => {
    const $ = await researcher.page(`${list}/new`);
    expect($(`a[href="${list}/new?agency=${cast.agency.id}"]`).length).toBe(1);
    const $$ = await researcher.page(`${list}/new?agency=${cast.agency.id}`);
    expect($$(`#observer-${cast.researcher.membershipId} option[selected]`).attr('value')).toBe(
      'observer-as-participant',
    );
    expect($$(`#present-${worker.id}`).length).toBe(1);
    expect($$(`#observer-${cast.staff.membershipId}`).length).toBe(0);
    const none = await researcher.page(`${list}/new?agency=${other.agency.id}`);
    expect(none('form[action$="/visits"]').length).toBe(0);
  });
});

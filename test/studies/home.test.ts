import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CheerioAPI } from 'cheerio';
import { BrowserSession } from '../support/browser-session.ts';
import {
  aCoding,
  aFullStudy,
  aMember,
  anAgency,
  aNote,
  aPerson,
  aPhase,
  aStudy,
  aTheme,
  aVisit,
} from '../support/builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { aPublishedSummary } from '../support/release-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();
const words = ($: CheerioAPI, selector: string) => $(selector).text().replace(/\s+/g, ' ').trim();
const section = ($: CheerioAPI, id: string) => words($, `section[aria-labelledby="${id}"]`);

describe('GET /', () => {
  test('goes straight to the study · when there is one', async () => {
    const { study, researcher } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    expect((await session.get('/')).headers.location).toBe(study.path);
  });

  test('lists the studies with one’s place in each · when there are two, without those left', async () => {
    const one = await aFullStudy(t.owner, { name: 'Connecting' });
    const two = await aStudy(t.owner, { name: 'RISE' });
    const left = await aStudy(t.owner, { name: 'Left behind' });
    for (const [study, ended] of [
      [two, null],
      [left, new Date()],
    ] as const)
      await t.owner('memberships').insert({
        id: crypto.randomUUID(),
        study_id: study.id,
        person_id: one.lead.id,
        name: one.lead.name,
        role: 'researcher',
        ended_at: ended,
      });
    const $ = await (await BrowserSession.as(t.app, one.lead)).page('/');
    expect(words($, 'main')).toContain('ConnectingYou lead it');
    expect(words($, 'main')).toContain('RISEYou are a researcher in it');
    expect(words($, 'main')).not.toContain('Left behind');
  });

  test('says what to do · when there is no study; and offers an administrator to make one', async () => {
    const $ = await (await BrowserSession.as(t.app, await aPerson(t.owner))).page('/');
    expect(words($, 'main')).toContain('Ask the person who leads yours to invite you');
    expect($('a[href="/studies/new"]').length).toBe(0);
    const administrator = await aPerson(t.owner, { isAdministrator: true });
    const $$ = await (await BrowserSession.as(t.app, administrator)).page('/');
    expect($$('a[href="/studies/new"]').length).toBe(1);
  });
});

describe('GET /studies/:study', () => {
  let cast: Awaited<ReturnType<typeof aFullStudy>>;
  let second: { id: string; name: string };
  beforeAll(async () => {
    cast = await aFullStudy(t.owner);
    const { study, agency, phase, researcher, colleague } = cast;
    second = await anAgency(t.owner, study.id, { name: 'Weavers <Yard>' });
    const returning = await aPhase(t.owner, study.id, { name: 'Return visits' });
    const by = researcher.membershipId;
    const coded = await aVisit(t.owner, study.id, { agencyId: agency.id, phaseId: phase.id, by });
    const written = await aVisit(t.owner, study.id, { agencyId: agency.id, phaseId: returning.id, by });
    await aVisit(t.owner, study.id, { agencyId: second.id, phaseId: phase.id, by, setting: 'The allotment' });
    await t.owner('visit_observers').insert({
      visit_id: cast.visit.id,
      study_id: study.id,
      membership_id: by,
      gold_role: 'complete-observer',
    });
    const note = await aNote(t.owner, study.id, { visitId: coded.id, by, completed: true, title: 'Coded' });
    const theme = await aTheme(t.owner, study.id, { by });
    await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start: 4, end: 10 });
    await aNote(t.owner, study.id, {
      visitId: written.id,
      by: colleague.membershipId,
      completed: true,
      title: 'To code',
    });
    await aNote(t.owner, study.id, { visitId: written.id, by, title: 'In hand' });
    const theirs = await aNote(t.owner, study.id, { visitId: written.id, by: colleague.membershipId, title: 'Theirs' });
    const draft = { note_id: theirs.id, study_id: study.id, base_revision: 1, body: 'Words' };
    await t.owner('note_drafts').insert({ ...draft, membership_id: by, title: 'My draft' });
    await t
      .owner('note_drafts')
      .insert({ ...draft, membership_id: cast.lead.membershipId, title: 'x', discarded_at: new Date() });
  });

  test('shows a researcher visits without a note, own first, notes in hand, and notes to code', async () => {
    const $ = await (await BrowserSession.as(t.app, cast.researcher)).page(cast.study.path);
    const toWriteUp = $('section[aria-labelledby="to-write-up"] li');
    expect(toWriteUp.length).toBe(2);
    expect(toWriteUp.eq(0).text()).toContain('You observed');
    expect(toWriteUp.eq(1).text()).toContain('The allotment');
    expect(toWriteUp.eq(0).find('form').attr('action')).toBe(`${cast.study.path}/visits/${cast.visit.id}/notes`);
    expect(section($, 'in-hand')).toContain('My draft Not saved as a revision');
    expect(section($, 'in-hand')).toContain('In hand');
    expect(section($, 'in-hand')).not.toContain('Theirs');
    expect(
      $('section[aria-labelledby="to-code"] li a')
        .map((_, a) => $(a).text())
        .get(),
    ).toEqual(['To code']);
    expect($('section[aria-labelledby="progress"]').length).toBe(0);
  });

  test('shows the lead visits, notes and coded notes by agency and phase, and who is to be visited', async () => {
    const $ = await (await BrowserSession.as(t.app, cast.lead)).page(cast.study.path);
    const rows = $('.app-progress tbody tr')
      .map((_, row) => $(row).text().replace(/\s+/g, ' ').trim())
      .get();
    expect(rows).toEqual([
      `${cast.agency.name} 2 visits1 note, all coded 1 visit1 note, none coded`,
      'Weavers <Yard> 1 visit0 notes To be visited',
    ]);
    expect(section($, 'progress')).toContain('Still to be visited in “Return visits”: Weavers <Yard>.');
    expect(section($, 'in-hand')).toContain('You have no note in hand.');
  });

  test('keeps a visit to write up · with a link to what was begun · until its note has words', async () => {
    const { study, visit, researcher, colleague } = await aFullStudy(t.owner);
    const session = await BrowserSession.as(t.app, researcher);
    const item = async () => {
      const $ = await session.page(study.path);
      const li = $('section[aria-labelledby="to-write-up"] li');
      return { text: li.text().replace(/\s+/g, ' ').trim(), forms: li.find('form').length, $: li };
    };
    const begun = { visitId: visit.id, body: null };
    const theirs = await aNote(t.owner, study.id, { ...begun, by: colleague.membershipId });
    const their = await item();
    expect(their.text).toContain(`Begun by ${colleague.name}, nothing written.`);
    expect(their.forms).toBe(0);
    expect(their.$.find('a').last().attr('href')).toBe(`${study.path}/notes/${theirs.id}/edit`);

    const mine = await aNote(t.owner, study.id, { ...begun, by: researcher.membershipId });
    const own = await item();
    expect(own.text).toContain('Begun by you, nothing written.');
    expect(own.$.find('a').last().attr('href')).toBe(`${study.path}/notes/${mine.id}/edit`);

    const draft = { note_id: theirs.id, study_id: study.id, membership_id: colleague.membershipId, base_revision: 0 };
    await t.owner('note_drafts').insert({ ...draft, title: '', body: '' });
    expect((await item()).text).toContain('nothing written');
    await t.owner('note_drafts').where({ note_id: theirs.id }).update({ body: 'ON: Words.' });
    expect((await item()).text).toBe('');
    await t.owner('note_drafts').where({ note_id: theirs.id }).update({ discarded_at: new Date() });
    expect((await item()).text).toContain('nothing written');
  });

  test('shows agency staff what is published to their agency and nothing else', async () => {
    const { study, lead, agency, staff } = cast;
    const mine = await aPublishedSummary(t.owner, study.id, {
      agencyId: agency.id,
      by: lead.membershipId,
      title: 'For <you>',
    });
    await aPublishedSummary(t.owner, study.id, { agencyId: second.id, by: lead.membershipId, title: 'For others' });
    const $ = await (await BrowserSession.as(t.app, staff)).page(study.path);
    expect(
      $('main a')
        .map((_, a) => [$(a).attr('href'), $(a).text()])
        .get(),
    ).toEqual([`${study.path}/publications/${mine.publicationId}`, 'For <you>']);
    expect($('body').text()).not.toContain('For others');
  });

  test('lists the notes with codings to review · one’s own for a researcher, everybody’s for the lead', async () => {
    const own = await aFullStudy(t.owner);
    const { study, visit, researcher, colleague, lead } = own;
    const theme = await aTheme(t.owner, study.id, { by: researcher.membershipId });
    for (const [title, by] of [
      ['Mine', researcher.membershipId],
      ['Hers', colleague.membershipId],
    ] as const) {
      const note = await aNote(t.owner, study.id, { visitId: visit.id, by, title });
      for (const start of [4, 5]) {
        const coding = await aCoding(t.owner, study.id, { note, themeId: theme.id, by, start, end: 10 });
        await t.owner('codings').where({ id: coding.id }).update({ needs_review_at: new Date() });
      }
    }
    const seen = async (who: typeof lead) =>
      section(await (await BrowserSession.as(t.app, who)).page(study.path), 'to-review');
    expect(await seen(researcher)).toContain(`Mine${own.agency.name}. 2 codings to review.`);
    expect(await seen(researcher)).not.toContain('Hers');
    expect(await seen(lead)).toMatch(/Mine.*Hers/);
  });

  test('lists what was given to one to code blind · until one has finished', async () => {
    const own = await aFullStudy(t.owner);
    const { study, visit, researcher, colleague, lead } = own;
    const note = await aNote(t.owner, study.id, { visitId: visit.id, by: lead.membershipId, title: 'Twice read' });
    const coders = [researcher.membershipId, colleague.membershipId];
    const given = await aDoubleCoding(t.owner, study.id, { noteId: note.id, by: lead.membershipId, coders });
    const seen = async (who: typeof lead) =>
      section(await (await BrowserSession.as(t.app, who)).page(study.path), 'to-code-blind');
    expect(await seen(researcher)).toContain(`Twice read${own.agency.name}. Given to you`);
    expect(await seen(lead)).toBe('');
    await t
      .owner('double_coding_coders')
      .where({ double_coding_id: given.id, membership_id: researcher.membershipId })
      .update({ finished_at: new Date() });
    expect(await seen(researcher)).toBe('');
  });

  test('says what to do first · in a new study', async () => {
    const study = await aStudy(t.owner);
    const lead = await aMember(t.owner, study.id, { role: 'lead' });
    const $ = await (await BrowserSession.as(t.app, lead)).page(study.path);
    expect(
      $('.app-steps a')
        .map((_, a) => $(a).attr('href'))
        .get(),
    ).toEqual(
      ['agencies/new', 'phases/new', 'members', 'visits/new', 'themes/new'].map((page) => `${study.path}/${page}`),
    );
    expect($('.app-progress').length).toBe(0);
  });
});

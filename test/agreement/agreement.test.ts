import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { newId } from '../../server/shared/ids.ts';
import { aCoding, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aBlindStudy, aStudyWithCoders, code } from '../double-coding/a-blind-study.ts';

const t = useTestApp();

// BODY is "ON: Worker 1 held the door for Member 4.\n\nTN: A small courtesy.": 40 characters of observation, 63 in all.
async function anOpenedStudy() {
  const cast = await aBlindStudy(t);
  await code(cast.asResearcher, cast, 4, 17);
  await code(cast.asColleague, cast, 13, 17);
  await cast.asResearcher.post(`${cast.base}/completion`);
  await cast.asColleague.post(`${cast.base}/completion`);
  return { ...cast, notePath: `${cast.path}/agreement/notes/${cast.note.id}` };
}
type Cast = Awaited<ReturnType<typeof anOpenedStudy>>;

const settling = (cast: Cast, fields: Record<string, string> = {}) => ({
  id: newId(),
  revision: cast.note.revisionId,
  theme: cast.theme.id,
  start: '4',
  end: '17',
  choice: 'both',
  reason: 'Both readings are sound.',
  ...fields,
});
const settlements = (cast: Cast) => t.owner('settlements').where({ note_id: cast.note.id }).select();

describe('comparing coders', () => {
  test('blind coding · leads with the disagreement in its text, says that it is independent, and counts after that', async () => {
    const cast = await anOpenedStudy();
    const $ = await cast.asLead.page(cast.notePath);
    expect($('.govuk-tag').first().text()).toBe('Independent');
    const readings = $('.app-agree__reading');
    expect(readings).toHaveLength(2);
    const whole = readings.filter((_, each) => $(each).text().includes(cast.researcher.name));
    expect(whole.find('mark').text()).toBe('Worker 1 held');
    const part = readings.filter((_, each) => $(each).text().includes(cast.colleague.name));
    expect(part.find('mark').text()).toBe('held');
    expect(part.find('.app-agree__plain').text()).toBe('Worker 1 ');
    expect(part.find('.app-agree__context').text()).toBe('ON:  the door for Member 4.\n\nTN: A small courtesy.');
    // a 4, b 9, c 0, d 50 of 63: Po 54/63, 4/13, Holsti 8/17, κ 2·4·50/(13·59 + 4·50).
    const cells = $('.app-figures tbody tr')
      .first()
      .find('td')
      .map((_, cell) => $(cell).text())
      .get();
    expect(cells.slice(0, 4)).toEqual(['85.7 %', '30.8 %', '0.471', (400 / (13 * 59 + 4 * 50)).toFixed(3)]);
    expect($('.app-figures thead').text()).toContain(`Only ${cast.researcher.name}`);
    expect(cells.slice(5)).toEqual(
      cast.researcher.name < cast.colleague.name ? ['4', '9', '0', '50'] : ['4', '0', '9', '50'],
    );
    expect($('main').text().indexOf('Where coders differ')).toBeLessThan($('main').text().indexOf('In figures'));
  });

  test('a disagreement far inside a note · stands between whole words', async () => {
    const cast = await aStudyWithCoders(t);
    const body = `${'Alphabet '.repeat(40)}held the door ${'Zebra-crossing '.repeat(40)}`.trim();
    const note = await aNote(t.owner, cast.study.id, {
      visitId: cast.visit.id,
      by: cast.researcher.membershipId,
      body,
    });
    for (const [person, end] of [
      [cast.researcher, 373],
      [cast.colleague, 364],
    ] as const)
      await aCoding(t.owner, cast.study.id, { note, themeId: cast.theme.id, by: person.membershipId, start: 360, end });
    const $ = await cast.asLead.page(`${cast.path}/agreement/notes/${note.id}`);
    const text = $('.app-agree__text').first().text();
    expect(text).toMatch(/^… ?(Alphabet )+held the door( Zebra-crossing)+ ?…$/);
  });

  test('observations alone · are the denominator when chosen, and it is printed', async () => {
    const cast = await anOpenedStudy();
    const $ = await cast.asLead.page(`${cast.path}/agreement?text=on`);
    expect($('main').text()).toContain('40 characters of 1 note (observations (ON) only');
    expect($('.app-figures tbody td').last().text()).toBe('27');
  });

  test('what was coded after the opening · changes nothing of the comparison', async () => {
    const cast = await anOpenedStudy();
    await code(cast.asColleague, cast, 4, 17);
    const $ = await cast.asLead.page(cast.notePath);
    expect($('.app-agree')).toHaveLength(1);
  });

  test('a note saved over since · is compared in the text that was coded', async () => {
    const cast = await anOpenedStudy();
    const words = { id: newId(), title: 'At the door', body: 'TN: Quite other words.', base: '1', version: '0' };
    expect((await cast.asLead.post(`${cast.path}/notes/${cast.note.id}/revisions`, words)).status).toBe(303);
    const $ = await cast.asLead.page(`${cast.path}/agreement?text=on`);
    expect($('mark').first().text()).toContain('held');
    expect($('main').text()).toContain('40 characters of 1 note');
  });

  test('coding that nobody assigned · is compared as not independent', async () => {
    const cast = await aStudyWithCoders(t);
    const place = { note: cast.note, themeId: cast.theme.id };
    await aCoding(t.owner, cast.study.id, { ...place, by: cast.researcher.membershipId, start: 4, end: 12 });
    await aCoding(t.owner, cast.study.id, { ...place, by: cast.lead.membershipId, start: 4, end: 12 });
    const $ = await cast.asLead.page(`${cast.path}/agreement`);
    expect(
      $('.govuk-tag')
        .map((_, tag) => $(tag).text())
        .get(),
    ).toEqual(['Not independent', 'Not independent']);
    expect($('main').text()).toContain('Do not report these figures as reliability');
    expect($('.app-agree')).toHaveLength(0);
    const only = await cast.asLead.page(`${cast.path}/agreement?only=independent`);
    expect(only('main').text()).toContain('agreement needs two coders');
  });

  test('a note that had been coded before · is not independent', async () => {
    const cast = await anOpenedStudy();
    await t.owner('double_codings').where({ id: cast.doubleCoding.id }).update({ was_coded: true });
    const $ = await cast.asLead.page(cast.notePath);
    expect($('.govuk-tag').first().text()).toBe('Not independent');
    expect($('main').text()).toContain('coded before that too');
  });

  test('a note under blind coding · is compared by nobody, even what was opened of it before', async () => {
    const cast = await anOpenedStudy();
    const coders = [cast.researcher.membershipId, cast.colleague.membershipId];
    await cast.asLead.post(`${cast.path}/double-codings`, { id: newId(), note: cast.note.id, coders });
    const $ = await cast.asColleague.page(cast.notePath);
    expect($('.app-agree, .app-settled, .app-figures')).toHaveLength(0);
    expect($('.app-blind-notice').text()).toContain('You are coding this note blind');
    expect((await cast.asLead.page(cast.notePath))('.app-blind-notice').text()).toContain(
      'being coded blind by 2 people',
    );
    const all = await cast.asColleague.page(`${cast.path}/agreement`);
    expect(all('.app-agree')).toHaveLength(0);
    expect(all('main').text()).toContain('One note is being coded blind now');
    const file = await cast.asColleague.get(`${cast.path}/agreement/figures`);
    expect(file.text.trim().split('\r\n')).toHaveLength(1);
  });

  test('three coders · are compared in pairs, and only where two of those chosen coded', async () => {
    const cast = await aStudyWithCoders(t);
    const place = { note: cast.note, themeId: cast.theme.id };
    const three = [cast.lead, cast.researcher, cast.colleague].map(({ membershipId }) => membershipId);
    for (const by of three) await aCoding(t.owner, cast.study.id, { ...place, by, start: 4, end: 12 });
    const other = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by: three[0]!, title: 'Another' });
    const theme = await aTheme(t.owner, cast.study.id, { by: three[0]!, name: 'Waiting' });
    for (const by of three.slice(0, 2))
      await aCoding(t.owner, cast.study.id, { note: other, themeId: theme.id, by, start: 4, end: 10 });
    const $ = await cast.asLead.page(`${cast.path}/agreement`);
    expect($('.app-agree-notes tbody tr')).toHaveLength(2);
    expect($('.app-figures__more').first().find('tbody').last().find('tr')).toHaveLength(3);
    const chosen = three
      .slice(1)
      .map((id) => `coders=${id}`)
      .join('&');
    const two = await cast.asLead.page(`${cast.path}/agreement?${chosen}`);
    expect(two('.app-agree-notes tbody tr')).toHaveLength(1);
    const one = await cast.asLead.get(`${cast.path}/agreement?coders=${three[0]}`);
    expect(one.status).toBe(422);
    expect(one.text).toContain('Choose two or more coders');
  });

  test('one coder, or none · is told that agreement needs two', async () => {
    const cast = await aStudyWithCoders(t);
    for (const path of ['/agreement', `/agreement/notes/${cast.note.id}`])
      expect((await cast.asLead.page(`${cast.path}${path}`))('main').text()).toContain('agreement needs two coders');
  });

  test('the figures as a file · say the same, with what is undefined in words', async () => {
    const cast = await anOpenedStudy();
    await t.owner('themes').where({ id: cast.theme.id }).update({ name: '=Courtesy, "small"' });
    const answer = await cast.asLead.get(`${cast.path}/agreement/figures`);
    expect(answer.headers['content-type']).toContain('text/csv');
    const rows: Record<string, string>[] = parse(answer.text, { columns: true });
    expect(rows.map(({ scope }) => scope)).toEqual(['pooled', 'note']);
    expect(rows[0]).toMatchObject({
      theme: `'=Courtesy, "small"`,
      basis: 'independent',
      both: '4',
      characters: '63',
      jaccard: String(4 / 13),
    });
    expect((await cast.asLead.get(`${cast.path}/agreement/figures?coders=${newId()}`)).status).toBe(422);
  });
});

describe('settling a disagreement', () => {
  test('puts what was agreed on record and leaves the codings as they are; taking it back opens it again', async () => {
    const cast = await anOpenedStudy();
    const before = await t.owner('codings').where({ note_id: cast.note.id }).orderBy('id').select();
    const choice = `adopt:${cast.colleague.membershipId}`;
    const answer = await cast.asLead.post(
      `${cast.notePath}/settlements`,
      settling(cast, { choice, reason: ' Only the act. ' }),
    );
    expect([answer.status, answer.headers.location]).toEqual([303, cast.notePath]);
    expect(await settlements(cast)).toMatchObject([
      {
        choice: 'adopt',
        adopted_from: cast.colleague.membershipId,
        agreed: [{ start: 13, end: 17 }],
        reason: 'Only the act.',
        settled_by: cast.lead.membershipId,
      },
    ]);
    expect(await t.owner('codings').where({ note_id: cast.note.id }).orderBy('id').select()).toEqual(before);
    const $ = await cast.asResearcher.page(cast.notePath);
    expect($('.app-agree')).toHaveLength(0);
    expect($('.app-settled').text()).toContain(`As ${cast.colleague.name} coded it`);
    expect($('.app-settled__quote').text()).toBe('Worker 1 held');
    const [{ id }] = await settlements(cast);
    expect((await cast.asResearcher.post(`${cast.path}/agreement/settlements/${id}/removal`)).status).toBe(303);
    expect((await cast.asResearcher.page(cast.notePath))('.app-agree')).toHaveLength(1);
    const kinds = await t.owner('events').where({ subject_id: id }).orderBy('at').pluck('kind');
    expect(kinds).toEqual(['disagreement.settled', 'settlement.removed']);
  });

  test('sent twice, even at once · is settled once; what somebody else settled is not settled over', async () => {
    const cast = await anOpenedStudy();
    const fields = settling(cast, { choice: 'none' });
    const send = () => cast.asLead.post(`${cast.notePath}/settlements`, fields);
    expect((await Promise.all([send(), send()])).map(({ status }) => status)).toEqual([303, 303]);
    expect((await send()).status).toBe(303);
    const late = await cast.asColleague.post(`${cast.notePath}/settlements`, settling(cast));
    expect(late.status).toBe(409);
    expect(late.text).toContain('Somebody has settled this meanwhile');
    expect(await settlements(cast)).toMatchObject([{ choice: 'none', agreed: [] }]);
  });

  test.each([
    ['no reason', { reason: ' ' }, 422, 'Enter the reason'],
    ['no choice', { choice: '' }, 422, 'Choose how to settle it'],
    ['a coder who is not compared', { choice: `adopt:${newId()}` }, 422, 'Choose one of the coders'],
    ['a passage that nobody disputes', { start: '5' }, 409, 'The codings have changed'],
    ['another text', { revision: newId() }, 409, 'The codings have changed'],
    ['no place', { start: '', end: 'x' }, 422, 'Open the comparison again'],
  ])('%s · is refused with what to do, and what was typed is kept', async (_what, fields, status, words) => {
    const cast = await anOpenedStudy();
    const answer = await cast.asLead.post(
      `${cast.notePath}/settlements`,
      settling(cast, { reason: 'Typed.', ...fields }),
    );
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    if (status === 422 && 'choice' in fields) expect(answer.text).toContain('Typed.');
    expect(await settlements(cast)).toEqual([]);
  });
});

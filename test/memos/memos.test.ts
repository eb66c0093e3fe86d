import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { aMemo } from '../support/codebook-builders.ts';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function aMemoStudy() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title: 'The kitchen' });
  const theme = await aTheme(t.owner, cast.study.id, { by, name: 'Waiting' });
  const coding = await aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, start: 4, end: 10 });
  const session = await BrowserSession.as(t.app, cast.researcher);
  const colleague = await BrowserSession.as(t.app, cast.colleague);
  const lead = await BrowserSession.as(t.app, cast.lead);
  const { path } = cast.study;
  return { cast, by, note, theme, coding, session, colleague, lead, path, memos: `${path}/memos` };
}

const stored = (id: string) => t.owner('memos').where({ id }).first();

describe('writing', () => {
  test('POST /memos · keeps one on a note, a theme, a coding and the study, once, and goes back to where it is read', async () => {
    const { session, note, theme, coding, path, memos, by } = await aMemoStudy();
    const places = {
      note: [note.id, `${path}/notes/${note.id}#memos`],
      theme: [theme.id, `${path}/themes/${theme.id}#memos`],
      coding: [coding.id, `${path}/notes/${note.id}/coding#passage-${coding.id}`],
      study: ['', `${path}/memos`],
    };
    for (const [kind, [subject = '', place]] of Object.entries(places)) {
      const form = { id: newId(), kind, subject, body: `On the ${kind}\r\n<b>it</b>` };
      for (let times = 0; times < 2; times += 1) {
        const answer = await session.post(memos, form);
        expect([kind, answer.status, answer.headers.location]).toEqual([kind, 303, place]);
      }
      expect(await stored(form.id)).toMatchObject({ body: `On the ${kind}\n<b>it</b>`, written_by: by, version: 1 });
    }
    for (const page of [`${path}/notes/${note.id}`, `${path}/themes/${theme.id}`]) {
      const $ = await session.page(page);
      expect($('.app-memo__body')).toHaveLength(1);
      expect($('.app-memo__body').text()).toContain('<b>it</b>');
    }
    const all = await session.page(memos);
    expect(
      all('.app-memo-list__on')
        .toArray()
        .map((on) => all(on).text()),
    ).toEqual(['The study', '“Waiting” in The kitchen', 'Theme “Waiting”', 'The kitchen']);
    expect((await session.page(`${memos}?kind=coding`))('.app-memo')).toHaveLength(1);
    const events = await t.owner('events').where({ kind: 'memo.added', membership_id: by });
    expect(events).toHaveLength(4);
    expect(JSON.stringify(events)).not.toContain('<b>');
  });

  test('POST /memos · answers 422 with what was typed · when there is nothing, or 20,001 code points', async () => {
    const { session, theme, memos } = await aMemoStudy();
    const typed = { id: newId(), kind: 'theme', subject: theme.id };
    for (const body of [' \n', '👋'.repeat(20_001)]) {
      const answer = await session.post(memos, { ...typed, body });
      const $ = cheerio.load(answer.text);
      expect([answer.status, $('#body-error').length]).toEqual([422, 1]);
      expect($('input[name="subject"]').last().attr('value')).toBe(theme.id);
    }
    expect((await session.post(memos, { ...typed, body: '👋'.repeat(20_000) })).status).toBe(303);
  });

  test('POST /memos · answers 404 and keeps nothing · on what is another study’s, nothing, or taken', async () => {
    const ours = await aMemoStudy();
    const theirs = await aMemoStudy();
    const taken = await aMemo(t.owner, ours.cast.study.id, { by: ours.cast.lead.membershipId });
    for (const [kind, subject] of [
      ['note', theirs.note.id],
      ['theme', theirs.theme.id],
      ['coding', theirs.coding.id],
      ['theme', ours.note.id],
    ])
      expect(
        (await ours.session.post(ours.memos, { id: newId(), kind: kind!, subject: subject!, body: 'x' })).status,
      ).toBe(404);
    const answer = await ours.session.post(ours.memos, { id: taken.id, kind: 'study', body: 'Mine' });
    expect([answer.status, (await stored(taken.id)).body]).toEqual([404, taken.body]);
  });
});

describe('changing', () => {
  test('POST /memos/:memo · saves for the author and the lead, and refuses anybody else with a sentence', async () => {
    const { session, colleague, lead, cast, by, memos } = await aMemoStudy();
    const memo = await aMemo(t.owner, cast.study.id, { by });
    expect((await session.post(`${memos}/${memo.id}`, { version: '1', body: 'Mine' })).status).toBe(303);
    expect((await lead.post(`${memos}/${memo.id}`, { version: '2', body: 'The lead’s' })).status).toBe(303);
    const refused = await colleague.post(`${memos}/${memo.id}`, { version: '3', body: 'No' });
    expect([refused.status, cheerio.load(refused.text)('main').text()]).toEqual([
      403,
      expect.stringContaining(`Only ${cast.researcher.name} or the study’s lead can change this memo.`),
    ]);
    expect(await stored(memo.id)).toMatchObject({ body: 'The lead’s', version: 3 });
  });

  test('POST /memos/:memo · answers 409 with both texts, then saves · when somebody saved meanwhile', async () => {
    const { session, lead, cast, by, memos } = await aMemoStudy();
    const memo = await aMemo(t.owner, cast.study.id, { by });
    await lead.post(`${memos}/${memo.id}`, { version: '1', body: 'The lead’s words' });
    const answer = await session.post(`${memos}/${memo.id}`, { version: '1', body: 'My words' });
    const $ = cheerio.load(answer.text);
    expect([answer.status, $('#body').text().trim(), $('.app-memo__body').text()]).toEqual([
      409,
      'My words',
      'The lead’s words',
    ]);
    const json = await session.json('post', `${memos}/${memo.id}`, { version: 1, body: 'My words' });
    expect([json.status, json.body.theirs]).toEqual([409, { body: 'The lead’s words', version: 2, removed: false }]);
    const version = $('input[name="version"]').attr('value')!;
    expect((await session.post(`${memos}/${memo.id}`, { version, body: 'Both' })).status).toBe(303);
    expect((await stored(memo.id)).body).toBe('Both');
  });

  test('POST /memos/:memo/removal · takes it off every page, and it can be brought back', async () => {
    const { session, cast, by, theme, path, memos } = await aMemoStudy();
    const memo = await aMemo(t.owner, cast.study.id, { by, themeId: theme.id });
    await session.post(`${memos}/${memo.id}/removal`);
    const $ = await session.page(`${path}/themes/${theme.id}`);
    expect([$('.app-memo').length, $('.app-flash form').attr('action')]).toEqual([
      0,
      `${memos}/${memo.id}/restoration`,
    ]);
    expect((await session.page(memos))('.app-memo')).toHaveLength(0);
    await session.post(`${memos}/${memo.id}/restoration`);
    expect((await session.page(memos))('.app-memo')).toHaveLength(1);
  });
});

describe('for the coding page', () => {
  test('POST /memos and GET /codings/:coding/memos · answer with JSON · when asked for it', async () => {
    const { session, coding, path, memos } = await aMemoStudy();
    const id = newId();
    const added = await session.json('post', memos, { id, kind: 'coding', subject: coding.id, body: 'Hm' });
    expect([added.status, added.body.memo]).toEqual([
      200,
      { id, version: 1, removed: false, html: expect.stringContaining('Hm') },
    ]);
    const listed = await session.agent.get(`${path}/codings/${coding.id}/memos`).set('Accept', 'application/json');
    expect(listed.body.memos).toEqual([{ id, version: 1, body: 'Hm' }]);
    expect(cheerio.load(listed.body.html)('.app-memo')).toHaveLength(1);
    const refused = await session.json('post', memos, { id: newId(), kind: 'coding', subject: coding.id, body: '' });
    expect([refused.status, refused.body.error]).toEqual([422, 'Write the memo']);
  });

  test('memos on a coding · are as unseen as the coding · while its note is coded blind', async () => {
    const { session, colleague, lead, cast, note, theme, path, memos, by } = await aMemoStudy();
    await aDoubleCoding(t.owner, cast.study.id, {
      noteId: note.id,
      by: cast.lead.membershipId,
      coders: [by, cast.colleague.membershipId],
    });
    const sealed = await aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, start: 11, end: 20 });
    const memo = await aMemo(t.owner, cast.study.id, { by, codingId: sealed.id });
    for (const other of [colleague, lead]) {
      expect((await other.page(memos))('.app-memo')).toHaveLength(0);
      expect((await other.get(`${path}/codings/${sealed.id}/memos`)).status).toBe(404);
      expect((await other.post(`${memos}/${memo.id}`, { version: '1', body: 'x' })).status).toBe(404);
      expect((await other.post(memos, { id: newId(), kind: 'coding', subject: sealed.id, body: 'x' })).status).toBe(
        404,
      );
    }
    expect((await session.page(memos))('.app-memo')).toHaveLength(1);
  });
});

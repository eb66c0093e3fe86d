import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, codingsOf, selecting } from './coded-study.ts';

const t = useTestApp();

describe('removing and bringing back', () => {
  async function aMadeCoding() {
    const made = await aCodedStudy(t);
    const body = selecting('held the door', [made.theme]);
    await made.session.json('post', `${made.path}/codings`, body);
    return { ...made, id: body.ids[0]!, codingPath: `${made.study.path}/codings/${body.ids[0]}` };
  }

  test('POST codings/:coding/removal · hides the coding, and restoration brings it back unchanged', async () => {
    const { session, codingPath, note, path, study } = await aMadeCoding();
    const [before] = await codingsOf(t, note.id);
    const removed = await session.post(`${codingPath}/removal`);
    expect(removed.headers.location).toBe(`${path}/coding`);
    const $ = await session.page(`${path}/coding`);
    expect($('mark').length).toBe(0);
    expect($('.app-flash form').attr('action')).toBe(`${codingPath}/restoration`);
    await session.post(`${codingPath}/restoration`);
    expect(await codingsOf(t, note.id)).toEqual([{ ...before, version: 3 }]);
    expect(
      (await t.owner('events').where({ study_id: study.id }).whereLike('kind', 'coding.%').orderBy('id')).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['coding.made', 'coding.removed', 'coding.restored']);
  });

  test('POST codings/:coding/removal · is done once · when pressed twice', async () => {
    const { session, codingPath, study } = await aMadeCoding();
    await session.post(`${codingPath}/removal`);
    expect((await session.post(`${codingPath}/removal`)).status).toBe(303);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'coding.removed' })).toHaveLength(1);
  });

  test('POST codings/:coding/removal · answers 403 in words and keeps it · for somebody else’s coding, but the lead may', async () => {
    const { codingPath, note, colleague, lead, researcher, path } = await aMadeCoding();
    const second = await BrowserSession.as(t.app, colleague);
    const refused = await second.post(`${codingPath}/removal`);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(`Only ${researcher.name} or the study’s lead`);
    expect((await codingsOf(t, note.id))[0].removed_at).toBeNull();
    expect((await second.page(`${path}/coding`))('button[data-remove]').length).toBe(0);

    const leading = await BrowserSession.as(t.app, lead);
    await leading.post(`${codingPath}/removal`);
    expect((await codingsOf(t, note.id))[0].removed_by).toBe(lead.membershipId);
    expect((await second.post(`${codingPath}/restoration`)).status).toBe(403);
  });

  test('POST codings/:coding/restoration · answers 409 in words · when the theme is gone or the passage was coded anew', async () => {
    const { session, codingPath, theme, path, note } = await aMadeCoding();
    await session.post(`${codingPath}/removal`);
    await session.json('post', `${path}/codings`, selecting('held the door', [theme]));
    const again = await session.json('post', `${codingPath}/restoration`, {});
    expect(again.status).toBe(409);
    expect(again.body.error).toContain('again meanwhile');
    expect((await codingsOf(t, note.id)).filter(({ removed_at }) => removed_at === null)).toHaveLength(1);

    await t.owner('themes').where({ id: theme.id }).update({ removed_at: new Date() });
    const gone = await session.json('post', `${codingPath}/restoration`, {});
    expect(gone.status).toBe(409);
    expect(gone.body.error).toContain('The theme “Courtesy” was removed');
  });

  test('POST codings/:coding/removal · answers 404 · for another study’s coding, a removed note’s, none and no UUID', async () => {
    const mine = await aMadeCoding();
    const foreign = await aMadeCoding();
    await t.owner('notes').where({ id: mine.note.id }).update({ removed_at: new Date() });
    for (const id of [foreign.id, mine.id, newId(), 'x'])
      for (const action of ['removal', 'restoration'])
        expect((await mine.session.post(`${mine.study.path}/codings/${id}/${action}`)).status).toBe(404);
    expect((await codingsOf(t, foreign.note.id))[0].removed_at).toBeNull();
  });
});

describe('who may', () => {
  test('every coding route · answers 404 · to agency staff and to members of other studies', async () => {
    const { path, study, staff, note, theme, researcher } = await aCodedStudy(t);
    const coding = await aCoding(t.owner, study.id, {
      note,
      themeId: theme.id,
      by: researcher.membershipId,
      start: 4,
      end: 12,
    });
    const stranger = (await aFullStudy(t.owner)).lead;
    for (const person of [staff, stranger]) {
      const session = await BrowserSession.as(t.app, person);
      expect((await session.get(`${path}/coding`)).status).toBe(404);
      expect((await session.get(`${path}/coding?by=sentences`)).status).toBe(404);
      expect((await session.json('post', `${path}/codings`, selecting('held', [theme]))).status).toBe(404);
      expect((await session.post(`${study.path}/codings/${coding.id}/removal`)).status).toBe(404);
      expect((await session.post(`${study.path}/codings/${coding.id}/restoration`)).status).toBe(404);
    }
    expect(await codingsOf(t, note.id)).toHaveLength(1);
  });
});

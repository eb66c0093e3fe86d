import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { codePointLength } from '../../server/shared/text.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, BODY, codingsOf, selecting } from './coded-study.ts';

const t = useTestApp();

/** A note coded with `words`, and a way to save it through the page that people save with. */
async function aNoteCodedWith(...words: string[]) {
  const made = await aCodedStudy(t);
  for (const one of words) {
    const answer = await made.session.json('post', `${made.path}/codings`, selecting(one, [made.theme]));
    expect(answer.status).toBe(200);
  }
  let base = 1;
  const save = async (body: string, title = 'Saved again') => {
    const answer = await made.session.post(`${made.path}/revisions`, { id: newId(), title, body, base: String(base) });
    expect(answer.status).toBe(303);
    base += 1;
  };
  return { ...made, save };
}

/** Every coding's quote against what PostgreSQL cuts from the revision that it is tied to. */
async function untrueQuotes(noteId: string): Promise<number> {
  const { rows } = await t.owner.raw(
    `select count(*)::int as count from codings c join note_revisions r on r.id = c.revision_id
     where c.note_id = ? and c.quote <> substring(r.body from c.start_position + 1 for c.end_position - c.start_position)`,
    [noteId],
  );
  return rows[0].count;
}

async function latestOf(noteId: string): Promise<string> {
  const { id } = await t.owner('note_revisions').where({ note_id: noteId }).orderBy('number', 'desc').first('id');
  return id;
}

describe('saving a coded note', () => {
  test('POST revisions · moves untouched codings with their surroundings and label, and leaves changed ones for review', async () => {
    const { save, note, study } = await aNoteCodedWith('held the door 👋🏽', 'A small courtesy', 'שלום place');
    const body = `MN: 😀 written first.\n${BODY.replace('TN: ', '').replace('small courtesy', 'little courtesy').replace('Worker 1 held', 'Worker 1 had held')}`;
    await save(body);
    const rows = await codingsOf(t, note.id);
    const [door, courtesy, place] = ['held', 'A small', 'שלום'].map((words) =>
      rows.find(({ quote }) => quote.startsWith(words)),
    );
    const latest = await latestOf(note.id);
    expect(door).toMatchObject({
      revision_id: latest,
      start_position: codePointLength(body.slice(0, body.indexOf('held the door'))),
      context_before: 'MN: 😀 written first.\nON: Worker 1 had ',
      needs_review_at: null,
    });
    expect(place).toMatchObject({ revision_id: latest, paragraph_label: 'ON' });
    expect(courtesy).toMatchObject({ revision_id: note.revisionId, quote: 'A small courtesy', paragraph_label: 'TN' });
    expect(courtesy.needs_review_at).not.toBeNull();
    expect(await untrueQuotes(note.id)).toBe(0);
    const events = await t.owner('events').where({ study_id: study.id, kind: 'coding.carried' }).select('after');
    expect(events).toEqual([{ after: { revision: 2, carried: 2, recovered: 0, needReview: 1 } }]);
  });

  test('GET coding · shows the old words of what needs review apart from the text', async () => {
    const { save, path, session } = await aNoteCodedWith('held the door', 'A small courtesy');
    await save(BODY.replace('A small courtesy', 'Kindness'));
    const $ = await session.page(`${path}/coding`);
    expect($('#needs-review').text()).toBe('1 coding needs review');
    expect($('.app-review del').text()).toBe('A small courtesy');
    expect($('#reading mark').text()).toBe('held the door');
    expect($('#coding-list .app-coding__quote').text()).toBe('held the door');
  });

  test('POST revisions · brings a lost coding back to its place · when the words return, several revisions later', async () => {
    const { save, note } = await aNoteCodedWith('A small courtesy', 'said');
    await save(BODY.replace('A small courtesy', 'Kindness').replace('she said', 'she whispered'));
    await save('Nothing of it is left.');
    await save(`New opening.\n${BODY}`);
    const rows = await codingsOf(t, note.id);
    expect(rows.map(({ needs_review_at }) => needs_review_at)).toEqual([null, null]);
    expect(new Set(rows.map(({ revision_id }) => revision_id))).toEqual(new Set([await latestOf(note.id)]));
    expect(await untrueQuotes(note.id)).toBe(0);
  });

  test('POST revisions/1/restoration · brings all codings back to where they were', async () => {
    const { save, note, session, path } = await aNoteCodedWith('held the door 👋🏽', 'she', 'small courtesy');
    const before = await codingsOf(t, note.id);
    await save('Quite other words.');
    const restored = await session.post(`${path}/revisions/1/restoration`, { id: newId(), base: '2' });
    expect(restored.status).toBe(303);
    const after = await codingsOf(t, note.id);
    const place = (row: { start_position: number; end_position: number; needs_review_at: Date | null }) => [
      row.start_position,
      row.end_position,
      row.needs_review_at,
    ];
    expect(after.map(place)).toEqual(before.map(place));
  });

  test('POST revisions · carries removed codings too, so that their removal can still be undone', async () => {
    const { save, note, session, study } = await aNoteCodedWith('held the door');
    const [{ id }] = await codingsOf(t, note.id);
    await session.post(`${study.path}/codings/${id}/removal`);
    await save(`Added.\n${BODY}`);
    await session.post(`${study.path}/codings/${id}/restoration`);
    const [row] = await codingsOf(t, note.id);
    expect(row).toMatchObject({ removed_at: null, needs_review_at: null, revision_id: await latestOf(note.id) });
    expect(await untrueQuotes(note.id)).toBe(0);
  });

  test('POST codings · does not double · when words are coded again that came back by themselves', async () => {
    const { save, note, session, path, theme } = await aNoteCodedWith('A small courtesy');
    await save(BODY.replace('A small courtesy', 'Kindness'));
    const back = `${BODY} Kindness.`;
    await save(back);
    const again = { ...selecting('A small courtesy', [theme], back), revision: 3 };
    expect((await session.json('post', `${path}/codings`, again)).status).toBe(200);
    expect(await codingsOf(t, note.id)).toHaveLength(1);
  });

  test('POST revisions · keeps the coding made anew in place and the old one for review · when both would stand on the same words', async () => {
    const { save, note, session, path, theme } = await aNoteCodedWith('said');
    await save(BODY.replace('said', 'whispered'));
    const whispered = 'Nobody said so.';
    await save(whispered);
    const again = await session.json('post', `${path}/codings`, {
      ...selecting('said', [theme], whispered),
      revision: 3,
    });
    expect(again.status).toBe(200);
    await save(BODY);
    const rows = await codingsOf(t, note.id);
    expect(rows).toHaveLength(2);
    expect(rows.filter(({ needs_review_at }) => needs_review_at === null)).toHaveLength(1);
    expect(await untrueQuotes(note.id)).toBe(0);
  });

  test('POST codings · is never left behind on the old text · when the note is saved at the same moment', async () => {
    const { save, note, session, path, theme } = await aNoteCodedWith();
    const token = await session.token();
    const coding = session.agent
      .post(`${path}/codings`)
      .set('Accept', 'application/json')
      .set('x-csrf-token', token)
      .send(selecting('held the door', [theme]))
      .then((answer) => answer);
    await Promise.all([coding, save(`Added.\n${BODY}`)]);
    const status = (await coding).status;
    const rows = await codingsOf(t, note.id);
    // Before the save it is made and carried; after it, it is refused as stale. Nothing lies between.
    expect([200, 409]).toContain(status);
    expect(rows).toHaveLength(status === 200 ? 1 : 0);
    for (const row of rows) expect(row.revision_id).toBe(await latestOf(note.id));
  });

  test('POST revisions · carries codings through a note of 2 MB', async () => {
    const filler = Array.from(
      { length: 20_000 },
      (_, index) => `Sentence number ${index} says a little more about the day than the last one did.`,
    );
    const long = [...filler.slice(0, 10_000), BODY, ...filler.slice(10_000)].join('\n');
    const made = await aCodedStudy(t, { body: long });
    await made.session.json('post', `${made.path}/codings`, selecting('שלום place', [made.theme], long));
    const edited = `First.\n${long.replace('number 77 ', 'number seventy-seven ').replace('number 19000 ', '')} Last.`;
    const answer = await made.session.post(`${made.path}/revisions`, {
      id: newId(),
      title: 'Long',
      body: edited,
      base: '1',
    });
    expect(answer.status).toBe(303);
    const [row] = await codingsOf(t, made.note.id);
    expect(row).toMatchObject({ needs_review_at: null, revision_id: await latestOf(made.note.id) });
    expect(await untrueQuotes(made.note.id)).toBe(0);
    expect((await made.session.get(`${made.path}/coding`)).status).toBe(200);
  });
});

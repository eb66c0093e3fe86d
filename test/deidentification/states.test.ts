import { describe, expect, test } from '@jest/globals';
import { type Actor, inStudy } from '../../server/database/connection.ts';
import {
  checkDeidentification,
  releaseDeidentified,
  takeBackDeidentification,
} from '../../server/deidentification/deidentification-service.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { AFTER, useRawNote } from './a-raw-note.ts';

const t = useTestApp();
const { raw, deidentify, stored, readBy, choose } = useRawNote(t);

describe('checking and releasing', () => {
  const check = (actor: Actor, revision = 2) => checkDeidentification(t.database.db, actor, raw.note.id, revision);
  const release = (actor: Actor) => releaseDeidentified(t.database.db, actor, raw.note.id);
  const back = (actor: Actor, from: 'raw' | 'de-identified' | 'checked' | 'releasable') =>
    takeBackDeidentification(t.database.db, actor, raw.note.id, { from, reason: 'name-left' });

  test('takes a second person, and then the checker or the lead · one step after the other', async () => {
    const { note, author, colleague, lead } = raw;
    await expect(check(colleague, 1)).rejects.toThrow('“Raw” by now');
    await deidentify(author);
    await expect(release(colleague)).rejects.toThrow('“De-identified” by now');
    await expect(check(author)).rejects.toThrow('a second person');
    await expect(check(colleague, 1)).rejects.toThrow('read the new text');
    await check(colleague);
    await check(colleague);
    await expect(release(author)).rejects.toThrow('Whoever checked');
    await release(colleague);
    await release(lead);
    expect(await stored()).toMatchObject({
      deidentification: 'releasable',
      checked_by: colleague.membershipId,
      released_by: colleague.membershipId,
    });
    const kinds = await t.owner('events').where({ subject_id: note.id }).orderBy('at').pluck('kind');
    expect(kinds.filter((kind: string) => /deid|check|releas/.test(kind))).toEqual([
      'note.deidentified',
      'note.checked',
      'note.released',
    ]);
    const log = await t
      .owner('deidentification_log')
      .where({ note_id: note.id })
      .distinct('checked_by')
      .pluck('checked_by');
    expect(log).toEqual([colleague.membershipId]);
  });

  test.each([
    ['checks their own', { deidentification: 'checked', checked_at: new Date(), checked_by: 'author' }],
    ['leaves out the check', { deidentification: 'releasable', released_at: new Date(), released_by: 'lead' }],
    ['says nobody did it', { deidentification: 'checked' }],
  ])('is refused by the database too · when somebody %s', async (_, change) => {
    const { note, author, lead } = raw;
    await deidentify(author);
    const people = { author: author.membershipId, lead: lead.membershipId };
    const named = Object.fromEntries(
      Object.entries(change).map(([name, value]) => [name, people[value as keyof typeof people] ?? value]),
    );
    const trying = inStudy(t.database.db, lead, (trx) => trx('notes').where({ id: note.id }).update(named));
    await expect(trying).rejects.toMatchObject({ code: '23514' });
  });

  test('begins again · when somebody types into a note that was released, which all go on reading', async () => {
    const { cast, note, author, colleague, lead } = raw;
    await deidentify(author);
    await check(colleague);
    await release(lead);
    const session = await BrowserSession.as(t.app, cast.colleague);
    const fields = { id: newId(), base: '2', version: '0', title: 'Later', body: `${AFTER} More.` };
    expect((await session.post(`${cast.study.path}/notes/${note.id}/revisions`, fields)).status).toBe(303);
    expect(await stored()).toMatchObject({
      deidentification: 'de-identified',
      deidentified_by: colleague.membershipId,
      checked_by: null,
      released_by: null,
    });
    expect((await readBy(colleague)).revisions).toEqual([2, 3]);
  });

  test('does not let the raw text back by the history · until the note is taken back', async () => {
    const { cast, note, author } = raw;
    await deidentify(author);
    const session = await BrowserSession.as(t.app, cast.researcher);
    const path = `${cast.study.path}/notes/${note.id}/revisions/1/restoration`;
    const refused = await session.post(path, { id: newId(), base: '2' });
    expect([refused.status, refused.text.includes('before the note was de-identified')]).toEqual([409, true]);
  });

  test('goes back one step at a time, with a reason · and what was put away stays away', async () => {
    const { note, author, colleague, lead } = raw;
    await deidentify(author);
    await check(colleague);
    await expect(back(colleague, 'releasable')).rejects.toThrow('“Checked” by now');
    await back(colleague, 'checked');
    expect(await stored()).toMatchObject({ deidentification: 'de-identified', checked_by: null });
    await back(colleague, 'de-identified');
    expect(await stored()).toMatchObject({ deidentification: 'raw', deidentified_by: null });
    expect((await readBy(colleague)).revisions).toEqual([2]);
    await choose('author');
    expect((await readBy(colleague)).revisions).toEqual([]);
    await expect(back(lead, 'raw')).rejects.toThrow('no step to take back');
    const reasons = await t
      .owner('events')
      .where({ subject_id: note.id, kind: 'note.taken-back' })
      .orderBy('at')
      .pluck('after');
    expect(reasons).toEqual([
      { state: 'de-identified', reason: 'name-left' },
      { state: 'raw', reason: 'name-left' },
    ]);
    await deidentify(author, [], 2);
    expect((await readBy(colleague)).revisions).toEqual([3]);
  });
});

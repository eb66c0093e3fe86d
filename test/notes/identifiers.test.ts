import { describe, expect, test } from '@jest/globals';
import { aParticipant, anAgency } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aNoteInHand, eventsOf } from './a-note-in-hand.ts';

const t = useTestApp();

/** A note whose researcher wrote it, so that the names of its agency's participants are known to them. */
async function aNoteWithKnownPeople(given: { body?: string } = {}) {
  const cast = await aNoteInHand(t, given);
  const by = cast.lead.membershipId;
  const here = await aParticipant(t.owner, cast.study.id, cast.agency.id);
  const other = await anAgency(t.owner, cast.study.id);
  const elsewhere = await aParticipant(t.owner, cast.study.id, other.id);
  await anIdentity(t.owner, cast.study.id, { participantId: here.id, by });
  await anIdentity(t.owner, cast.study.id, { participantId: elsewhere.id, by, fullName: 'Ottoline Prewett' });
  return { ...cast, here, elsewhere };
}

type Found = { start: number; end: number; what: string; replacements: string[] };
const worded = (text: string, marks: Found[]) =>
  marks.map(({ start, end, what, replacements }) => `${text.slice(start, end)}: ${what} → ${replacements.join(', ')}`);

describe('POST notes/:note/identifiers', () => {
  test('tells where names and identifiers stand · in UTF-16, with the pseudonym in brackets', async () => {
    const { session, path, here } = await aNoteWithKnownPeople();
    const text = '😀 Sam met Dr Patel at M1 1AE.\r\nsam';
    const answer = await session.json('post', `${path}/identifiers`, { text });
    expect(answer.status).toBe(200);
    expect(worded(text.replace('\r', ''), answer.body.marks)).toEqual([
      `Sam: known name → [${here.pseudonym}]`,
      'Dr Patel: likely name → [name]',
      'M1 1AE: likely postcode → [postcode]',
      `sam: perhaps a known name → [${here.pseudonym}]`,
    ]);
    expect(answer.headers['cache-control']).toContain('no-store');
  });

  test('says nothing of people elsewhere · to a researcher, and says it to the lead', async () => {
    const { session, path, lead, elsewhere } = await aNoteWithKnownPeople();
    const text = 'so Ottoline Prewett';
    expect(worded(text, (await session.json('post', `${path}/identifiers`, { text })).body.marks)).toEqual([]);
    const leading = await BrowserSession.as(t.app, lead);
    expect(worded(text, (await leading.json('post', `${path}/identifiers`, { text })).body.marks)).toEqual([
      `Ottoline Prewett: known name → [${elsewhere.pseudonym}]`,
    ]);
  });

  test('offers to name participants · only to those who may know them', async () => {
    const { session, path, study, colleague, here } = await aNoteWithKnownPeople();
    const href = `${study.path}/participants/${here.id}/identity`;
    const mine = await session.json('post', `${path}/identifiers`, { text: '' });
    expect(mine.body.participants).toEqual([{ pseudonym: here.pseudonym, href }]);
    expect((await session.get(href)).status).toBe(200);
    const theirs = await BrowserSession.as(t.app, colleague);
    expect((await theirs.json('post', `${path}/identifiers`, { text: 'Sam' })).body.participants).toEqual([]);
  });

  test('chooses the person of the visit’s agency · when people of several bear the name', async () => {
    const { path, study, lead, here, elsewhere } = await aNoteWithKnownPeople();
    const identities = () => t.owner('identities').where({ participant_id: elsewhere.id });
    await identities().delete();
    await anIdentity(t.owner, study.id, {
      participantId: elsewhere.id,
      by: lead.membershipId,
      fullName: 'Sam Prewett',
    });
    const leading = await BrowserSession.as(t.app, lead);
    const answer = await leading.json('post', `${path}/identifiers`, { text: 'so Sam' });
    expect(answer.body.marks).toMatchObject([{ what: 'known name', replacements: [`[${here.pseudonym}]`] }]);
  });

  test('keeps nothing and leaves no event · whatever is sent', async () => {
    const { session, path, note } = await aNoteWithKnownPeople();
    const before = await eventsOf(t, note.id);
    await session.json('post', `${path}/identifiers`, { text: 'Sam Okafor' });
    expect(await eventsOf(t, note.id)).toEqual(before);
    expect(await t.owner('note_drafts').where({ note_id: note.id })).toEqual([]);
  });

  test('refuses with a sentence · no text, too long a text, and a note that is removed', async () => {
    const { session, path } = await aNoteWithKnownPeople();
    const nothing = await session.json('post', `${path}/identifiers`, {});
    expect([nothing.status, nothing.body.error]).toEqual([422, 'Enter the text to look through']);
    const long = await session.json('post', `${path}/identifiers`, { text: 'a'.repeat(60_001) });
    expect(long.body.error).toContain('Shorten the text to look through to 60,000 characters');
    await session.post(`${path}/removal`);
    expect((await session.json('post', `${path}/identifiers`, { text: 'Sam' })).status).toBe(404);
  });
});

describe('the page of a note', () => {
  test('says how many likely identifiers it has and where to see to them · after saving', async () => {
    const { session, path } = await aNoteWithKnownPeople({ body: 'ON: Sam met Dr Patel, then Sam left.' });
    const page = await session.page(path);
    expect(page('main').text()).toContain('3 likely identifiers are in this note');
    expect(page(`a[href="${path}/deidentification"]`).text()).toBe('Look at them and de-identify the note');
  });

  test('says nothing of them · when there are none', async () => {
    const { session, path } = await aNoteWithKnownPeople({ body: 'ON: They talked with [Member 4].' });
    expect((await session.page(path))('main').text()).not.toContain('likely identifier');
  });
});

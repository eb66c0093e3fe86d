import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, anAgency, aParticipant } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

/** A summary for an agency where Zephyrine Rose Oglethorpe takes part. */
async function aSummary(body: string, title = 'What we saw') {
  const cast = await aFullStudy(t.owner);
  const { study, agency } = cast;
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, study.id, agency.id, { pseudonym: 'Heron 31' });
  const fullName = 'Zephyrine Rose Oglethorpe';
  await anIdentity(t.owner, study.id, { participantId: person.id, by, fullName, otherNames: [] });
  await anAgency(t.owner, study.id, { name: 'Quincewell Community Project', code: 'QCP' });
  const lead = await BrowserSession.as(t.app, cast.lead);
  const id = newId();
  const written = await lead.post(`${study.path}/agencies/${agency.id}/summaries`, { id, title, body });
  expect(written.status).toBe(303);
  const path = `${study.path}/summaries/${id}`;
  const publish = (fields: Record<string, string | string[]> = {}) =>
    lead.post(`${path}/publication`, { version: '1', ...fields });
  const seen = async () => (await lead.page(path))('input[name="seen"]').attr('value')!;
  const published = async () => (await t.owner('summary_publications').where({ summary_id: id })).length;
  const event = () => t.owner('events').where({ subject_id: id, kind: 'summary.published' }).first('after');
  return { ...cast, person, lead, id, path, publish, seen, published, event };
}

describe('a real name in a summary', () => {
  test('is pointed at on the draft’s page, in the text and with its place and kind · whatever hides it', async () => {
    const s = await aSummary('We met Zephy**rine** and [her dog](https://example.org/oglethorpe).', 'For Zephyrine');
    const $ = await s.lead.page(s.path);
    expect($('article mark').text()).toBe('Zephyrine');
    const found = $('#findings').text().replace(/\s+/g, ' ');
    expect(found).toContain('Zephyrine real name of somebody who takes part, in 2 places');
    expect(found).toContain('Title: For Zephyrine');
    expect(found).toContain('We met Zephyrine and her dog');
    expect(found).toContain('oglethorpe real name');
    // Whose name it is, is not told.
    expect($('main').text()).not.toContain('Heron');
    // Until it has been looked at, nothing publishes it.
    expect($('form[action$="/publication"]').length).toBe(1);
  });

  test('is not published · 422, with what was chosen kept · until it is replaced', async () => {
    const s = await aSummary('Zephyrine and Rose met Kasia Nowak.');
    const blunt = await s.publish();
    expect(blunt.status).toBe(422);
    expect(blunt.text).toContain('“Zephyrine” is the real name of somebody who takes part.');
    expect(blunt.text).toContain('href="#keep-0"');
    const half = await s.publish({
      seen: await s.seen(),
      read: 'yes',
      words: ['Zephyrine', 'Rose'],
      keep: ['', 'another-word'],
    });
    expect(half.status).toBe(422);
    const $ = await import('cheerio').then(({ load }) => load(half.text));
    expect($('#keep-0').val()).toBe('');
    expect($('#keep-1').val()).toBe('another-word');
    expect($('#read').is(':checked')).toBe(true);
    expect($('.govuk-error-summary a').length).toBe(1);
    expect(await s.published()).toBe(0);

    const body = 'Somebody and somebody else met.';
    expect((await s.lead.post(s.path, { version: '1', title: 'What we saw', body })).status).toBe(303);
    expect((await s.publish({ version: '2' })).status).toBe(303);
    expect(await s.published()).toBe(1);
    expect((await s.event()).after).not.toHaveProperty('realNamesKept');
  });

  test('is published with a reason on record, and without the name · when it is something else here', async () => {
    const s = await aSummary('The Rose garden was open on 14 June.');
    const answer = { seen: await s.seen(), words: ['Rose'], keep: ['another-word'] };
    const unread = await s.publish(answer);
    expect([unread.status, unread.text.includes('Say that you have looked at each of these places')]).toEqual([
      422,
      true,
    ]);
    expect((await s.publish({ ...answer, read: 'yes' })).status).toBe(303);
    const { after } = await s.event();
    expect(after).toMatchObject({ version: 1, realNamesKept: 1, likelyIdentifiersKept: 1, reasons: ['another-word'] });
    expect(JSON.stringify(after)).not.toContain('Rose');
    const trail = await s.lead.page(`${s.study.path}/trail`);
    expect(trail('main').text()).toContain('another-word');
  });

  test('is found by who comes to publish · when it was entered after the page was opened', async () => {
    const s = await aSummary('Wilhelmina made tea.');
    // Known as a first name, so pointed at; not yet as somebody's who takes part.
    const answer = { seen: await s.seen(), read: 'yes' };
    const other = await aParticipant(t.owner, s.study.id, s.agency.id);
    const by = s.researcher.membershipId;
    await anIdentity(t.owner, s.study.id, {
      participantId: other.id,
      by,
      fullName: 'Wilhelmina Stott',
      otherNames: [],
    });
    const refused = await s.publish(answer);
    expect([refused.status, await s.published()]).toEqual([422, 0]);
    expect(refused.text).toContain('Look through what was found in this text before you publish it');
  });

  test('does not leave unseen · 409 · when the program has no key for it', async () => {
    const s = await aSummary('Nothing telling.');
    await t
      .owner('identities')
      .where({ participant_id: s.person.id })
      .update({ key_id: 'f'.repeat(16) });
    expect((await s.lead.get(s.path)).text).toContain('cannot be published yet');
    const refused = await s.publish();
    expect([refused.status, refused.text.includes('IDENTITY_KEYS_OLD')]).toEqual([409, true]);
    expect(await s.published()).toBe(0);
  });
});

describe('what is likely to tell who somebody is', () => {
  test('is pointed at, and published once somebody has looked · pseudonyms and other agencies too', async () => {
    const s = await aSummary('Heron 31 went to Quincewell. Ring 0161 496 0735.');
    const $ = await s.lead.page(s.path);
    const found = $('#findings').text().replace(/\s+/g, ' ');
    for (const words of ['Heron 31 pseudonym', 'Quincewell another agency', '0161 496 0735 telephone number'])
      expect([words, found.includes(words)]).toEqual([words, true]);
    expect((await s.publish()).status).toBe(422);
    expect((await s.publish({ seen: 'x', read: 'yes' })).status).toBe(422);
    expect((await s.publish({ read: 'yes', seen: await s.seen() })).status).toBe(303);
    expect((await s.event()).after).toMatchObject({ realNamesKept: 0, likelyIdentifiersKept: 3 });
    // Nothing is asked again about what is published as it stands.
    expect((await s.publish()).status).toBe(303);
    expect(await s.published()).toBe(1);
    const page = await s.lead.page(s.path);
    expect(page('#findings').text()).toContain('can read these words now');
    expect(page('#findings button').length).toBe(0);
    // The agency reads the text without marks.
    const reader = await BrowserSession.as(t.app, s.staff);
    const { id } = await t.owner('summary_publications').where({ summary_id: s.id }).first('id');
    const read = await reader.page(`${s.study.path}/publications/${id}`);
    expect([read('article').text().includes('Heron 31'), read('mark').length]).toEqual([true, 0]);
  });

  test('is no obstacle · where nothing is found, and it says of how many no name is on record', async () => {
    const s = await aSummary('Everybody was warm.');
    await aParticipant(t.owner, s.study.id, s.agency.id);
    const { text } = await s.lead.get(s.path);
    expect(text).toContain('No real name is on record for 1 of the 2 people who take part');
    expect(text).not.toContain('id="findings"');
    expect((await s.publish()).status).toBe(303);
  });
});

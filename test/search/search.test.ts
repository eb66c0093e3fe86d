import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Actor, inStudy } from '../../server/database/connection.ts';
import { anyOf, parseSearch } from '../../server/search/search-words.ts';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aFullStudy, aNote, anAgency, aPhase, aTheme, aVisit } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function aSearcher() {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const session = await BrowserSession.as(t.app, cast.researcher);
  const path = `${cast.study.path}/search`;
  const write = (title: string, body: string, given: { by?: string; visitId?: string } = {}) =>
    aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, title, body, ...given });
  const at = (query: Record<string, string>) => session.page(`${path}?${new URLSearchParams(query)}`);
  /** The titles found, page after page. */
  async function titles(q: string, filter: Record<string, string> = {}): Promise<string[]> {
    const all: string[] = [];
    let href: string | undefined = `${path}?${new URLSearchParams({ q, ...filter })}`;
    while (href !== undefined) {
      const $ = await session.page(href);
      all.push(
        ...$('.app-found__title a')
          .map((_, one) => $(one).text())
          .get(),
      );
      href = $('a[rel=next]').attr('href');
    }
    return all;
  }
  const found = async (q: string, filter?: Record<string, string>) => (await titles(q, filter)).toSorted();
  return { ...cast, by, session, path, write, at, titles, found };
}

function actorOf(cast: Awaited<ReturnType<typeof aSearcher>>): Actor {
  return {
    personId: cast.researcher.id,
    membershipId: cast.by,
    studyId: cast.study.id,
    studyName: 'Study',
    timeZone: 'Europe/London',
    name: 'R',
    role: 'researcher',
    agencyId: null,
  };
}

describe('looking for words', () => {
  test('GET search · finds all words, phrases, either, without, and beginnings', async () => {
    const cast = await aSearcher();
    await cast.write('A', 'ON: She was walking in the garden.\nTN: Gardens are for walks. The wheelchair waited.');
    await cast.write('B', 'ON: A walk to the bus, by wheel.');
    await cast.write('C', 'ON: Café talk in a garden; choir practice. Walked later.');
    await cast.write('D', 'ON: The train left.');
    expect(await cast.found('garden walk')).toEqual(['A', 'C']);
    expect(await cast.found('"walking in the garden"')).toEqual(['A']);
    expect(await cast.found('"garden walking"')).toEqual([]);
    expect(await cast.found('bus or train')).toEqual(['B', 'D']);
    expect(await cast.found('walk -garden')).toEqual(['B']);
    expect(await cast.found('wheel*')).toEqual(['A', 'B']);
    expect(await cast.found('wheel')).toEqual(['B']);
    expect(await cast.found('cafe')).toEqual(['C']);
    expect(await cast.found('CAFÉ -"choir practice"')).toEqual([]);
    expect(await cast.found('the')).toEqual([]);
  });

  test('GET search · looks in the newest revision of notes not removed, and in titles', async () => {
    const cast = await aSearcher();
    const edited = await cast.write('Morning', 'Lanterns');
    await t.owner('note_revisions').insert({
      id: newId(),
      study_id: cast.study.id,
      note_id: edited.id,
      number: 2,
      title: 'Evening',
      body: 'Candles',
      saved_by: cast.by,
    });
    await t.owner('notes').where({ id: edited.id }).update({ latest_revision: 2 });
    const removed = await cast.write('Gone', 'Candles');
    await t.owner('notes').where({ id: removed.id }).update({ removed_at: new Date(), removed_by: cast.by });
    expect(await cast.found('lantern')).toEqual([]);
    expect(await cast.found('candle')).toEqual(['Evening']);
    expect(await cast.found('evening')).toEqual(['Evening']);
  });

  test('GET search · filters by agency, phase, author, dates and label', async () => {
    const cast = await aSearcher();
    const agency = await anAgency(t.owner, cast.study.id);
    const phase = await aPhase(t.owner, cast.study.id);
    const visit = (given: { agencyId?: string; phaseId?: string; startsAt?: Date }) =>
      aVisit(t.owner, cast.study.id, {
        agencyId: cast.agency.id,
        phaseId: cast.phase.id,
        by: cast.by,
        ...given,
        ...(given.startsAt && { endsAt: new Date(given.startsAt.getTime() + 3_600_000) }),
      });
    await cast.write('here', 'ON: tea');
    await cast.write('agency', 'ON: tea', { visitId: (await visit({ agencyId: agency.id })).id });
    await cast.write('phase', 'ON: tea', { visitId: (await visit({ phaseId: phase.id })).id });
    await cast.write('spring', 'ON: tea', {
      visitId: (await visit({ startsAt: new Date('2011-03-31T22:59:00Z') })).id,
    });
    await cast.write('colleague', 'ON: tea', { by: cast.colleague.membershipId });
    await cast.write('thought', 'ON: coffee\nTN: tea');
    expect(await cast.found('tea', { agency: agency.id })).toEqual(['agency']);
    expect(await cast.found('tea', { phase: phase.id })).toEqual(['phase']);
    expect(await cast.found('tea', { author: cast.colleague.membershipId })).toEqual(['colleague']);
    expect(await cast.found('tea', { to: '2011-03-31' })).toEqual(['spring']);
    expect(await cast.found('tea', { label: 'TN' })).toEqual(['thought']);
    expect(await cast.found('coffee', { label: 'TN' })).toEqual([]);
    expect(await cast.found('tea')).toHaveLength(6);
  });

  test('GET search · orders by relevance or by date and pages both ways, each note once', async () => {
    const cast = await aSearcher();
    for (let index = 1; index <= 23; index += 1) {
      const startsAt = new Date(Date.UTC(2011, 0, index, 10));
      const visit = await aVisit(t.owner, cast.study.id, {
        agencyId: cast.agency.id,
        phaseId: cast.phase.id,
        by: cast.by,
        startsAt,
        endsAt: new Date(startsAt.getTime() + 3_600_000),
      });
      await cast.write(`N${index}`, index === 7 ? 'tea tea tea tea' : 'tea', { visitId: visit.id });
    }
    const byDate = await cast.titles('tea', { order: 'date' });
    expect(byDate).toEqual(Array.from({ length: 23 }, (_, index) => `N${23 - index}`));
    const byRelevance = await cast.titles('tea');
    expect(byRelevance[0]).toBe('N7');
    expect(byRelevance.toSorted()).toEqual(byDate.toSorted());
    const second = await cast.session.page((await cast.at({ q: 'tea', order: 'date' }))('a[rel=next]').attr('href')!);
    const first = await cast.session.page(second('a[rel=prev]').attr('href')!);
    expect(first('.app-found__title a').first().text()).toBe('N23');
    expect(first('.app-found__title a')).toHaveLength(10);
    expect(first('.app-search__counts').text()).toBe('23 notes');
  });

  test('GET search · shows the words in context with the paragraph, and leads to them in the note', async () => {
    const cast = await aSearcher();
    const note = await cast.write('A', 'ON: 👋🏽 Hello <b>there</b>.\n\nTN: Two. She held the doors & left.');
    const $ = await cast.at({ q: '"held the door"' });
    const hit = $('.app-hit');
    expect(hit).toHaveLength(1);
    expect(hit.find('.app-hit__place').text()).toBe('Paragraph 2 · Theoretical note');
    expect(hit.find('.app-hit__words').text()).toBe('TN: Two. She held the doors & left.');
    expect(hit.find('mark').text()).toBe('held the doors');
    // "ON: 👋🏽 Hello <b>there</b>." has 26 code points, then two newlines and "TN: Two. She ".
    expect(hit.find('.app-hit__open a').attr('href')).toBe(
      `${cast.study.path}/notes/${note.id}/coding?start=41&end=55`,
    );
    expect((await cast.at({ q: 'hello' }))('.app-hit__words').html()).toContain(
      '<mark>Hello</mark> &lt;b&gt;there&lt;/b&gt;',
    );
  });

  test('GET search · finds words and phrases anywhere in a very long note, and saves one that is all different words', async () => {
    const cast = await aSearcher();
    const filler = `${'quiet morning rain '.repeat(60)}\n`.repeat(400);
    await cast.write('long', `alpha begins\n${filler}omega hurried homewards`);
    await cast.write('one paragraph', `${'quiet morning '.repeat(20_000)} zebra crossing`);
    await cast.write('different', Array.from({ length: 150_000 }, (_, index) => `word${index}`).join(' '));
    expect(await cast.found('alpha omega')).toEqual(['long']);
    expect(await cast.found('"omega hurried homewards"')).toEqual(['long']);
    expect(await cast.found('alpha -omega')).toEqual([]);
    expect(await cast.found('"zebra crossing"')).toEqual(['one paragraph']);
    expect(await cast.found('word149999 word1')).toEqual(['different']);
  });
});

describe('names', () => {
  test('GET search · offers themes and agencies with a name like it · misspelt', async () => {
    const cast = await aSearcher();
    const theme = await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Courtesy and care' });
    await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Courtesy removed', removed: true });
    const agency = await anAgency(t.owner, cast.study.id, { name: 'Lantern House' });
    const $ = await cast.at({ q: 'courtsey' });
    expect($('.app-alike a').first().text()).toBe('Courtesy and care');
    expect(
      $('.app-alike a')
        .map((_, one) => $(one).attr('href'))
        .get(),
    ).toEqual([`${cast.study.path}/themes/${theme.id}`, `${cast.study.path}/extracts?theme=${theme.id}`]);
    expect((await cast.at({ q: 'lantren house' }))('.app-alike a').first().attr('href')).toBe(
      `${cast.study.path}/agencies/${agency.id}`,
    );
    expect((await cast.at({ q: 'zzzz' }))('.app-alike')).toHaveLength(0);
  });
});

describe('odd searches', () => {
  test('whatever was typed is accepted by the database · for any string', async () => {
    const odd = fc.string({
      unit: fc.constantFrom(
        '"',
        '-',
        '*',
        ' ',
        ' or ',
        '&',
        '|',
        '!',
        '(',
        ')',
        ':',
        "'",
        '\\',
        'é',
        '👋',
        'a',
        'the',
        '<->',
        '½',
        'ﬁ',
        '.',
        '/',
        '@',
        '1',
        '3.5e',
        '_',
        '%',
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(odd, fc.string({ unit: 'grapheme', maxLength: 200 })), async (typed) => {
        const { must, never } = parseSearch(typed.replaceAll('\0', ''));
        for (const terms of [...must, never])
          await t.owner.raw(`select to_tsquery('note_words', ?), to_tsquery('note_words', ?)`, [
            anyOf(terms),
            anyOf(terms, 'AB'),
          ]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['ten thousand characters', 'a'.repeat(10_000), 422],
    ['ten thousand in words', 'tea '.repeat(2500), 422],
    ['a thousand letters in one word', '𝒜'.repeat(1000), 200],
    ['sixty words', Array.from({ length: 60 }, (_, index) => `w${index}`).join(' '), 422],
    ['all operators', '&|!()<->:*\\\'"-*or', 200],
    ['unbalanced quotes', '"tea', 200],
    ['only a minus', '-tea', 200],
    ['a NUL', 'tea\0', 422],
    ['emoji', '👋🏽', 200],
    ['markup', '<script>alert(1)</script>', 200],
    ['stop words', 'the and of', 200],
    ['nothing', '', 200],
  ])('GET search · answers with a page · for %s', async (_what, q, status) => {
    const cast = await aSearcher();
    await cast.write('A', 'tea');
    const answer = await cast.session.get(`${cast.path}?${new URLSearchParams({ q })}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain('<h1 class="govuk-heading-l">Search</h1>');
    expect(answer.text).not.toContain('<script>alert');
  });

  test.each([
    'q=a&q=b',
    'q[x]=1',
    'q=%ED%A0%80',
    'q=a&agency=nonsense',
    'q=a&from=2011-02-30',
    'q=a&order=worst',
    `q=a&agency=${newId()}`,
    `q=a&author=${newId()}`,
  ])('GET search · is no error of ours · for ?%s', async (query) => {
    const cast = await aSearcher();
    const { status } = await cast.session.get(`${cast.path}?${query}`);
    expect([200, 422]).toContain(status);
  });
});

describe('the wall', () => {
  test('search_notes() · answers only a present lead or researcher of the study that is set', async () => {
    const [ours, theirs] = [await aSearcher(), await aSearcher()];
    const note = await ours.write('A', 'tea');
    await theirs.write('B', 'tea');
    const look = (given: Partial<Actor>) =>
      inStudy(t.database.db, { ...actorOf(ours), ...given }, async (trx) => {
        const { rows } = await trx.raw<{ rows: { note_id: string }[] }>(
          `select * from search_notes(array['tea'], '', true)`,
        );
        return rows.map(({ note_id }) => note_id);
      });
    expect(await look({})).toEqual([note.id]);
    expect(await look({ membershipId: theirs.by })).toEqual([]);
    expect(await look({ studyId: theirs.study.id })).toEqual([]);
    expect(await look({ membershipId: ours.staff.membershipId })).toEqual([]);
    await expect(look({ role: 'agency', agencyId: ours.agency.id })).rejects.toThrow('permission denied');
    await t
      .owner('memberships')
      .where({ id: ours.by })
      .update({ ended_at: new Date(), ended_by: ours.lead.membershipId });
    expect(await look({})).toEqual([]);
  });
});

describe('coding on the spot', () => {
  test('POST search/codings · codes the sentence, once, and comes back to the same search · by path or name', async () => {
    const cast = await aSearcher();
    const note = await cast.write('A', 'ON: One. She held the doors. Three.');
    const parent = await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Skills' });
    const theme = await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Courtesy', parentId: parent.id });
    const $ = await cast.at({ q: 'door', order: 'date' });
    const fields = Object.fromEntries(
      $('.app-hit form')
        .serializeArray()
        .filter(({ name }) => name !== '_csrf')
        .map(({ name, value }) => [name, value]),
    );
    expect($('.app-hit__code label').first().text()).toBe('The sentence “She held the doors.”');
    const answer = await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'skills > courtesy' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`${cast.path}?q=door&order=date#hit-${note.id}-1`);
    await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'Courtesy' });
    const codings = await t.owner('codings').where({ note_id: note.id }).select('quote', 'theme_id', 'coder_id');
    expect(codings).toEqual([{ quote: 'She held the doors.', theme_id: theme.id, coder_id: cast.by }]);
    expect((await cast.at({ q: 'door' }))('.app-hit__theme').text()).toBe('Courtesy');
  });

  test('POST search/codings · keeps what was typed and says what is wrong · for a theme that is not there', async () => {
    const cast = await aSearcher();
    await cast.write('A', 'ON: One. She held the doors. Three.');
    const $ = await cast.at({ q: 'door' });
    const fields = Object.fromEntries(
      $('.app-hit form')
        .serializeArray()
        .filter(({ name }) => name !== '_csrf')
        .map(({ name, value }) => [name, value]),
    );
    const answer = await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'Nonsense' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('No theme has this name');
    expect(answer.text).toContain('value="Nonsense"');
    const twins = await Promise.all(['X', 'Y'].map((name) => aTheme(t.owner, cast.study.id, { by: cast.by, name })));
    for (const { id } of twins) await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'Twin', parentId: id });
    expect((await cast.session.post(`${cast.path}/codings`, { ...fields, theme: 'Twin' })).text).toContain(
      'Several themes are called',
    );
    expect((await cast.session.post(`${cast.path}/codings`, {})).status).toBe(422);
    expect(await t.owner('codings').where({ study_id: cast.study.id })).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { anAgency, aPhase, aTheme, aVisit } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aSearcher } from './a-searcher.ts';

const t = useTestApp();

describe('looking for words', () => {
  test('GET search · finds all words, phrases, either, without, and beginnings', async () => {
    const cast = await aSearcher(t);
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

  test('GET search · finds what a word begins with · whatever the ending, accents and how common the word is', async () => {
    const cast = await aSearcher(t);
    await cast.write('A', 'ON: An activity for families, on one condition.\nTN: Universities were asked: self-help.');
    await cast.write('B', 'ON: Active people, active family. Social Émigrés.');
    await cast.write('C', 'MN: So it went.');
    expect(await cast.found('activit*')).toEqual(['A']);
    expect(await cast.found('activ*')).toEqual(['A', 'B']);
    expect(await cast.found('conditio*')).toEqual(['A']);
    expect(await cast.found('universi*')).toEqual(['A']);
    expect(await cast.found('familie*')).toEqual(['A']);
    expect(await cast.found('famil*')).toEqual(['A', 'B']);
    expect(await cast.found('emigr*')).toEqual(['B']);
    expect(await cast.found('ÉMIGR*')).toEqual(['B']);
    expect(await cast.found('so*')).toEqual(['B', 'C']);
    expect(await cast.found('so*', { label: 'MN' })).toEqual(['C']);
    expect(await cast.found('self-he*')).toEqual(['A']);
    expect(await cast.found('activ* -familie*')).toEqual(['B']);
    expect(await cast.found('"so it" or conditi*')).toEqual(['A', 'C']);
    const $ = await cast.at({ q: 'famil* activit*' });
    expect(
      $('.app-hit mark')
        .map((_, one) => $(one).text())
        .get(),
    ).toEqual(['activity', 'families']);
  });

  test('GET search · finds what stands in quotation marks as it stands there, common words too', async () => {
    const cast = await aSearcher(t);
    await cast.write('the', 'ON: She took\nTN: THE  bus, early.');
    await cast.write('a', 'ON: A bus came. It was to be late.');
    await cast.write('both', 'ON: The buses: the  café.');
    await cast.write('apart', 'ON: by the\nTN: bus');
    await cast.write('The bus', 'ON: nothing else');
    expect(await cast.found('"the bus"')).toEqual(['The bus', 'the']);
    expect(await cast.found('"the bus"', { label: 'TN' })).toEqual(['the']);
    expect(await cast.found('"the bus"', { label: 'ON' })).toEqual(['The bus']);
    expect(await cast.found('bus -"the bus"')).toEqual(['a', 'apart']);
    expect(await cast.found('"buses"')).toEqual(['both']);
    expect(await cast.found('"The Cafe"')).toEqual(['both']);
    expect(await cast.found('"to be"')).toEqual(['a']);
    expect(await cast.found('"to be" or buses')).toEqual(['a', 'both']);
    expect(await cast.found('"to be" or "the buses"')).toEqual(['a', 'both']);
    expect(await cast.found('"to be" -bus')).toEqual([]);
    expect(await cast.found('the "to be"')).toEqual(['a']);
    expect(await cast.found('"was to be" bus')).toEqual(['a']);
    expect(await cast.found('"o be"')).toEqual([]);
    const $ = await cast.at({ q: '"the bus"' });
    expect($('.app-search__counts').text()).toBe('2 notes');
    expect(
      $('.app-hit mark')
        .map((_, one) => $(one).text())
        .get(),
    ).toEqual(['THE  bus']);
    expect((await cast.at({ q: '"to be"' }))('.app-hit mark').text()).toBe('to be');
  });

  test('GET search · takes words with a hyphen for words in a row, in the search and in the notes', async () => {
    const cast = await aSearcher(t);
    await cast.write('blank', 'ON: The red bus stop.');
    await cast.write('hyphen', 'ON: A red bus-stop.');
    await cast.write('apart', 'ON: Stop the bus.');
    for (const q of ['bus-stop', '"bus-stop"', '"bus stop"', '"red bus stop"', 'bus-sto*'])
      expect([q, await cast.found(q)]).toEqual([q, ['blank', 'hyphen']]);
    expect(await cast.found('bus stop')).toEqual(['apart', 'blank', 'hyphen']);
    expect((await cast.at({ q: 'bus-stop' }))('.app-hit mark').text()).toMatch(/^bus.stopbus.stop$/);
  });

  test('GET search · looks in the newest revision of notes not removed, and in titles', async () => {
    const cast = await aSearcher(t);
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

  test('GET search · marks the words in a title, and says where they are when nothing else has them', async () => {
    const cast = await aSearcher(t);
    await cast.write('The lunch club', 'ON: Soup.');
    await cast.write('Lunch again', 'ON: A lunch of bread.');
    const $ = await cast.at({ q: 'lunch' });
    expect(
      $('.app-found__title mark')
        .map((_, one) => $(one).text())
        .get()
        .toSorted(),
    ).toEqual(['Lunch', 'lunch']);
    expect($('.app-found__title-only').text()).toBe('The words are in the title.');
    expect((await cast.at({ q: 'supper' }))('.app-empty').text()).toContain('No note has this word.');
  });

  test('GET search · filters by agency, phase, author, dates and label', async () => {
    const cast = await aSearcher(t);
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
    const cast = await aSearcher(t);
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
    const cast = await aSearcher(t);
    const note = await cast.write('A', 'ON: 👋🏽 Hello <b>there</b>.\n\nTN: Two. She held the doors & left.');
    const $ = await cast.at({ q: '"held the doors"' });
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
    const cast = await aSearcher(t);
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
    const cast = await aSearcher(t);
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
    await aTheme(t.owner, cast.study.id, { by: cast.by, name: 'The other' });
    for (const q of ['the', '"the" of', 'it'])
      expect([q, (await cast.at({ q }))('.app-alike a').length]).toEqual([q, 0]);
    expect((await cast.at({ q: 'the courtsey' }))('.app-alike a').first().text()).toBe('Courtesy and care');
    expect((await cast.at({ q: 'lantren house' }))('.app-alike a').first().attr('href')).toBe(
      `${cast.study.path}/agencies/${agency.id}`,
    );
    expect((await cast.at({ q: 'zzzz' }))('.app-alike')).toHaveLength(0);
  });
});

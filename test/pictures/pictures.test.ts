import { describe, expect, test } from '@jest/globals';
import { aDoubleCoding } from '../support/double-coding-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, aDrawnStudy, KINDS } from './a-drawn-study.ts';

const t = useTestApp();

describe('themes by agency and by phase', () => {
  test('count codings with sub-themes rolled up · by agency', async () => {
    const cast = await aCodedStudy(t);
    // Connecting: 1 + 3 goals at the first agency, 1 goal at the other.
    expect(await cast.table('themes-by-agency')).toEqual([
      ['Connecting', '4', '1', '5'],
      ['<script>alert(1)</script>', '3', '1', '4'],
      ['=rest()', '0', '1', '1'],
    ]);
    expect(await cast.table('themes-by-agency?depth=top')).toEqual([
      ['Connecting', '4', '1', '5'],
      ['=rest()', '0', '1', '1'],
    ]);
    expect(await cast.table('themes-by-phase')).toEqual([
      ['Connecting', '3', '2', '5'],
      ['<script>alert(1)</script>', '2', '2', '4'],
      ['=rest()', '0', '1', '1'],
    ]);
  });

  test('name each column, agencies also by the codes that stand for them where there is little room', async () => {
    const cast = await aCodedStudy(t);
    for (const [kind, codes] of [
      ['themes-by-agency', [cast.agency.code, 'ZETA']],
      ['coders', [cast.agency.code, 'ZETA']],
      ['themes-by-phase', []],
    ] as const) {
      const $ = await cast.session.page(`${cast.path}/pictures/${kind}`);
      const said = (of: string): string[] =>
        $(of)
          .map((_, each) => $(each).text())
          .get();
      expect([kind, said('.app-picture-table__code'), said('.app-picture-table__key b')]).toEqual([kind, codes, codes]);
      expect(said('thead th > span:not([aria-hidden])')).toEqual(
        expect.arrayContaining(
          kind === 'themes-by-phase' ? ['Return visits'] : [cast.agency.name, 'Zeta <b>agency</b>'],
        ),
      );
    }
  });

  test('count by 1,000 words of the notes there', async () => {
    const cast = await aCodedStudy(t);
    // The first agency has two notes of 10 words, the other one: 4 / 20, 1 / 10, 5 / 30.
    const [connecting] = await cast.table('themes-by-agency?measure=rate');
    expect(connecting).toEqual([
      'Connecting',
      '200 for 1,000 words: 4 codings',
      '100 for 1,000 words: 1 coding',
      '167 for 1,000 words: 5 codings',
    ]);
  });

  test('narrowed to a coder, an agency or a phase count only what is theirs', async () => {
    const cast = await aCodedStudy(t);
    const { colleague, other, later } = cast;
    expect((await cast.table(`themes-by-agency?coder=${colleague.membershipId}`))[0]).toEqual([
      'Connecting',
      '1',
      '0',
      '1',
    ]);
    expect((await cast.table(`themes-by-agency?agency=${other.id}`))[0]).toEqual(['Connecting', '1', '1']);
    expect((await cast.table(`themes-by-agency?phase=${later.id}`))[0]).toEqual(['Connecting', '1', '1', '2']);
  });
});

describe('every number', () => {
  test.each([
    ...KINDS.filter((kind) => kind !== 'themes-together'),
    'themes-by-agency?measure=rate',
    'coding-over-time?by=coded',
  ])('%s · leads to as many extracts as it says', async (picture) => {
    const cast = await aCodedStudy(t);
    const narrowed = `${picture}${picture.includes('?') ? '&' : '?'}coder=${cast.researcher.membershipId}`;
    for (const asked of [picture, narrowed]) {
      const $ = await cast.session.page(`${cast.path}/pictures/${asked}`);
      const links = $('.app-picture-table tbody a[href*="/extracts?"]')
        .map((_, link) => ({ href: $(link).attr('href')!, text: $(link).text() }))
        .get() as unknown as { href: string; text: string }[];
      expect(links.length).toBeGreaterThan(0);
      for (const { href, text } of links) {
        const said = /(\d+) codings?/.exec(text)?.[1] ?? /^(\d+)$/.exec(text)?.[1];
        const found = await cast.extractsBehind(href);
        if (said === undefined) expect([href, found > 0]).toEqual([href, true]);
        else expect([href, found]).toEqual([href, Number(said)]);
      }
    }
  });

  test.each(KINDS)('%s · the picture leads to the same places as the numbers below it', async (kind) => {
    const cast = await aCodedStudy(t);
    const $ = await cast.session.page(`${cast.path}/pictures/${kind}`);
    const hrefs = (links: string): string[] =>
      $(links)
        .map((_, link) => $(link).attr('href')!)
        .get();
    const listed = new Set(hrefs('.app-picture-table td a'));
    for (const layout of ['wide', 'middle', 'narrow']) {
      const drawn = hrefs(`.app-picture__links--${layout} a`);
      expect([layout, drawn.length > 0, drawn.filter((href) => !listed.has(href))]).toEqual([layout, true, []]);
    }
    // One link to the same place is enough for whoever goes through the page link by link.
    expect($('.app-picture__links[aria-hidden=true]').length).toBe(3);
    expect($('.app-picture__links a:not([tabindex="-1"])').length).toBe(0);
  });

  test('zero leads nowhere', async () => {
    const cast = await aCodedStudy(t);
    const $ = await cast.session.page(`${cast.path}/pictures/themes-by-agency`);
    expect($('.app-picture-table td').last().prev().prev().html()).toBe('0');
    // Of the squares of three themes at two agencies one is empty.
    expect($('.app-picture__links--wide a').length).toBe(5);
  });
});

describe('themes together', () => {
  test('are pairs of codings that share a character · by any coder', async () => {
    const cast = await aCodedStudy(t);
    // Connecting [0,10) meets goals [5,20) and, by one character, goals [9,15). In the third note they only touch.
    expect(await cast.table('themes-together')).toEqual([
      ['Connecting', '<script>alert(1)</script>', '2 pairs of Connecting and <script>alert(1)</script>', '1'],
    ]);
    expect((await cast.table('themes-together?within=note')).map((row) => row.slice(2))).toEqual([
      ['2 pairs of Connecting and <script>alert(1)</script>', '1'],
      ['1 pairs of <script>alert(1)</script> and =rest()', '1'],
    ]);
  });

  test('lead to a page with as many pairs, their words side by side', async () => {
    const cast = await aCodedStudy(t);
    const $ = await cast.session.page(`${cast.path}/pictures/themes-together`);
    const href = $('.app-picture-table a[href*="/themes-together/"]').attr('href')!;
    const pairs = await cast.session.page(href);
    expect(pairs('[role=status]').text()).toBe('2 pairs of codings that share words');
    expect(pairs('.app-pair')).toHaveLength(2);
    expect(pairs('.app-pair__quote').first().text()).toBe('aaaaaaaaa ');
    expect(pairs('.app-pair__passage a').first().attr('href')).toMatch(/\/notes\/[0-9a-f-]{36}\/coding#passage-/);
  });

  test('page by pair, each once', async () => {
    const cast = await aDrawnStudy(t);
    const { themes, notes, code } = cast;
    // 6 by 6 pairs on the same words.
    for (let index = 0; index < 6; index += 1) {
      await code(notes.first, themes.connecting.id, [index, 40]);
      await code(notes.first, themes.rest.id, [index, 41]);
    }
    let href: string | undefined = `${cast.path}/pictures/themes-together/${themes.connecting.id}/${themes.rest.id}`;
    const seen: string[] = [];
    const sizes: number[] = [];
    while (href !== undefined) {
      const $ = await cast.session.page(href);
      sizes.push($('.app-pair').length);
      $('.app-pair').each((_, pair) => {
        const ids = $(pair)
          .find('a')
          .map((__, link) => $(link).attr('href')!)
          .get();
        seen.push(ids.join(' '));
      });
      href = $('a[rel=next]').attr('href');
    }
    expect(sizes).toEqual([25, 11]);
    expect(new Set(seen).size).toBe(36);
  });
});

describe('coding over time', () => {
  test('counts in the month of the visit or of the coding, in the time of the study', async () => {
    const cast = await aCodedStudy(t);
    // 31 May 2012, 23:30 UTC, is 1 June in London; 30 November 2011, 23:30 UTC, is that day there too.
    const months = await cast.table('coding-over-time');
    expect(months[0]).toEqual(['November 2011', '3', '3']);
    expect(months.at(-1)).toEqual(['June 2012', '3', '6']);
    expect(months).toHaveLength(8);
    await t.owner('codings').where({ study_id: cast.study.id }).update({ created_at: '2012-03-31T23:30:00Z' });
    expect(await cast.table('coding-over-time?by=coded')).toEqual([['April 2012', '6', '6']]);
  });
});

describe('saturation', () => {
  test('goes by visit, names the last note that added a theme, and leaves out what nobody has coded', async () => {
    const cast = await aCodedStudy(t);
    const $ = await cast.session.page(`${cast.path}/pictures/saturation`);
    const rows = await cast.table('saturation');
    expect(rows.map((row) => row.filter((_, column) => column !== 1))).toEqual([
      ['1. The first', '3', '2', '2', 'Connecting<script>alert(1)</script>'],
      ['2. The second', '1', '0', '2', ''],
      ['3. +third', '2', '1', '3', '=rest()'],
    ]);
    expect($('.app-picture-facts').text()).toContain('The last note that added a theme is note 3 of 3, “+third”');
    await t.owner('codings').where({ note_id: cast.notes.second.id }).update({ removed_at: new Date() });
    const later = await cast.session.page(`${cast.path}/pictures/saturation`);
    expect(later('.app-picture-facts').text()).toContain('1 note is left out, because nobody has coded it yet.');
  });
});

describe('what each coder has covered', () => {
  test('is the union of their passages over the text of the agency', async () => {
    const cast = await aCodedStudy(t);
    const rows = await cast.table('coders');
    // The researcher: [0,10) and [5,20) are 20, and [0,50) is 50, of 2 × 99; at the other agency [0,20) of 99. Of all: 90 of 297.
    expect(rows.find(([name]) => name === cast.researcher.name)?.slice(1)).toEqual([
      '5 codingsin 3 of 3 notes30% of the text',
      '3 codingsin 2 of 2 notes35% of the text',
      '2 codingsin 1 of 1 note20% of the text',
    ]);
    expect(rows.find(([name]) => name === cast.colleague.name)?.slice(1)).toEqual([
      '1 codingin 1 of 3 notes2% of the text',
      '1 codingin 1 of 2 notes3% of the text',
      '0',
    ]);
  });
});

describe('blind coding', () => {
  test('is left out and said to be', async () => {
    const cast = await aCodedStudy(t);
    const { notes, themes, lead, researcher, colleague, study } = cast;
    const coders = [researcher.membershipId, colleague.membershipId];
    await aDoubleCoding(t.owner, study.id, { noteId: notes.third.id, by: lead.membershipId, coders });
    await cast.code(notes.third, themes.rest.id, [40, 50]);
    for (const kind of KINDS) {
      const $ = await cast.session.page(`${cast.path}/pictures/${kind}`);
      expect([kind, $('.app-picture-facts').text()]).toEqual([
        kind,
        expect.stringContaining('One note is being coded by several people unseen by each other'),
      ]);
    }
    expect((await cast.table('themes-by-agency')).at(-1)).toEqual(['=rest()', '0', '1', '1']);
  });
});

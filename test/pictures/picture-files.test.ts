import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { newId } from '../../server/shared/ids.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, aNote, aTheme } from '../support/builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedStudy, aDrawnStudy, KINDS } from './a-drawn-study.ts';

const t = useTestApp();

describe('files', () => {
  test.each(KINDS)('%s · is sent as SVG, PNG and CSV · under its name', async (kind) => {
    const cast = await aCodedStudy(t);
    const file = (format: string) =>
      cast.session.get(`${cast.path}/pictures/${kind}/file?format=${format}`).buffer(true);
    const svg = await file('svg');
    expect(svg.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(svg.headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename="?${kind}-\\d{4}-\\d\\d-\\d\\d\\.svg"?$`),
    );
    const drawn = Buffer.from(svg.body).toString('utf8');
    expect(drawn).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+"/);
    expect(drawn).not.toMatch(/<script|style=|<b>/);
    const png = await file('png');
    expect(png.headers['content-type']).toBe('image/png');
    expect(png.headers['content-disposition']).toContain(`${kind}-`);
    const bytes = Buffer.from(png.body);
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
    // Two and a half times the size of the drawing.
    expect(bytes.readUInt32BE(16)).toBe(Math.round(Number(/width="(\d+)"/.exec(drawn)![1]) * 2.5));
    const csv = await file('csv');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(parse(csv.text).length).toBeGreaterThan(1);
    expect(csv.text).not.toMatch(/(^|,|")[=+@]/m);
  });

  test('hold the numbers of the picture, and names as text', async () => {
    const cast = await aCodedStudy(t);
    const csv = await cast.session.get(`${cast.path}/pictures/themes-by-agency/file?format=csv`);
    const agency = cast.agency.name;
    expect(parse(csv.text)).toEqual([
      [
        'theme',
        `${agency}: codings`,
        `${agency}: per 1,000 words`,
        'Zeta <b>agency</b>: codings',
        'Zeta <b>agency</b>: per 1,000 words',
        'all: codings',
      ],
      ['Connecting', '4', '200', '1', '100', '5'],
      ['Connecting > <script>alert(1)</script>', '3', '150', '1', '100', '4'],
      [`'=rest()`, '0', '0', '1', '100', '1'],
    ]);
    const svg = await cast.session.get(`${cast.path}/pictures/themes-by-agency/file`).buffer(true);
    const drawn = Buffer.from(svg.body).toString('utf8');
    expect(drawn).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(drawn).toContain('Zeta');
    expect(drawn).toContain('A theme includes its sub-themes.');
  });

  test('of themes that occur together · draw up to 30, and say which they are and what was counted', async () => {
    const cast = await aCodedStudy(t);
    const drawn = async (within: string) => {
      const svg = await cast.session.get(`${cast.path}/pictures/themes-together/file?within=${within}`).buffer(true);
      // Words are broken into lines.
      return Buffer.from(svg.body)
        .toString('utf8')
        .replaceAll(/<\/text><text[^>]*>/g, ' ');
    };
    const together = await drawn('note');
    expect(together).toContain('Drawn are all 3 themes that meet another.');
    expect(together).toContain(
      'Counted are pairs of codings, one of each theme, in the same note, whoever coded them.',
    );
    expect(together).toContain('A theme is counted without its sub-themes.');

    // 32 more themes on the same words, with the two that share words already.
    const by = cast.researcher.membershipId;
    const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: 'A note' });
    for (let index = 0; index < 32; index += 1) {
      const theme = await aTheme(t.owner, cast.study.id, { by, name: `More ${index}`, position: 10 + index });
      await aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, start: 0, end: 1 });
    }
    const many = await drawn('passage');
    const said = [
      'Drawn are the 30 themes that meet most often, out of 34 that meet another.',
      ' 30 More 29<',
      ' 31 More',
    ];
    expect(said.map((words) => many.includes(words))).toEqual([true, true, false]);
  });
});

describe('pages', () => {
  test('name a theme of markup as text', async () => {
    const cast = await aCodedStudy(t);
    for (const kind of KINDS) {
      const answer = await cast.session.get(`${cast.path}/pictures/${kind}`);
      expect([kind, answer.status]).toEqual([kind, 200]);
      expect(answer.text).not.toMatch(/<script>alert|<b>agency/);
    }
  });

  test('say what to do next · where nothing is coded, and where nothing is in what was chosen', async () => {
    const cast = await aDrawnStudy(t);
    for (const kind of KINDS) {
      const $ = await cast.session.page(`${cast.path}/pictures/${kind}`);
      expect([kind, $('.app-empty').length, $('img').length]).toEqual([kind, 1, 0]);
      const file = await cast.session.get(`${cast.path}/pictures/${kind}/file?format=png`);
      expect([kind, file.status]).toEqual([kind, 200]);
    }
    const nothing = await cast.session.page(`${cast.path}/pictures/themes-by-agency`);
    expect(nothing('.app-empty a').attr('href')).toBe(`${cast.path}/notes`);
    const bare = await aFullStudy(t.owner);
    const lead = await BrowserSession.as(t.app, bare.lead);
    const empty = await lead.page(`${bare.study.path}/pictures/saturation`);
    expect(empty('.app-empty a').attr('href')).toBe(`${bare.study.path}/themes/new`);
  });

  test.each(['agency=nonsense', `agency=${newId()}`, 'measure=weight', `coder=${newId()}`])(
    'answer 422 and draw nothing · for %s',
    async (query) => {
      const cast = await aCodedStudy(t);
      const answer = await cast.session.get(`${cast.path}/pictures/themes-by-agency?${query}`);
      expect(answer.status).toBe(422);
      expect(answer.text).not.toContain('<picture>');
      expect(answer.text).toContain('govuk-error-summary');
    },
  );

  test('are not there · for agency staff, a picture of no such name, a pair of one theme, or themes of another study', async () => {
    const cast = await aCodedStudy(t);
    const staff = await BrowserSession.as(t.app, cast.staff);
    const other = await aDrawnStudy(t);
    for (const page of [
      'analysis',
      'pictures',
      ...KINDS.flatMap((kind) => [`pictures/${kind}`, `pictures/${kind}/file`]),
    ])
      expect([page, (await staff.get(`${cast.path}/${page}`)).status]).toEqual([page, 404]);
    const { connecting, rest } = cast.themes;
    for (const page of [
      'pictures/nonsense',
      'pictures/nonsense/file',
      `pictures/themes-together/${connecting.id}/${connecting.id}`,
      `pictures/themes-together/${connecting.id}/${other.themes.rest.id}`,
      `pictures/themes-together/${connecting.id}/nonsense`,
      `pictures/themes-together/${connecting.id}/${rest.id}?after=nonsense`,
    ])
      expect([page, (await cast.session.get(`${cast.path}/${page}`)).status]).toEqual([page, 404]);
  });

  test('lead on from Analysis to all that there is', async () => {
    const cast = await aDrawnStudy(t);
    const $ = await cast.session.page(`${cast.path}/analysis`);
    const hrefs = $('main a')
      .map((_, link) => $(link).attr('href')!)
      .get() as unknown as string[];
    expect(hrefs.map((href) => href.slice(cast.path.length))).toEqual([
      '/pictures',
      ...KINDS.map((kind) => `/pictures/${kind}`),
      '/search',
      '/queries',
      '/agreement',
      '/double-codings',
      '/memos',
      '/codebook/steps',
    ]);
    expect($('nav [aria-current]').text()).toBe('Analysis');
  });
});

import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aPhase, aTheme, anAgency } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExtract } from './an-extract.ts';

const t = useTestApp();

async function aReader() {
  const cast = await aFullStudy(t.owner);
  const session = await BrowserSession.as(t.app, cast.lead);
  const extracts = `${cast.study.path}/extracts`;
  /** The quotes listed for a query, page after page. */
  async function quotes(query: [string, string][] = []): Promise<string[]> {
    const all: string[] = [];
    let href: string | undefined = `${extracts}?${new URLSearchParams(query)}`;
    while (href !== undefined) {
      const $ = await session.page(href);
      all.push(
        ...$('.app-extract__quote')
          .map((_, element) => $(element).text())
          .get(),
      );
      href = $('a[rel=next]').attr('href');
    }
    return all;
  }
  return { ...cast, session, extracts, quotes };
}

describe('filtering', () => {
  test('GET extracts · lists the codings of each filter and no others · when one field is chosen', async () => {
    const cast = await aReader();
    const by = cast.researcher.membershipId;
    const parent = await aTheme(t.owner, cast.study.id, { by, name: 'Connecting' });
    const child = await aTheme(t.owner, cast.study.id, { by, name: 'Introducing', parentId: parent.id });
    const agency = await anAgency(t.owner, cast.study.id);
    const phase = await aPhase(t.owner, cast.study.id);
    await anExtract(t.owner, cast, { quote: 'on the parent', themeId: parent.id });
    await anExtract(t.owner, cast, { quote: 'on the child', themeId: child.id });
    await anExtract(t.owner, cast, { quote: 'elsewhere', agencyId: agency.id });
    await anExtract(t.owner, cast, { quote: 'later', phaseId: phase.id });
    await anExtract(t.owner, cast, { quote: 'by a colleague', by: cast.colleague.membershipId });
    await anExtract(t.owner, cast, { quote: 'a thought', label: 'TN' });
    await anExtract(t.owner, cast, { quote: 'in spring', startsAt: new Date('2011-03-01T10:00:00Z') });
    expect(await cast.quotes([['theme', parent.id]])).toEqual(['on the parent', 'on the child']);
    expect(await cast.quotes([['theme', child.id]])).toEqual(['on the child']);
    expect(await cast.quotes([['agency', agency.id]])).toEqual(['elsewhere']);
    expect(await cast.quotes([['phase', phase.id]])).toEqual(['later']);
    expect(await cast.quotes([['coder', cast.colleague.membershipId]])).toEqual(['by a colleague']);
    expect(await cast.quotes([['label', 'TN']])).toEqual(['a thought']);
    expect(await cast.quotes([['to', '2011-03-01']])).toEqual(['in spring']);
    expect(await cast.quotes([['words', 'THE CHILD']])).toEqual(['on the child']);
    expect(
      await cast.quotes([
        ['agency', agency.id],
        ['agency', cast.agency.id],
        ['words', 'e'],
        ['theme', child.id],
        ['theme', parent.id],
        ['label', 'ON'],
      ]),
    ).toEqual(['on the parent', 'on the child']);
  });

  test('GET extracts · takes visit dates in the study’s time zone, both ends included · around midnight in summer', async () => {
    const cast = await aReader();
    await anExtract(t.owner, cast, { quote: 'last minute of the 1st', startsAt: new Date('2011-06-01T22:59:00Z') });
    await anExtract(t.owner, cast, { quote: 'first minute of the 2nd', startsAt: new Date('2011-06-01T23:00:00Z') });
    await anExtract(t.owner, cast, { quote: 'first minute of the 3rd', startsAt: new Date('2011-06-02T23:00:00Z') });
    expect(
      await cast.quotes([
        ['from', '2011-06-02'],
        ['to', '2011-06-02'],
      ]),
    ).toEqual(['first minute of the 2nd']);
  });

  test('GET extracts · looks for %, _, \\ and quotes as they stand · in the words', async () => {
    const cast = await aReader();
    await anExtract(t.owner, cast, { quote: '100% of them' });
    await anExtract(t.owner, cast, { quote: '1000 of them' });
    await anExtract(t.owner, cast, { quote: String.raw`a \ b_c 'd' ?` });
    expect(await cast.quotes([['words', '0%']])).toEqual(['100% of them']);
    expect(await cast.quotes([['words', '_']])).toEqual([String.raw`a \ b_c 'd' ?`]);
    expect(await cast.quotes([['words', String.raw`\ B_C 'D' ?`]])).toEqual([String.raw`a \ b_c 'd' ?`]);
  });

  test('GET extracts · leaves out what was removed and marks what needs review · coding, theme, note or visit', async () => {
    const cast = await aReader();
    const removed = { removed_at: new Date(), removed_by: cast.lead.membershipId };
    await anExtract(t.owner, cast, { quote: 'coding removed', removed: true });
    const theme = await anExtract(t.owner, cast, { quote: 'theme removed' });
    await t.owner('themes').where({ id: theme.themeId }).update(removed);
    const note = await anExtract(t.owner, cast, { quote: 'note removed' });
    await t.owner('notes').where({ id: note.note.id }).update(removed);
    const visit = await anExtract(t.owner, cast, { quote: 'visit removed' });
    await t.owner('visits').where({ id: visit.visit.id }).update(removed);
    const doubtful = await anExtract(t.owner, cast, { quote: 'doubtful' });
    await t.owner('codings').where({ id: doubtful.id }).update({ needs_review_at: new Date() });
    expect(await cast.quotes()).toEqual(['doubtful']);
    const $ = await cast.session.page(cast.extracts);
    expect($('.app-extract').text()).toContain('Needs review');
    expect($('.app-extracts__counts').text()).toBe('1 coding in 1 note from 1 agency, by 1 coder');
  });
});

describe('reading', () => {
  test('GET extracts · shows every coding once, in order, forwards and back · over several pages', async () => {
    const cast = await aReader();
    const { themeId, note } = await anExtract(t.owner, cast, { quote: 'begin', body: 'begin'.repeat(60) });
    const by = cast.researcher.membershipId;
    const { revisionId, id } = note;
    await t
      .owner('codings')
      .insert(
        Array.from({ length: 59 }, (_, index) => ({
          id: newId(),
          study_id: cast.study.id,
          note_id: id,
          revision_id: revisionId,
          theme_id: themeId,
          coder_id: by,
          start_position: Math.floor(index / 2) * 5,
          end_position: Math.floor(index / 2) * 5 + 5 + (index % 2) * 2,
          quote: index % 2 === 0 ? 'begin' : 'beginbe',
          paragraph_label: 'ON',
        })),
      )
      .onConflict()
      .ignore();
    const stored = await t.owner('codings').where({ note_id: id }).orderBy(['start_position', 'id']).select('id');
    const pages: string[][] = [];
    let href: string | undefined = cast.extracts;
    let back: string | undefined;
    const idsOf = async (at: string) => {
      const $ = await cast.session.page(at);
      return {
        $,
        ids: $('.app-extract')
          .map((_, element) => $(element).attr('id')!.slice('extract-'.length))
          .get(),
      };
    };
    while (href !== undefined) {
      const { $, ids } = await idsOf(href);
      pages.push(ids);
      href = $('a[rel=next]').attr('href');
      back = $('a[rel=prev]').attr('href');
    }
    expect(pages.flat()).toEqual(stored.map((row: { id: string }) => row.id));
    expect(pages.map((page) => page.length).slice(0, 2)).toEqual([25, 25]);
    const second = await idsOf(back!);
    expect(second.ids).toEqual(pages[1]);
    const first = await idsOf(second.$('a[rel=prev]').attr('href')!);
    expect(first.ids).toEqual(pages[0]);
    expect(first.$('a[rel=prev]')).toHaveLength(0);
  });

  test('GET extracts · shows markup as text and links to the passage · for a quote of <script>', async () => {
    const cast = await aReader();
    const { id, note } = await anExtract(t.owner, cast, {
      quote: '<script>alert(1)</script>',
      title: '<b>title</b>',
      before: '<i>before</i>',
    });
    const answer = await cast.session.get(cast.extracts);
    expect(answer.text).not.toContain('<script>alert(1)');
    expect(answer.text).not.toContain('<b>title');
    const $ = await cast.session.page(cast.extracts);
    expect($('.app-extract__quote').text()).toBe('<script>alert(1)</script>');
    expect($('.app-extract__source a').attr('href')).toBe(`${cast.study.path}/notes/${note.id}/coding#passage-${id}`);
  });

  test('GET extracts · offers each chosen filter for removal · as a link without it', async () => {
    const cast = await aReader();
    await anExtract(t.owner, cast, { quote: 'kept' });
    const $ = await cast.session.page(`${cast.extracts}?label=ON&words=kept&agency=${cast.agency.id}`);
    const hrefs = $('.app-chosen__tag')
      .map((_, element) => $(element).attr('href'))
      .get();
    expect(hrefs).toEqual([
      `${cast.extracts}?label=ON&words=kept`,
      `${cast.extracts}?agency=${cast.agency.id}&words=kept`,
      `${cast.extracts}?agency=${cast.agency.id}&label=ON`,
    ]);
    expect($('#label').is('[checked]')).toBe(true);
  });
});

describe('bad filters', () => {
  test.each([
    ['theme=nonsense', '#theme'],
    ['from=2011-02-30', '#from'],
    ['from=0000-01-01', '#from'],
    ['from=2011-05-02&to=2011-05-01', '#to'],
    ['from=2011-05-02&from=2011-05-01', '#from'],
    ['label=XX', '#label'],
    [`words=${'x'.repeat(201)}`, '#words'],
    ['words=a%00b', '#words'],
    ['words=a&words=b', '#words'],
  ])('GET extracts?%s · answers 422 and lists nothing · linking to the field', async (query, href) => {
    const cast = await aReader();
    await anExtract(t.owner, cast, { quote: 'secret' });
    const answer = await cast.session.get(`${cast.extracts}?${query}`);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(`href="${href}"`);
    expect(answer.text).toContain(`id="${href.slice(1)}"`);
    expect(answer.text).not.toContain('secret');
  });

  test('GET extracts · answers 422 and lists nothing · for ids of another study and a removed theme', async () => {
    const cast = await aReader();
    const other = await aFullStudy(t.owner);
    await anExtract(t.owner, cast, { quote: 'ours' });
    const theirs = await anExtract(t.owner, other, { quote: 'theirs' });
    const gone = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId, removed: true });
    for (const query of [
      `theme=${theirs.themeId}`,
      `theme=${gone.id}`,
      `agency=${other.agency.id}`,
      `phase=${other.phase.id}`,
      `coder=${other.researcher.membershipId}`,
      `agency=${newId()}&agency=${cast.agency.id}`,
    ]) {
      const answer = await cast.session.get(`${cast.extracts}?${query}`);
      expect([query, answer.status]).toEqual([query, 422]);
      expect(answer.text).not.toMatch(/app-extract__quote|theirs/);
    }
  });

  test('GET extracts · answers 404 · to agency staff, and after an extract of another study', async () => {
    const cast = await aReader();
    const other = await aFullStudy(t.owner);
    const theirs = await anExtract(t.owner, other, { quote: 'theirs' });
    const staff = await BrowserSession.as(t.app, cast.staff);
    expect((await staff.get(cast.extracts)).status).toBe(404);
    expect((await cast.session.get(`${cast.extracts}?after=${theirs.id}`)).status).toBe(404);
    expect((await cast.session.get(`${cast.extracts}?after=nonsense`)).status).toBe(404);
    expect((await cast.session.get(`${other.study.path}/extracts`)).status).toBe(404);
  });
});

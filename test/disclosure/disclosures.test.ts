import { describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { parse } from 'csv-parse/sync';
import { BrowserSession } from '../support/browser-session.ts';
import { aParticipant, aTheme, sha256 } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';
import { anExtract } from '../extracts/an-extract.ts';
import { partsOf } from '../extracts/read-package.ts';
import { aDiscloser, OUTSIDE_ID, release } from './disclosing.ts';

const t = useTestApp();

const textOf = ({ body }: { body: unknown }): string => (body as Buffer).toString('utf8');
const rowsOf = (csv: string) => parse(csv, { columns: true, relax_quotes: false }) as Record<string, string>[];

/** A study that knows a Samuel Okafor by the pseudonym Ray, and holds a passage about him. */
async function aKnownSam() {
  const cast = await aDiscloser(t);
  await t.owner('agencies').where({ id: cast.agency.id }).update({ name: 'Harbour Steps', code: 'HAR' });
  await t.owner('memberships').where({ id: cast.researcher.membershipId }).update({ name: 'Priya Menon' });
  const sam = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Ray' });
  await anIdentity(t.owner, cast.study.id, { participantId: sam.id, by: cast.lead.membershipId });
  const theme = await aTheme(t.owner, cast.study.id, { by: cast.lead.membershipId, name: 'What Sam wants' });
  const extract = await anExtract(t.owner, cast, {
    quote: 'Sam’s coat hung at Harbour Steps. Priya laughed.',
    title: 'A day with Samuel Okafor',
    themeId: theme.id,
    before: 'PN: I was tired.\nMr Okafor came. ',
    after: ' SAM left.\nPN: So did I.',
  });
  return { ...cast, sam, extract };
}

describe('the file', () => {
  test('GET disclosures/:id/file · holds labels where names were, and the rest as it was', async () => {
    const cast = await aKnownSam();
    const { file } = await cast.letGo();
    expect(rowsOf(textOf(file))).toEqual([
      {
        extract_id: expect.stringMatching(OUTSIDE_ID) as unknown as string,
        quote: '[Ray]’s coat hung at [Agency A]. [Coder 2] laughed.',
        context_before: '[Ray] came. ',
        context_after: ' [Ray] left.',
        theme_path: 'What [Ray] wants',
        agency_code: 'A',
        phase: cast.phase.name,
        visit_date: '2011-11',
        note_title: 'A day with [Ray]',
        note_revision: '1',
        paragraph_label: 'ON',
        coder: 'Coder 2',
        start: '',
        end: '',
        needs_review: 'no',
        coded_at: expect.stringMatching(/^\d{4}-\d\d$/) as unknown as string,
      },
    ]);
    expect(file.headers['content-disposition']).toMatch(/^attachment; filename="?export-1-\d{4}-\d\d-\d\d\.csv"?$/);
    expect(file.headers['cache-control']).toBe('no-store');
  });

  test('GET disclosures/:id/file · shows codes, initials, days and the team’s names · where that is chosen', async () => {
    const cast = await aKnownSam();
    const { file } = await cast.letGo({ agencies: 'code', coders: 'initials', member_names: 'kept', dates: 'day' });
    expect(rowsOf(textOf(file))[0]).toMatchObject({
      quote: '[Ray]’s coat hung at [HAR]. Priya laughed.',
      agency_code: 'HAR',
      visit_date: '2011-11-14',
      coder: 'PM',
    });
  });

  test('GET disclosures/:id/file · leaves out personal notes, notes that were not released, and words that a note has no more', async () => {
    const cast = await aDiscloser(t);
    const released = await anExtract(t.owner, cast, { quote: 'released' });
    const personal = [
      await anExtract(t.owner, cast, { quote: 'PN: mine', label: 'PN' }),
      await anExtract(t.owner, cast, { quote: 'ours\nPN: mine', label: 'ON' }),
    ];
    const outdated = await anExtract(t.owner, cast, { quote: 'gone' });
    await anExtract(t.owner, cast, { quote: 'raw' });
    await t.owner('codings').where({ id: outdated.id }).update({ needs_review_at: new Date() });
    for (const { note } of [released, outdated, ...personal]) await release(t.owner, note.id, cast);
    const { id, file } = await cast.letGo({ notes: 'releasable', unreleased_reason: '' });
    expect(rowsOf(textOf(file)).map((row) => row.quote)).toEqual(['released']);
    expect((await cast.rowOf(id)).preview.withheld).toEqual({ personal: 2, unreleased: 1, outdated: 1 });
  });

  test('GET disclosures/:id/file · is refused, and nothing leaves · when the data have changed since they were confirmed', async () => {
    const cast = await aKnownSam();
    const { path } = await cast.letGo();
    await t.owner('codings').where({ id: cast.extract.id }).update({ context_after: 'other words' });
    const answer = await cast.download(path);
    expect([answer.status, answer.headers['content-disposition']]).toEqual([409, undefined]);
    expect(textOf(answer)).toContain('The data have changed since this export was confirmed');
  });

  test('GET exports/:id/file · sends to the confirmed file · and never the team’s own words', async () => {
    const cast = await aKnownSam();
    const { id, path } = await cast.letGo();
    const { id: exportId } = await t.owner('exports').where({ disclosure_id: id }).first();
    const answer = await cast.session.get(`${cast.study.path}/exports/${exportId}/file`);
    expect([answer.status, answer.headers.location]).toEqual([303, path]);
  });
});

describe('the whole study', () => {
  test('GET disclosures/:id/file · marks in its texts what the codings quote · in a project for either way of counting', async () => {
    const cast = await aKnownSam();
    await anExtract(t.owner, cast, {
      quote: 'Okafor sat 👋 down',
      body: 'ON: 👋 Samuel Okafor sat 👋 down.\nPN: Mine.\nON: Sam left.',
      title: 'Sam again',
    });
    for (const [format, width] of [
      ['qdpx', (text: string) => Array.from(text)],
      ['qdpx-nvivo', (text: string) => text.split('')],
    ] as const) {
      const { file } = await cast.letGo({ format });
      expect(file.headers['content-disposition']).toMatch(/filename="?export-\d-\d{4}-\d\d-\d\d\.qdpx/);
      const parts = await partsOf(file.body as Buffer);
      const $ = load(parts.get('project.qde')!, { xml: true });
      const source = $('TextSource[name="[Ray] again"]');
      const text = parts.get(source.attr('plainTextPath')!.replace('internal://', 'sources/'))!.replace(/^\ufeff/, '');
      expect(text.replaceAll('\r\n', '\n')).toBe('ON: 👋 [Ray] sat 👋 down.\n[withheld]\nON: [Ray] left.');
      const selection = source.find('PlainTextSelection');
      const at = (name: string): number => Number(selection.attr(name));
      expect(width(text).slice(at('startPosition'), at('endPosition')).join('')).toBe('[Ray] sat 👋 down');
      expect(selection.attr('name')).toBe('[Ray] sat 👋 down');
      expect(
        $('User')
          .map((_, one) => $(one).attr('name'))
          .get(),
      ).toEqual(['Coder 2']);
      expect($('Case').attr('name')).toBe('Agency A');
    }
  });
});

describe('the preview', () => {
  test('GET disclosures/:id · counts what leaves, is replaced and stays, in context · and never shows a real name', async () => {
    const cast = await aKnownSam();
    const { path } = await cast.prepare();
    const $ = await cast.session.page(path);
    const text = $('main').text();
    expect(text).toContain('1 passage of 1 note, from 1 agency, by 1 coder');
    expect(text).toContain('Real names of participants: 5');
    expect(text).toContain('Names of agencies: 1');
    expect(text).toContain('Names of the team and of agency staff: 1');
    expect($('.app-disclosure__mark').first().text()).toBe('[Ray]');
    expect(text).not.toMatch(/Sam|Okafor|Harbour|Priya/);
    expect(JSON.stringify(await cast.rowOf(path.split('/').at(-1)!))).not.toMatch(/Okafor|coat/);
  });

  test('GET disclosures/:id · points at what may tell who somebody is, with a link · and wants a reason then', async () => {
    const cast = await aDiscloser(t);
    const { note, id } = await anExtract(t.owner, cast, {
      quote: 'Brenda, aged 47, M1 5QA, 0161 496 0000, b@example.org, born 3 May 1964, met the manager.',
    });
    await aParticipant(t.owner, cast.study.id, cast.agency.id, { role: 'manager' });
    const { path } = await cast.prepare();
    const $ = await cast.session.page(path);
    const headings = $('.app-disclosure__heading')
      .map((_, one) => $(one).text())
      .get();
    expect(headings.slice(4).map((heading) => heading.split(' 1 place')[0])).toEqual([
      'E-mail addresses',
      'Telephone numbers',
      'Postcodes',
      'Words that look like names',
      'Dates',
      'Passages that mention a manager: Agency A',
      'Ages: Agency A',
    ]);
    expect($('.app-disclosure__cut a').first().attr('href')).toBe(
      `${cast.study.path}/notes/${note.id}/coding#passage-${id}`,
    );
    const some = ['email', 'telephone', 'postcode', 'name', 'date', 'rare-role'];
    const without = await cast.confirm(path, { accepted: some });
    expect([without.status, load(without.text)('.govuk-error-summary a').text()]).toEqual([
      422,
      'Look at each kind of what was found, and tick it. Not ticked: Ages that are seldom mentioned',
    ]);
    expect(
      load(without.text)('input[name=accepted][checked]')
        .map((_, one) => load(without.text)(one).attr('value'))
        .get(),
    ).toEqual(some);
    const refused = await cast.confirm(path, { reason: ' ' });
    expect([refused.status, load(refused.text)('.govuk-error-summary a').text()]).toEqual([
      422,
      'Enter why it may leave although something was found, or de-identify it first',
    ]);
    expect((await cast.confirm(path, { reason: 'She agreed.' })).status).toBe(303);
    const { reason, accepted } = await cast.rowOf(path.split('/').at(-1)!);
    expect([reason, accepted]).toEqual(['She agreed.', [...some, 'rare-age']]);
    expect((await cast.session.page(path))('main').text()).toContain('Roles that few people have');
  });

  test('POST disclosures/:id/confirmation · refuses and looks again · when the data have changed since the preview', async () => {
    const cast = await aKnownSam();
    const { id, path } = await cast.prepare();
    await t.owner('codings').where({ id: cast.extract.id }).update({ context_before: 'Sam sat. ' });
    const refused = await cast.confirm(path);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('The data have changed since the preview');
    expect(await t.owner('exports').where({ disclosure_id: id })).toEqual([]);
    await cast.previewed(id);
    expect((await cast.confirm(path)).status).toBe(303);
    expect(rowsOf(textOf(await cast.download(path)))[0]!.context_before).toBe('[Ray] sat. ');
  });

  test('POST disclosures · leaves nothing and says why · when real names cannot be read', async () => {
    const cast = await aKnownSam();
    await t.owner('identities').where({ participant_id: cast.sam.id }).update({ key_id: '0123456789abcdef' });
    const { id, path } = await cast.prepare();
    expect((await cast.rowOf(id)).state).toBe('failed');
    expect((await cast.session.get(path)).text).toContain('Nothing can leave until the key is there');
  });
});

describe('the record', () => {
  test('POST disclosures/:id/confirmation · keeps who let what leave, for whom, and what it came to · once', async () => {
    const cast = await aKnownSam();
    await t.owner('codebook_versions').where({ study_id: cast.study.id }).delete();
    const { id, path, file } = await cast.letGo();
    const { fingerprint } = await cast.rowOf(id);
    expect((await cast.confirm(path)).status).toBe(303);
    const exports = await t.owner('exports').where({ disclosure_id: id });
    expect(exports).toHaveLength(1);
    expect(exports[0]).toMatchObject({ number: 1, format: 'csv', row_count: '1', sha256: sha256(textOf(file)) });
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(exports[0].byte_length).toBe(String(Buffer.byteLength(textOf(file))));
    const $ = await cast.session.page(`${cast.study.path}/exports/${exports[0].id}`);
    expect($('main').text()).toContain('Dr A. Reader, University of Somewhere (outside the team)');
    expect($('.app-export-citation').text()).toMatch(
      new RegExp(
        `^Étude “Connecting People”: Export 1 \\(.* \\d{4}; 1 extract; codebook: no named version yet; SHA-256 ${exports[0].sha256.slice(0, 12)}\\)\\.$`,
      ),
    );
    const kinds = await t.owner('events').where({ study_id: cast.study.id }).orderBy('at').pluck('kind');
    expect(kinds.filter((kind: string) => /disclosure|export|identities/.test(kind))).toEqual([
      'disclosure.prepared',
      'identities.used',
      'identities.used',
      'export.requested',
      'disclosure.confirmed',
      'identities.used',
      'export.downloaded',
    ]);
    expect(textOf(await cast.download(path))).toBe(textOf(file));
  });

  test('POST disclosures · asks for whom, what for, and why notes leave that were not released', async () => {
    const cast = await aKnownSam();
    const answer = await cast.session.post(`${cast.study.path}/disclosures`, {
      id: cast.extract.id,
      format: 'csv',
      recipient: ' ',
      purpose: '',
      agencies: 'masked',
      coders: 'number',
      member_names: 'replaced',
      dates: 'month',
      notes: 'every',
    });
    expect(answer.status).toBe(422);
    const $ = load(answer.text);
    expect(
      $('.govuk-error-summary a')
        .map((_, one) => $(one).text())
        .get(),
    ).toEqual([
      'Enter who receives it',
      'Enter what it is for',
      'Enter why notes that were not released may leave; the reason is kept on record',
    ]);
  });

  test('GET extracts · offers what leaves the team to the lead alone', async () => {
    const cast = await aKnownSam();
    const href = async (session: BrowserSession) =>
      (await session.page(`${cast.study.path}/extracts`))('.app-export-outside a').attr('href');
    expect(await href(cast.session)).toBe(`${cast.study.path}/disclosures/new`);
    expect(await href(await BrowserSession.as(t.app, cast.researcher))).toBeUndefined();
  });
});

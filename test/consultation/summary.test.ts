import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aFullStudy, aMember, anAgency } from '../support/builders.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

async function aWrittenSummary(given: { body?: string; title?: string } = {}) {
  const cast = await aFullStudy(t.owner);
  const lead = await BrowserSession.as(t.app, cast.lead);
  const id = newId();
  const fields = {
    id,
    title: given.title ?? 'What we saw',
    body: given.body ?? '## Thank you\n\nWe saw **warm** welcomes.',
  };
  const written = await lead.post(`${cast.study.path}/agencies/${cast.agency.id}/summaries`, fields);
  expect(written.status).toBe(303);
  return { ...cast, leadSession: lead, id, path: `${cast.study.path}/summaries/${id}` };
}

async function publicationOf(summaryId: string): Promise<{ id: string; body: string } | undefined> {
  return t.owner('summary_publications').where({ summary_id: summaryId }).whereNull('withdrawn_at').first('id', 'body');
}

describe('writing', () => {
  test('POST agencies/:agency/summaries · makes one draft · when the form is sent twice', async () => {
    const { leadSession, study, agency, id } = await aWrittenSummary();
    const send = (body: string) =>
      leadSession.post(`${study.path}/agencies/${agency.id}/summaries`, { id, title: 'What we saw', body });
    expect((await send('## Thank you\n\nWe saw **warm** welcomes.')).status).toBe(303);
    const other = await send('Words typed after the first try');
    expect(other.status).toBe(409);
    expect(other.text).toContain('Words typed after the first try');
    expect(other.text).toContain('We saw **warm** welcomes.');
    expect(await t.owner('summaries').where({ study_id: study.id }).select('body')).toEqual([
      { body: '## Thank you\n\nWe saw **warm** welcomes.' },
    ]);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'summary.written' })).toHaveLength(1);
  });

  test('POST agencies/:agency/summaries · answers 422 and keeps the text · when the title is missing', async () => {
    const { leadSession, study, agency } = await aWrittenSummary();
    const answer = await leadSession.post(`${study.path}/agencies/${agency.id}/summaries`, {
      id: newId(),
      title: ' ',
      body: 'Typed with care',
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Typed with care');
    expect(answer.text).toContain('href="#title"');
  });

  test('POST agencies/:agency/summaries · answers 404 and writes nothing · for an agency of another study', async () => {
    const { leadSession, study } = await aWrittenSummary();
    const other = await aFullStudy(t.owner);
    const id = newId();
    const answer = await leadSession.post(`${study.path}/agencies/${other.agency.id}/summaries`, {
      id,
      title: 'x',
      body: 'y',
    });
    expect(answer.status).toBe(404);
    expect(await t.owner('summaries').where({ id })).toEqual([]);
  });

  test('POST summaries/:summary · answers 409 with both texts · when somebody saved in between', async () => {
    const { leadSession, path } = await aWrittenSummary();
    await leadSession.post(path, { version: '1', title: 'What we saw', body: 'Their newer words' });
    const answer = await leadSession.post(path, { version: '1', title: 'What we saw', body: 'My words' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Their newer words');
    expect(answer.text).toContain('My words');
    expect(answer.text).toContain('name="version" value="2"');
  });
});

describe('publishing', () => {
  test('GET /studies/:study/publications/:publication · shows the text of the moment of publication · after later edits', async () => {
    const { leadSession, path, id, study, staff } = await aWrittenSummary();
    await leadSession.post(`${path}/publication`, { version: '1' });
    await leadSession.post(path, { version: '1', title: 'What we saw', body: 'Not for them yet' });
    const publication = await publicationOf(id);
    const reader = await BrowserSession.as(t.app, staff);
    const page = await reader.get(`${study.path}/publications/${publication!.id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<strong>warm</strong>');
    expect(page.text).not.toContain('Not for them yet');
  });

  test('POST summaries/:summary/publication · publishes once · when pressed twice', async () => {
    const { leadSession, path, id, study } = await aWrittenSummary();
    await leadSession.post(`${path}/publication`, { version: '1' });
    await leadSession.post(`${path}/publication`, { version: '1' });
    expect(await t.owner('summary_publications').where({ summary_id: id })).toHaveLength(1);
    expect(await t.owner('events').where({ study_id: study.id, kind: 'summary.published' })).toHaveLength(1);
  });

  test('POST summaries/:summary/publication · answers 409 and publishes nothing · when the text has changed since it was read', async () => {
    const { leadSession, path, id } = await aWrittenSummary();
    await leadSession.post(path, { version: '1', title: 'Changed', body: 'Changed' });
    const answer = await leadSession.post(`${path}/publication`, { version: '1' });
    expect(answer.status).toBe(409);
    expect(await publicationOf(id)).toBeUndefined();
  });

  test('GET publications/:publication · answers 404 to the agency · once withdrawn', async () => {
    const { leadSession, path, id, study, staff } = await aWrittenSummary();
    await leadSession.post(`${path}/publication`, { version: '1' });
    const publication = await publicationOf(id);
    await leadSession.post(`${path}/withdrawal`);
    const reader = await BrowserSession.as(t.app, staff);
    expect((await reader.get(`${study.path}/publications/${publication!.id}`)).status).toBe(404);
  });

  test('GET publications/:publication · answers 404 · to staff of another agency of the study', async () => {
    const { leadSession, path, id, study } = await aWrittenSummary();
    await leadSession.post(`${path}/publication`, { version: '1' });
    const elsewhere = await anAgency(t.owner, study.id);
    const stranger = await aMember(t.owner, study.id, { role: 'agency', agencyId: elsewhere.id });
    const reader = await BrowserSession.as(t.app, stranger);
    const publication = await publicationOf(id);
    expect((await reader.get(`${study.path}/publications/${publication!.id}`)).status).toBe(404);
  });
});

describe('removing', () => {
  test('POST summaries/:summary/removal · hides the draft, and restoration brings it back', async () => {
    const { leadSession, path } = await aWrittenSummary();
    await leadSession.post(`${path}/removal`);
    expect((await leadSession.get(path)).status).toBe(404);
    await leadSession.post(`${path}/restoration`);
    expect((await leadSession.get(path)).status).toBe(200);
  });

  test('POST summaries/:summary/removal · answers 409 · while the agency can read it', async () => {
    const { leadSession, path } = await aWrittenSummary();
    await leadSession.post(`${path}/publication`, { version: '1' });
    expect((await leadSession.post(`${path}/removal`)).status).toBe(409);
    expect((await leadSession.get(path)).status).toBe(200);
  });
});

describe('hostile text', () => {
  test('GET summaries/:summary · shows HTML as text, and no script or foreign image · whatever the Markdown holds', async () => {
    const body =
      '<script>alert(1)</script>\n\n![x](https://evil.example/p.png)\n\n[a](javascript:alert(1))\n\n[b](data:text/html,x)';
    const { leadSession, path } = await aWrittenSummary({ title: '<script>t</script>', body });
    const $ = await leadSession.page(path);
    expect($('article script, article img').length).toBe(0);
    expect(
      $('article a')
        .toArray()
        .map((link) => $(link).attr('href')),
    ).toEqual(['https://evil.example/p.png']);
    expect($('article').text()).toContain('<script>alert(1)</script>');
    expect($('article h1').text()).toBe('<script>t</script>');
  });
});

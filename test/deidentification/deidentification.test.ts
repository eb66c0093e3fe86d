import { beforeEach, describe, expect, test } from '@jest/globals';
import { load } from 'cheerio';
import { BrowserSession } from '../support/browser-session.ts';
import { anAttachment, aParticipant, aVisit } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { formsOf } from '../support/page-forms.ts';
import { useTestApp } from '../support/test-app.ts';
import { useRawNote } from './a-raw-note.ts';

const t = useTestApp();
const { raw, deidentify, stored } = useRawNote(t);
let path: string;
let author: BrowserSession;
let colleague: BrowserSession;
let lead: BrowserSession;

beforeEach(async () => {
  const { cast, note } = raw;
  path = `${cast.study.path}/notes/${note.id}/deidentification`;
  const by = cast.lead.membershipId;
  const sam = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Member 4' });
  const ann = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Worker 2', role: 'worker' });
  await anIdentity(t.owner, cast.study.id, { participantId: sam.id, by });
  await anIdentity(t.owner, cast.study.id, { participantId: ann.id, by, fullName: 'Ann Lee', otherNames: [] });
  author = await BrowserSession.as(t.app, cast.researcher);
  colleague = await BrowserSession.as(t.app, cast.colleague);
  lead = await BrowserSession.as(t.app, cast.lead);
});

/** The fields of the form of decisions as the page has them: what is ticked, and every other. */
function fieldsOf(html: string): Record<string, string[]> {
  const $ = load(html);
  const fields: Record<string, string[]> = {};
  for (const element of $('form[data-deidentification]').find('input, select').toArray()) {
    const name = $(element).attr('name');
    const isBox = $(element).attr('type') === 'checkbox';
    if (name === undefined || name === '_csrf' || (isBox && $(element).attr('checked') === undefined)) continue;
    fields[name] = [...(fields[name] ?? []), String($(element).val() ?? '')];
  }
  return fields;
}

const saveForm = (html: string) => {
  const [form] = formsOf(load(html), path).filter(({ action }) => action === path);
  const $ = load(html);
  const fields: Record<string, string[]> = {};
  for (const element of $(`form[action="${path}"] input`).toArray())
    if ($(element).attr('name') !== '_csrf')
      fields[$(element).attr('name')!] = [...(fields[$(element).attr('name')!] ?? []), String($(element).val())];
  return { form, fields };
};

describe('the page of de-identification', () => {
  test('lists what may tell who somebody is, known names ticked · and saves what the preview has shown', async () => {
    const page = await author.get(path);
    const fields = fieldsOf(page.text);
    expect(fields.words).toEqual(['Sam', 'Ann', 'Northside Centre', '3 May']);
    expect(fields.do).toEqual(['0', '1']);
    expect(fields.text).toEqual(['[Member 4]', '[Worker 2]', '[place]', '[spring 2011]']);

    const chosen = {
      ...fields,
      do: ['0', '1', '2'],
      text: ['[Member 4]', 'Worker 2', 'Agency C', ''],
      moreWords: ['3 May', '', ''],
      moreText: ['spring 2011', '', ''],
    };
    const preview = await author.post(`${path}/preview`, chosen);
    expect(preview.status).toBe(200);
    expect(load(preview.text)('.app-deid__paper').text().replaceAll(/\s+/g, ' ').trim()).toBe(
      '[Member 4] at the centre ON: [Member 4] met [Worker 2] at [Agency C] on [spring 2011]. [Member 4] smiled.',
    );
    expect((await stored()).latest_revision).toBe(1);
    const { fields: sent } = saveForm(preview.text);
    for (const _ of ['once', 'twice']) expect((await author.post(path, sent)).status).toBe(303);

    expect(await stored()).toMatchObject({ latest_revision: 2, deidentification: 'de-identified' });
    const read = await colleague.get(path.replace(/\/deidentification$/, ''));
    expect(read.text).toContain('[Member 4] met [Worker 2] at [Agency C] on [spring 2011]. [Member 4] smiled.');
    expect(read.text).not.toContain('Northside');
    const log = await t.owner('deidentification_log').where({ note_id: raw.note.id });
    const techniques = log.map(
      ({ replacement, technique, participant_id }) => `${replacement} ${technique} ${participant_id !== null}`,
    );
    expect(new Set(techniques)).toEqual(
      new Set([
        '[Member 4] pseudonym true',
        '[Worker 2] pseudonym true',
        '[Agency C] generalise false',
        '[spring 2011] generalise false',
      ]),
    );
  });

  test('the preview says what was found and is left as it is · place by place, and nothing of what is replaced', async () => {
    const fields = fieldsOf((await author.get(path)).text);
    const preview = await author.post(`${path}/preview`, {
      ...fields,
      at: fields.at!.filter((at) => !at.startsWith('0:b')),
    });
    const left = load(preview.text)('.app-deid__left li');
    expect(left.map((_, item) => load(item)('strong').first().text()).get()).toEqual([
      'Sam',
      'Northside Centre',
      '3 May',
    ]);
    expect(left.first().text()).toContain('known name, in 2 places');
    expect(left.eq(1).text()).toContain('likely a place, in 1 place');
    const all = await author.post(`${path}/preview`, { ...fields, do: ['0', '1', '2', '3'] });
    expect([
      load(all.text)('.app-deid__left').length,
      all.text.includes('Everything that was found is replaced'),
    ]).toEqual([0, true]);
  });

  test('keeps what was decided · on the way back from the preview', async () => {
    const fields = fieldsOf((await author.get(path)).text);
    const back = await author.post(`${path}/decisions`, {
      ...fields,
      do: ['2'],
      text: ['a', 'b', 'c', 'd'],
      moreWords: ['door', '', ''],
    });
    const again = fieldsOf(back.text);
    expect([back.status, again.do, again.text, again.moreWords]).toEqual([
      200,
      ['2'],
      ['a', 'b', 'c', 'd'],
      ['door', '', ''],
    ]);
  });

  test('changes nothing and says why · when somebody saved in between', async () => {
    const fields = fieldsOf((await author.get(path)).text);
    await deidentify(raw.lead);
    const stale = await author.post(path, fields);
    expect([stale.status, stale.text.includes('saved revision 2 after you opened')]).toEqual([409, true]);
    expect((await author.post(`${path}/preview`, fields)).status).toBe(409);
    expect((await stored()).latest_revision).toBe(2);
  });

  test('looks no names up for whoever may not know them · and says so', async () => {
    const page = await colleague.get(path);
    expect(page.text).toContain('names of its people are not looked up for you');
    expect(fieldsOf(page.text).text).not.toContain('[Member 4]');
  });

  test('is none · while the raw text is kept for author and lead, and for agency staff', async () => {
    await t.owner('studies').where({ id: raw.cast.study.id }).update({ raw_notes_read_by: 'author' });
    const answer = await colleague.get(path);
    expect([answer.status, answer.text.includes('has not been de-identified yet')]).toEqual([404, true]);
    expect((await colleague.post(`${path}/preview`, { base: '1' })).status).toBe(404);
    expect((await (await BrowserSession.as(t.app, raw.cast.staff)).get(path)).status).toBe(404);
    expect((await lead.get(path)).status).toBe(200);
  });
});

describe('the second person and the release', () => {
  test('each find on the page what they can do · and nothing else', async () => {
    await deidentify(raw.author);
    const buttons = async (session: BrowserSession) => {
      const page = load((await session.get(path)).text);
      const wanted = ['check', 'release', 'return', 'replacements/look'];
      return wanted.filter((step) => page(`form[action="${path}/${step}"]`).length > 0);
    };
    expect(await buttons(author)).toEqual(['return', 'replacements/look']);
    expect(await buttons(colleague)).toEqual(['check', 'return']);
    const asked = await colleague.post(`${path}/check`, { revision: '2' });
    expect([asked.status, asked.text.includes('Say that you have read the whole text')]).toEqual([422, true]);
    expect((await colleague.post(`${path}/check`, { revision: '2', read: 'yes' })).status).toBe(303);
    expect([await buttons(author), await buttons(colleague), await buttons(lead)]).toEqual([
      ['return', 'replacements/look'],
      ['release', 'return'],
      ['release', 'return', 'replacements/look'],
    ]);
    expect((await lead.post(`${path}/release`)).status).toBe(303);
    expect((await stored()).deidentification).toBe('releasable');
    const why = await lead.post(`${path}/return`, { from: 'releasable' });
    expect([why.status, why.text.includes('Choose a reason')]).toEqual([422, true]);
    expect((await lead.post(`${path}/return`, { from: 'releasable', reason: 'mistake' })).status).toBe(303);
    expect((await stored()).deidentification).toBe('checked');
  });

  test('the originals are shown in answer to a POST · to author and lead alone', async () => {
    await deidentify(raw.author);
    expect((await author.get(path)).text).not.toContain('Northside');
    expect((await lead.post(`${path}/replacements/look`)).text).toContain('Northside Centre');
    expect((await colleague.post(`${path}/replacements/look`)).status).toBe(404);
  });
});

describe('around it', () => {
  test('a file with a name in its name is told, and renamed · which the trail keeps without either name', async () => {
    const { id } = await anAttachment(t.owner, raw.cast.study.id, { noteId: raw.note.id, by: raw.author.membershipId });
    await t.owner('attachments').where({ id }).update({ file_name: 'Sam_Okafor2011.png' });
    expect((await author.get(path)).text).toContain('Perhaps a name');
    const rename = path.replace(/deidentification$/, `attachments/${id}/name`);
    expect((await author.post(rename, { name: ' ' })).status).toBe(422);
    expect((await author.post(rename, { name: 'member-4.pdf' })).status).toBe(303);
    expect(await t.owner('attachments').where({ id }).first('file_name')).toEqual({ file_name: 'member-4.pdf.png' });
    const events = await t.owner('events').where({ subject_id: id }).select('kind', 'before', 'after');
    expect(events).toEqual([{ kind: 'attachment.renamed', before: null, after: { noteId: raw.note.id } }]);
  });

  test('lists and the home page say how far notes have come', async () => {
    const list = `${raw.cast.study.path}/notes`;
    const titles = async (query: string) =>
      load((await colleague.get(`${list}?${query}`)).text)('.app-note-list h2').length;
    expect([await titles('step=raw'), await titles('step=de-identified')]).toEqual([1, 0]);
    expect((await author.get(raw.cast.study.path)).text).toContain('1 note to be de-identified');
    await deidentify(raw.author);
    expect([await titles('step=raw'), await titles('step=de-identified')]).toEqual([0, 1]);
    expect((await colleague.get(raw.cast.study.path)).text).toContain(
      '1 note to check after somebody else de-identified it',
    );
    expect((await author.get(raw.cast.study.path)).text).not.toContain('to check after');
  });

  test('the lead says who reads raw notes · and a visit elsewhere changes nothing about it', async () => {
    await aVisit(t.owner, raw.cast.study.id, {
      agencyId: raw.cast.agency.id,
      phaseId: raw.cast.phase.id,
      by: raw.author.membershipId,
    });
    const rule = `${raw.cast.study.path}/raw-note-rule`;
    expect((await lead.post(rule, {})).status).toBe(422);
    expect((await lead.post(rule, { rawNotesReadBy: 'author' })).status).toBe(303);
    expect((await lead.post(rule, { rawNotesReadBy: 'author' })).status).toBe(303);
    expect((await colleague.get(path)).status).toBe(404);
    expect((await colleague.post(rule, { rawNotesReadBy: 'team' })).status).toBe(404);
    const events = await t
      .owner('events')
      .where({ kind: 'study.raw-note-rule-changed', study_id: raw.cast.study.id })
      .select('before', 'after');
    expect(events).toEqual([{ before: { rawNotesReadBy: 'team' }, after: { rawNotesReadBy: 'author' } }]);
    expect(load((await lead.get(`${raw.cast.study.path}/members`)).text)('[name=rawNotesReadBy][checked]').val()).toBe(
      'author',
    );
  });
});

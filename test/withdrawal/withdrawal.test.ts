import { writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { codePointLength } from '../../server/shared/text.ts';
import { BrowserSession } from '../support/browser-session.ts';
import { aCoding, aFullStudy, anAttachment, aNote, aParticipant, aTheme } from '../support/builders.ts';
import { anIdentity } from '../support/identity-builders.ts';
import { useTestApp } from '../support/test-app.ts';

const t = useTestApp();

const ABOUT_HER = 'ON: [Heron 31] told of the wolfhound that she buried behind the allotment.';
const BODY = `ON: Worker 1 made tea 👋🏽.\n${ABOUT_HER}\nTN: Tea as a welcome, again.`;

async function aWithdrawal(given: { scope?: string } = {}) {
  const cast = await aFullStudy(t.owner);
  const by = cast.researcher.membershipId;
  const person = await aParticipant(t.owner, cast.study.id, cast.agency.id, { pseudonym: 'Heron 31' });
  await anIdentity(t.owner, cast.study.id, {
    participantId: person.id,
    by,
    fullName: 'Zephyrine Oglethorpe',
    otherNames: [],
  });
  const note = await aNote(t.owner, cast.study.id, { visitId: cast.visit.id, by, body: BODY });
  const theme = await aTheme(t.owner, cast.study.id, { by });
  const at = (words: string) => {
    const start = codePointLength(BODY.slice(0, BODY.indexOf(words)));
    return { start, end: start + codePointLength(words) };
  };
  const code = (words: string) => aCoding(t.owner, cast.study.id, { note, themeId: theme.id, by, ...at(words) });
  const hers = await code('wolfhound that she buried');
  const other = await code('welcome, again');
  const asker = await BrowserSession.as(t.app, cast.researcher);
  const second = await BrowserSession.as(t.app, cast.colleague);
  const base = `${cast.study.path}/participants/${person.id}`;
  const id = newId();
  const begin = (fields: Record<string, string | string[]> = {}) =>
    asker.post(`${base}/withdrawals`, { id, scope: given.scope ?? 'erasure', withdrawnOn: '2011-12-01', ...fields });
  const page = `${cast.study.path}/withdrawals/${id}`;
  const confirm = async (session: BrowserSession, fields: Record<string, string> = {}) => {
    const $ = await session.page(page);
    const digest = $('input[name="digest"]').attr('value') ?? 'none';
    return session.post(`${page}/confirmation`, { digest, pseudonym: 'Heron 31', ...fields });
  };
  return { ...cast, by, person, note, theme, hers, other, asker, second, base, id, begin, page, confirm };
}

/** Every table as text, and every uploaded file, as their owner reads them. */
async function everything(): Promise<string> {
  const { rows } = await t.owner.raw<{ rows: { name: string }[] }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  const tables: string[] = [];
  for (const { name } of rows) {
    const { rows: dumped } = await t.owner.raw<{ rows: { text: string }[] }>(`select x::text as text from "${name}" x`);
    tables.push(...dumped.map(({ text }) => text));
  }
  const folder = t.config.uploadsFolder;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
  return [...tables, ...files].join('\n');
}

describe('erasure', () => {
  test('leaves nothing of them anywhere, and all else where it was · when a second person has confirmed it (T-W1)', async () => {
    const s = await aWithdrawal();
    // Her words wherever a study may hold them.
    const saved = await s.asker.post(`${s.study.path}/notes/${s.note.id}/revisions`, {
      id: newId(),
      base: '1',
      title: 'Heron 31 at the allotment',
      body: `ON: It rained.\n${BODY}\nON: Zephyrine waved.`,
    });
    expect(saved.status).toBe(303);
    await t.owner('note_drafts').insert({
      note_id: s.note.id,
      membership_id: s.lead.membershipId,
      study_id: s.study.id,
      base_revision: 2,
      title: 'Draft',
      body: `${ABOUT_HER}\nON: A line of the draft.`,
    });
    await t.owner('memos').insert({
      id: newId(),
      study_id: s.study.id,
      note_id: s.note.id,
      body: 'Heron 31 is a negative case.\nThe tea is not.',
      written_by: s.by,
    });
    await t
      .owner('themes')
      .where({ id: s.theme.id })
      .update({ example: 'the wolfhound that she buried behind the allotment.' });
    const attachment = await anAttachment(t.owner, s.study.id, { noteId: s.note.id, by: s.by });
    const stored = path.join(t.config.uploadsFolder, attachment.storedName);
    await writeFile(stored, 'a picture of Zephyrine Oglethorpe');
    expect((await s.begin({ attachments: attachment.id })).status).toBe(303);
    const placed = await t.owner('codings').where({ id: s.other.id }).first();
    expect(await everything()).toContain('wolfhound');

    expect((await s.confirm(s.second)).status).toBe(303);
    const left = await everything();
    for (const word of ['wolfhound', 'allotment', 'Heron', 'heron', 'Zephyrine', 'Oglethorpe'])
      expect([word, left.includes(word)]).toEqual([word, false]);
    expect(existsSync(stored)).toBe(false);
    // What is not hers is there, and codings stand on their words.
    for (const words of ['Worker 1 made tea', 'A line of the draft', 'The tea is not.'])
      expect([words, left.includes(words)]).toEqual([words, true]);
    const coding = await t.owner('codings').where({ id: s.other.id }).first();
    const revision = await t.owner('note_revisions').where({ id: coding.revision_id }).first();
    expect(revision.number).toBe(3);
    expect(
      Array.from(revision.body as string)
        .slice(coding.start_position, coding.end_position)
        .join(''),
    ).toBe('welcome, again');
    expect(coding.start_position).toBe(
      placed.start_position - codePointLength(ABOUT_HER) + codePointLength('ON: [erased on request]'),
    );
    expect(revision.body).toBe(
      'ON: It rained.\nON: Worker 1 made tea 👋🏽.\nON: [erased on request]\nTN: Tea as a welcome, again.\nON: [erased on request]',
    );
    // A tombstone, what it did, and what backups must know.
    expect(await t.owner('participants').where({ id: s.person.id }).first()).toMatchObject({
      pseudonym: 'Withdrawn 1',
      consent: 'withdrawn',
      consent_note: '',
    });
    const effect = { notes: 1, paragraphs: 2, revisions: 2, codings: 1, attachments: 1 };
    expect((await t.owner('withdrawals').where({ id: s.id }).first()).effect).toEqual(effect);
    expect(await t.owner('erasures').where({ participant_id: s.person.id }).first()).toMatchObject({
      withdrawal_id: s.id,
      erased: { ...effect, ids: [s.hers.id] },
    });
    expect(await t.owner('events').where({ subject_id: s.person.id, kind: 'participant.erased' })).toHaveLength(1);
    expect((await s.second.get(s.page)).text).toContain('1 coding');
    // Whoever still has the old text open does not bring it back.
    const stale = await s.asker.post(`${s.study.path}/notes/${s.note.id}/revisions`, {
      id: newId(),
      base: '2',
      title: 'Mine',
      body: `${BODY}\nMore.`,
    });
    expect(stale.status).toBe(409);
  });

  test('is decided above the words, however many there are, which are folded note by note', async () => {
    const s = await aWithdrawal();
    for (let count = 0; count < 12; count += 1)
      await aNote(t.owner, s.study.id, { visitId: s.visit.id, by: s.by, body: `ON: Heron 31 dug bed ${count}.` });
    await s.begin();
    const $ = await s.second.page(s.page);
    const order = $('main form[action$="/confirmation"], main form[action$="/cancellation"], main blockquote').toArray();
    expect(order.slice(0, 3).map(({ tagName }) => tagName)).toEqual(['form', 'form', 'blockquote']);
    expect($('main').text()).toContain('13 paragraphs of 13 notes');
    expect([$('main details').length, $('main details[open]').length, $('main blockquote').length]).toEqual([13, 1, 13]);
  });

  test('is refused by the page and by the table · when who asked for it confirms it', async () => {
    const s = await aWithdrawal();
    await s.begin();
    const refused = await s.confirm(s.asker);
    expect([refused.status, refused.text.includes('somebody else of the team')]).toEqual([403, true]);
    await expect(
      t.owner('withdrawals').where({ id: s.id }).update({ confirmed_by: s.by, confirmed_at: new Date() }),
    ).rejects.toThrow('withdrawals_two_people');
    expect(await everything()).toContain('wolfhound');
  });

  test('happens once · when two people confirm at the same moment', async () => {
    const s = await aWithdrawal();
    await s.begin();
    const lead = await BrowserSession.as(t.app, s.lead);
    const answers = await Promise.all([s.confirm(s.second), s.confirm(lead)]);
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([303, 409]);
    expect(await t.owner('erasures').where({ withdrawal_id: s.id })).toHaveLength(1);
  });

  test('is done as it was read, or not at all · when something changed, or the pseudonym is wrong', async () => {
    const s = await aWithdrawal();
    await s.begin();
    const $ = await s.second.page(s.page);
    const digest = $('input[name="digest"]').attr('value')!;
    const wrong = await s.confirm(s.second, { pseudonym: 'Heron 13' });
    expect([wrong.status, wrong.text.includes('Type the pseudonym as it stands')]).toEqual([422, true]);
    await aNote(t.owner, s.study.id, { visitId: s.visit.id, by: s.by, body: 'ON: Heron 31 again.' });
    expect((await s.confirm(s.second, { digest })).status).toBe(409);
    expect((await t.owner('withdrawals').where({ id: s.id }).first()).confirmed_at).toBeNull();
    expect((await t.owner('note_revisions').where({ note_id: s.note.id }).first()).body).toBe(BODY);
  });

  test('leaves nothing half done · when it fails in the middle', async () => {
    const s = await aWithdrawal();
    await s.begin();
    // The last thing that it writes.
    await t.owner.raw(`alter table erasures add constraint broken check (study_id <> '${s.study.id}')`);
    expect((await s.confirm(s.second)).status).toBe(500);
    expect((await t.owner('note_revisions').where({ note_id: s.note.id }).first()).body).toBe(BODY);
    expect(await t.owner('identities').where({ participant_id: s.person.id })).toHaveLength(1);
    expect((await t.owner('withdrawals').where({ id: s.id }).first()).confirmed_at).toBeNull();
    await t.owner.raw('alter table erasures drop constraint broken');
    expect((await s.confirm(s.second)).status).toBe(303);
  });

  test('spares what was chosen to stay · when a paragraph was ticked', async () => {
    const s = await aWithdrawal();
    const start = codePointLength(BODY.slice(0, BODY.indexOf(ABOUT_HER)));
    expect((await s.begin({ keep: `${s.note.id}:${start}` })).status).toBe(303);
    expect((await s.confirm(s.second)).status).toBe(303);
    expect((await t.owner('note_revisions').where({ note_id: s.note.id }).first()).body).toBe(BODY);
  });

  test('is nobody’s to call · when no withdrawal was confirmed', async () => {
    const s = await aWithdrawal();
    await s.begin();
    const member = `select set_config('app.study', '${s.study.id}', true), set_config('app.member', '${s.colleague.membershipId}', true)`;
    await expect(
      t.owner.transaction(async (trx) => {
        await trx.raw(member);
        await trx.raw('select erase_participant(?, ?)', [s.id, []]);
      }),
    ).rejects.toThrow('a second person has just confirmed');
  });
});

describe('a withdrawal', () => {
  test('withholds at once and gives all back · when it is taken back', async () => {
    const s = await aWithdrawal({ scope: 'quotations' });
    expect((await s.begin()).status).toBe(303);
    const hidden = () => t.owner('codings').where({ id: s.hers.id }).first('withheld_at');
    expect((await hidden()).withheld_at).not.toBeNull();
    expect((await s.begin()).status).toBe(303);
    expect((await s.second.post(`${s.page}/cancellation`)).status).toBe(303);
    expect((await hidden()).withheld_at).toBeNull();
    expect(await t.owner('participants').where({ id: s.person.id }).first('consent', 'withdrawal_scope')).toEqual({
      consent: 'consented',
      withdrawal_scope: null,
    });
  });

  test('shows before anything is done what it would touch, and is not shown to agency staff', async () => {
    const s = await aWithdrawal();
    const { text } = await s.asker.get(`${s.base}/withdrawals/new`);
    for (const words of ['1 paragraph of 1 note', '1 coding of those paragraphs', 'wolfhound'])
      expect([words, text.includes(words)]).toEqual([words, true]);
    await s.begin();
    const staff = await BrowserSession.as(t.app, s.staff);
    for (const page of [`${s.base}/withdrawals`, `${s.base}/withdrawals/new`, s.page])
      expect((await staff.get(page)).status).toBe(404);
    const empty = await s.asker.post(`${s.base}/withdrawals`, { id: newId(), withdrawnOn: '' });
    expect([empty.status, empty.text.includes('Choose what they ask for')]).toEqual([422, true]);
  });
});

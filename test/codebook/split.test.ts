import { describe, expect, test } from '@jest/globals';
import * as cheerio from 'cheerio';
import { newId } from '../../server/shared/ids.ts';
import { useTestApp } from '../support/test-app.ts';
import { aCodedCodebook, codedAs, sentences } from './a-coded-codebook.ts';
import { refusals, treeOf } from './a-codebook.ts';

const t = useTestApp();
type Coded = Awaited<ReturnType<typeof aCodedCodebook>>;

function splitting(names: string[], more: Record<string, string> = {}) {
  return { id: newId(), ids: names.map(() => newId()), names, where: 'under', go: 'split', ...more };
}

describe('splitting', () => {
  test('POST /themes/:theme/split · “all on this page” · chooses for each passage shown, says the sums and splits nothing', async () => {
    const of = await aCodedCodebook(t);
    const elsewhere = newId();
    const form = splitting(['Cousins', 'Parents'], {
      [`coding-${of.alone.id}`]: '1',
      [`coding-${of.shared.id}`]: '0',
      chosen: `${elsewhere}:2`,
      go: 'all:2',
    });
    const $ = cheerio.load((await of.session.post(`${of.themes}/${of.family.id}/split`, form)).text);
    const chosen = $('.app-split__choice input:checked')
      .map((_, choice) => `${$(choice).attr('name')}=${$(choice).attr('value')}`)
      .get();
    expect(chosen.toSorted()).toEqual([`coding-${of.alone.id}=2`, `coding-${of.shared.id}=2`].toSorted());
    const sums = $('.app-split__sum')
      .map((_, sum) => $(sum).text())
      .get();
    expect(sums).toEqual(['0 to “Cousins”', '3 to “Parents”']);
    expect($('[name=chosen]').attr('value')).toBe(`${elsewhere}:2`);
    expect(await sentences(of)).toEqual([]);

    const stays = await of.session.post(`${of.themes}/${of.family.id}/split`, { ...form, go: 'all:0' });
    expect(cheerio.load(stays.text)('.app-split__choice input:checked[value="0"]').length).toBe(2);
  });

  test('POST /themes/:theme/split · gives each passage the new theme chosen for it, in place; the rest stays', async () => {
    const of = await aCodedCodebook(t);
    const before = await t.owner('codings').where({ id: of.alone.id }).first();
    const form = splitting(['Cousins', 'Parents'], { [`coding-${of.alone.id}`]: '2', [`coding-${of.shared.id}`]: '0' });
    const answer = await of.session.post(`${of.themes}/${of.family.id}/split`, form);
    expect([answer.status, answer.headers.location]).toEqual([303, `${of.themes}/${of.family.id}`]);
    expect(await treeOf(t, of.study.id)).toEqual([
      '1 Networks',
      '1.1 Family',
      '1.1.1 Cousins',
      '1.1.2 Parents',
      '1.2 Friends',
      '2 Places',
    ]);
    expect(await codedAs(t, of.note.id)).toEqual(['Family [4, 20)', 'Friends [4, 20)', 'Parents [21, 30)']);
    expect(await t.owner('codings').where({ id: of.alone.id }).first()).toEqual({
      ...before,
      theme_id: form.ids[1],
      version: 2,
    });
    expect(await sentences(of)).toEqual([
      `1 ${of.researcher.name} split “Cousins” and “Parents” off “Family”: 1 coding moved.`,
    ]);
    await of.session.post(`${of.themes}/${of.family.id}/split`, form);
    expect(await sentences(of)).toHaveLength(1);
  });

  test('POST /themes/:theme/split · puts them beside it, and all is as it was · when so chosen and reversed', async () => {
    const of = await aCodedCodebook(t);
    const rows = () =>
      t.owner('codings').orderBy('id').where({ note_id: of.note.id }).select('id', 'theme_id', 'created_at');
    const before = await rows();
    const form = splitting(['Parents'], { where: 'beside', [`coding-${of.alone.id}`]: '1' });
    await of.session.post(`${of.themes}/${of.family.id}/split`, form);
    expect(await treeOf(t, of.study.id)).toContain('1.3 Parents');
    await of.session.post(`${of.steps}/${form.id}/reversal`);
    expect(await treeOf(t, of.study.id)).toEqual(['1 Networks', '1.1 Family', '1.2 Friends', '2 Places']);
    expect(await rows()).toEqual(before);
  });

  test('POST /codebook/steps/:step/reversal · answers 409 and moves nothing · when others have coded with a new theme since', async () => {
    const of = await aCodedCodebook(t);
    const form = splitting(['Parents'], { [`coding-${of.alone.id}`]: '1' });
    await of.session.post(`${of.themes}/${of.family.id}/split`, form);
    await of.coding(form.ids[0]!, 31, 36);
    const answer = await of.session.post(`${of.steps}/${form.id}/reversal`);
    expect([answer.status, refusals(cheerio.load(answer.text))[0]]).toEqual([
      409,
      expect.stringContaining('coded with “Parents” since'),
    ]);
    expect(await codedAs(t, of.note.id)).toContain('Parents [21, 30)');
  });

  test.each<[string, (of: Coded) => Record<string, string | string[]>, string]>([
    ['there is no name', () => splitting(['', ' ']), 'Enter the name of at least one'],
    ['two names are alike', () => splitting(['Parents', 'parents']), 'a name of its own'],
    [
      'a name is taken',
      (of) => splitting(['friends'], { where: 'beside', [`coding-${of.alone.id}`]: '1' }),
      'already a theme called',
    ],
    [
      'passages are chosen for one without a name',
      (of) => splitting(['Parents', ''], { [`coding-${of.alone.id}`]: '2' }),
      'Enter a name for new theme 2',
    ],
  ])('POST /themes/:theme/split · answers 422 with what was typed and chosen · when %s', async (_, form, sentence) => {
    const of = await aCodedCodebook(t);
    const typed = form(of);
    const answer = await of.session.post(`${of.themes}/${of.family.id}/split`, typed);
    const $ = cheerio.load(answer.text);
    expect([answer.status, refusals($)[0]]).toEqual([422, expect.stringContaining(sentence)]);
    expect($('input[name="names"]').first().attr('value')).toBe((typed.names as string[])[0]);
    const chosen = typed[`coding-${of.alone.id}`] as string | undefined;
    expect($(`input[name="coding-${of.alone.id}"][checked]`).attr('value')).toBe(chosen ?? '0');
    expect(await treeOf(t, of.study.id)).toHaveLength(4);
  });

  test('POST /themes/:theme/split · keeps what was chosen on one page while others are shown · with more passages than a page holds', async () => {
    const of = await aCodedCodebook(t);
    const note = { ...of.note };
    for (let start = 0; start < 55; start += 1) await of.coding(of.places.id, start, 60);
    const path = `${of.themes}/${of.places.id}/split`;
    const first = await of.session.page(path);
    const firstId = first('.app-split__passage input').first().attr('name')!.slice('coding-'.length);
    expect(first('.app-split__passage')).toHaveLength(50);
    const further = first('button[name="go"][value^="after:"]').attr('value')!;
    const form = splitting(['Rooms'], { go: further, [`coding-${firstId}`]: '1' });
    const second = cheerio.load((await of.session.post(path, form)).text);
    expect(second('.app-split__passage')).toHaveLength(5);
    expect(second('input[name="chosen"]').attr('value')).toBe(`${firstId}:1`);
    // What is done on the second page leaves it open.
    const at = second('input[name="at"]').attr('value')!;
    for (const go of ['all:1', 'more', 'split']) {
      const again = cheerio.load((await of.session.post(path, { ...splitting(['']), at, go })).text);
      expect([go, again('.app-split__passage').length]).toEqual([go, 5]);
    }
    const lastId = second('.app-split__passage input').last().attr('name')!.slice('coding-'.length);
    await of.session.post(path, { ...splitting(['Rooms']), chosen: `${firstId}:1`, [`coding-${lastId}`]: '1' });
    const rooms = await t.owner('themes').where({ name: 'Rooms', study_id: of.study.id }).first('id');
    const moved = await t.owner('codings').where({ theme_id: rooms.id, note_id: note.id }).orderBy('id').pluck('id');
    expect(moved).toEqual([firstId, lastId]);
  });

  test('POST /themes/:theme/split · takes no coding of another theme or study · when its id is sent', async () => {
    const of = await aCodedCodebook(t);
    const theirs = await aCodedCodebook(t);
    const form = splitting(['Parents'], { [`coding-${of.there.id}`]: '1', [`coding-${theirs.alone.id}`]: '1' });
    await of.session.post(`${of.themes}/${of.family.id}/split`, form);
    expect(await t.owner('codings').where({ theme_id: form.ids[0] })).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { useTestApp } from '../support/test-app.ts';
import { anAsker } from './an-asker.ts';

const t = useTestApp();

describe('the other side of a query', () => {
  test.each(['overlapping', 'and', 'paragraph', 'near', 'note'])(
    'is shown with each passage what it was found with, and put into the file · %s',
    async (relation) => {
      const cast = await anAsker(t);
      const note = await cast.write('=zero one two three four\nfive six');
      const { id } = await cast.code(note, 'one two', cast.a);
      await t.owner('codings').where({ id }).update({ context_before: '=zero ', context_after: ' three' });
      await cast.code(note, 'four', cast.b);
      await cast.code(note, 'five', cast.b);
      await cast.code(note, 'two three', cast.b, cast.colleague.membershipId);
      const fields = new URLSearchParams({ a: cast.a, relation, b: cast.b });
      const $ = await cast.session.page(`${cast.path}/results?${fields}`);
      expect($('.app-query__other-quote').text()).toBe('two three');
      expect($('.app-query__other a').text()).toBe('B: open the note at this passage');
      expect($('.app-query__other-theme').text()).toContain(`coded by ${cast.colleague.name}`);
      expect($('.app-extract__passage').text()).toBe('=zero one two three');
      expect($('.app-extract__quote').text()).toBe(relation === 'and' ? 'two' : 'one two');
      const file = await cast.session.get($('a:contains("Download as CSV")').attr('href')!);
      const rows: Record<string, string>[] = parse(file.text, { columns: true });
      expect(rows.map((row) => [row.other_quote, row.other_theme, row.other_start, row.other_end])).toEqual([
        ['two three', 'B', '10', '19'],
      ]);
    },
  );

  test('is the nearest within the asked coders, and cells that a spreadsheet cannot run', async () => {
    const cast = await anAsker(t);
    const note = await cast.write('here =far and =near by there');
    await cast.code(note, 'by', cast.a);
    await cast.code(note, '=far', cast.b);
    await cast.code(note, '=near', cast.b, cast.colleague.membershipId);
    const at = async (more: string) => {
      const query = `a=${cast.a}&relation=near&words=10&b=${cast.b}${more}`;
      const $ = await cast.session.page(`${cast.path}/results?${query}`);
      const file = await cast.session.get(`${cast.path}/results/file?${query}`);
      const [row] = parse(file.text, { columns: true }) as Record<string, string>[];
      return [$('.app-query__other-quote').text(), row!.other_quote];
    };
    expect(await at('')).toEqual(['=near', "'=near"]);
    expect(await at(`&coder=${cast.by}`)).toEqual(['=far', "'=far"]);
    const alone = await cast.session.page(`${cast.path}/results?a=${cast.a}`);
    expect(alone('.app-query__other')).toHaveLength(0);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../server/shared/ids.ts';
import { aCodebook, treeOf } from '../codebook/a-codebook.ts';
import { useTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { countsOn, fieldsOn, sendCodebook, words } from './codebook-page.ts';

const REFI = process.env.REFI_FOLDER ?? '/work/shared/refi';
const t = useTestApp({ LOG_LEVEL: 'error' });
let cast: Awaited<ReturnType<typeof aCodebook>>;
beforeEach(async () => {
  cast = await aCodebook(t);
});

const send = (name: string, content: string | Buffer, id = newId()) => sendCodebook(cast, name, content, id);
const theme = (id: string) => t.owner('themes').where({ id }).first();

describe('a .qdc', () => {
  test('of our own, exported and brought in again, is the same in everything', async () => {
    await t.owner('themes').where({ id: cast.family.id }).update({
      definition: 'Kin',
      when_to_use: 'When they say so',
      when_not_to_use: 'Friends like family',
      example: '=“my sister”',
    });
    for (const format of ['qdc', 'codebook-csv']) {
      const exported = await exportOf(format);
      const { $ } = await send(`codebook.${format}`, exported);
      expect([format, countsOn($)]).toEqual([format, [4, 0, 0, 4, 0]]);
    }
  });

  async function exportOf(format: string): Promise<Buffer> {
    const page = `${cast.study.path}/project-exports`;
    const answer = await cast.session.post(page, { id: newId(), format }, page);
    const at = String(answer.headers.location);
    let bytes: Buffer | undefined;
    await until(async () => {
      const file = await cast.session
        .get(`${at}/file`)
        .buffer(true)
        .parse((response, done) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('end', () => done(null, Buffer.concat(pieces)));
        });
      if (file.status !== 200 && file.status !== 303) throw new Error(`the export answered ${file.status}`);
      if (file.status === 200) bytes = file.body as Buffer;
      return bytes !== undefined;
    });
    return bytes!;
  }

  test('of another program is found by its GUIDs, wherever its themes stand now', async () => {
    const { $ } = await send(
      'codebook.qdc',
      `<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>
        <Code guid="{${cast.family.id.toUpperCase()}}" name="Kin" isCodable="true" color="#00ff00"><Description>Blood</Description></Code>
      </Codes></CodeBook>`,
    );
    expect(countsOn($)).toEqual([1, 0, 1, 0, 3]);
    const rows = $('.app-import-theme tbody tr')
      .toArray()
      .map((row) =>
        $(row)
          .children()
          .toArray()
          .map((cell) => words($(cell).text()))
          .join(' | '),
      );
    expect(rows[0]).toBe('Name | Family | Kin');
    expect(rows[1]).toBe('Place | Under Networks | At the top');
    // Where it stands and what it is called are taken over only on purpose.
    expect(
      $('input[name="fields-0"]:checked')
        .toArray()
        .map((input) => input.attribs.value),
    ).toEqual(['definition', 'colour']);
    const at = String($('form[action$=confirmation]').attr('action'));
    await cast.session.post(
      at,
      { ...fieldsOn($), 'choice-0': 'take', 'fields-0': ['name', 'place', 'definition'] },
      cast.themes,
    );
    expect(await treeOf(t, cast.study.id)).toEqual(['1 Networks', '1.1 Friends', '2 Places', '3 Kin']);
    expect(await theme(cast.family.id)).toMatchObject({
      name: 'Kin',
      definition: 'Blood',
      colour: expect.not.stringMatching('#00ff00'),
    });
  });

  test('that breaks the format as other programs do is read, with remarks', async () => {
    const { $, at } = await send(
      'codebook.qdc',
      `<CodeBook xmlns="urn:QDA-XML:codebook:0:4" origin="Some tool"><Codes>
        <Code guid="7" name="One" description="In the wrong place" color="rgba(18, 52, 86, 0.5)"><Code guid="7" name="Two"/></Code>
      </Codes><Sets/></CodeBook>`,
    );
    expect(countsOn($)).toEqual([2, 2, 0, 0, 4]);
    const remarks = words($('main ul').first().text());
    for (const sentence of [
      'The file uses an older name for the format (urn:QDA-XML:codebook:0:4)',
      'Sets is empty',
      'Codes whose GUID is none were read as if they had none. (2 times)',
      'Descriptions that stand in the code itself',
      'Colours that were written otherwise than the format has them',
    ])
      expect(remarks).toContain(sentence);
    await cast.session.post(`${at}/confirmation`, fieldsOn($), at);
    expect(await treeOf(t, cast.study.id)).toContain('3.1 Two');
    expect(
      await t.owner('themes').where({ study_id: cast.study.id, name: 'One' }).first('definition', 'colour'),
    ).toEqual({ definition: 'In the wrong place', colour: '#123456' });
  });

  test.each([
    [
      'deep.qdc',
      `<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>${Array.from({ length: 13 }, (_, at) => `<Code guid="${newId()}" name="Level ${at + 1}" isCodable="true">`).join('')}${'</Code>'.repeat(13)}</Codes></CodeBook>`,
    ],
    [
      'deep.csv',
      `path\n${Array.from({ length: 13 }, (_, at) => Array.from({ length: at + 1 }, (__, level) => `Level ${level + 1}`).join(' > ')).join('\n')}`,
    ],
  ])(
    'that is nested deeper than themes can be comes in with the last level for all below: %s',
    async (name, content) => {
      const { $, at } = await send(name, content);
      expect(words($('main').text())).toContain(
        'Themes can be nested 10 levels deep: 3 that stood deeper stand on the last level.',
      );
      const answer = await cast.session.post(`${at}/confirmation`, fieldsOn($), at);
      expect(answer.status).toBe(303);
      const tree = await treeOf(t, cast.study.id);
      for (const level of [10, 11, 12, 13]) expect(tree).toContain(`3.1.1.1.1.1.1.1.1.${level - 9} Level ${level}`);
    },
  );

  test('of the standard’s own example comes in with its six codes, and is the same when it comes again', async () => {
    const file = path.join(REFI, 'samples', 'annex-a1-codebook.qdc');
    if (!existsSync(file)) {
      console.warn(`${file} is not here: its codes were not counted.`);
      return;
    }
    const { $, at } = await send('annex.qdc', readFileSync(file));
    expect(countsOn($)).toEqual([6, 6, 0, 0, 4]);
    await cast.session.post(`${at}/confirmation`, fieldsOn($), at);
    expect((await treeOf(t, cast.study.id)).slice(4)).toEqual([
      '3 Topics',
      '4 Economy',
      '5 Health care',
      '6 Values',
      '7 Conservatives',
      '8 Liberals',
    ]);
    expect(countsOn((await send('annex.qdc', readFileSync(file))).$)).toEqual([6, 0, 0, 6, 4]);
  });
});

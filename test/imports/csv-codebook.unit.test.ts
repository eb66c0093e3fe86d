import { expect, test } from '@jest/globals';
import { readCsvCodebook } from '../../server/imports/codebook/csv-codebook.ts';

test.each<[program: string, table: string]>([
  ['Taguette', 'tag,parent,description,number of highlights\ninteresting,,Worth a look,2\ncalm,interesting,,1\n'],
  ['a spreadsheet', 'Label;Parent code;Memo\ninteresting;;Worth a look\ncalm;interesting;\n'],
  [
    'somebody with notes of their own',
    'Comment,Title,Under,Definition\nmine,interesting,,Worth a look\n,calm,interesting,\n',
  ],
])('a codebook as %s heads its columns is read', (_, table) => {
  const { themes } = readCsvCodebook(table);
  expect(themes.map(({ name, parentKey, definition }) => [name, parentKey, definition])).toEqual([
    ['interesting', null, 'Worth a look'],
    ['calm', 'line 2', ''],
  ]);
});

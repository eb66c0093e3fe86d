import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { listedName } from '../../server/notes/attachments/file-name.ts';
import { codePointLength } from '../../server/shared/text.ts';

test.each([
  ['board.jpeg', 'jpg', 'board.jpeg'],
  ['BOARD.JPG', 'jpg', 'BOARD.JPG'],
  ['notes', 'txt', 'notes.txt'],
  ['.htaccess', 'txt', 'htaccess.txt'],
  ['..\\..\\evil.exe', 'pdf', 'evil.exe.pdf'],
  ['', 'png', 'file.png'],
  ['photo\u202egpj.exe', 'png', 'photogpj.exe.png'],
  ['a\nb\u0000.png', 'png', 'ab.png'],
])('%j that holds a %s · is listed as %s', (given, extension, listed) => {
  expect(listedName(given, extension)).toBe(listed);
});

test('any name · is listed with its ending, without folders, in at most 200 code points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
      const listed = listedName(given, 'pdf');
      expect(listed).toMatch(/\.pdf$/i);
      expect(listed).not.toMatch(/[/\\]/);
      expect(codePointLength(listed)).toBeLessThanOrEqual(200);
    }),
  );
});

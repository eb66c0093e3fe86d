import { expect, test } from '@jest/globals';
import { namesToErase } from '../../server/withdrawal/names-to-erase.ts';

test('leaves out what others are called too, and common words', () => {
  const hers = ['May Oglethorpe', 'Oglethorpe', 'Zoë', 'May'];
  expect(namesToErase(hers, ['Zoe Adair', 'zoe', 'Adair'])).toEqual(['May Oglethorpe', 'Oglethorpe']);
  expect(namesToErase(hers, [])).toEqual(['May Oglethorpe', 'Oglethorpe', 'Zoë']);
});

import { expect, test } from '@jest/globals';
import { visitView } from '../../server/notes/note-view.ts';

test('a visit past midnight · names its last day · above its notes', () => {
  const visit = {
    id: '0190b6a0-0000-7000-8000-000000000001',
    agencyName: 'BlueSCI',
    agencyCode: 'BSC',
    phase: 'First visits',
    setting: 'The night shelter',
    startsAt: new Date('2011-11-14T23:00:00Z'),
    endsAt: new Date('2011-11-15T01:00:00Z'),
    observers: [],
  };
  const shown = visitView(visit, { path: '/studies/x', timeZone: 'Europe/London' });
  expect([shown.date, shown.times]).toEqual(['14 November 2011', '23:00 to 01:00 on 15 November 2011']);
});

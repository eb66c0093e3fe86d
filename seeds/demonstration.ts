import path from 'node:path';
import type { Knex } from 'knex';
import { newId } from '../server/shared/ids.ts';
import { loadStudy } from './load-study.ts';
import { readStudyFiles } from './study-files.ts';

// Everybody and everything in the demonstration is invented, except that a study called Connecting People was done and
// that BlueSCI took part in it.

const PEOPLE = {
  ruth: { email: 'ruth.calloway@university.example', name: 'Dr Ruth Calloway' },
  priya: { email: 'priya.menon@university.example', name: 'Priya Menon' },
  daniel: { email: 'daniel.okafor@university.example', name: 'Daniel Okafor' },
  tessa: { email: 'tessa.brandt@university.example', name: 'Tessa Brandt' },
  bluesci: { email: 'alex.marsh@bluesci.example', name: 'Alex Marsh' },
  harbour: { email: 'jo.denby@harbour-steps.example', name: 'Jo Denby' },
  lantern: { email: 'robin.ashe@lantern-house.example', name: 'Robin Ashe' },
};
type Key = keyof typeof PEOPLE;

const AGENCIES = ['bluesci', 'harbour-steps', 'weavers-yard', 'orchard-lane', 'newbridge', 'lantern-house'];

/** The people of the demonstration who get a one-time link to sign in. */
export const DEMONSTRATION_PEOPLE: { email: string; who: string }[] = [
  { email: PEOPLE.priya.email, who: 'a researcher, Priya Menon' },
  { email: PEOPLE.ruth.email, who: 'the principal investigator, Dr Ruth Calloway' },
  { email: PEOPLE.bluesci.email, who: 'somebody who works at BlueSCI, Alex Marsh' },
];

/** Loads the demonstration into an empty database, as its owner, all of it or (in one transaction) nothing. */
export async function loadDemonstration(owner: Knex): Promise<void> {
  const [connectingPeople, rise] = await Promise.all([
    readStudyFiles(path.join(import.meta.dirname, 'connecting-people'), AGENCIES),
    readStudyFiles(path.join(import.meta.dirname, 'rise'), ['rise-enterprise']),
  ]);
  await owner.transaction(async (trx) => {
    const ids = new Map(Object.keys(PEOPLE).map((key) => [key, newId()]));
    // Nobody has a password: they come in by a one-time link and may choose one.
    for (const [key, person] of Object.entries(PEOPLE))
      await trx('people').insert({ id: ids.get(key), ...person, is_administrator: key === 'ruth' });
    const member = (key: Key, role: 'lead' | 'researcher' | 'agency', agency?: string) => ({
      key,
      role,
      personId: ids.get(key)!,
      name: PEOPLE[key].name,
      ...(agency === undefined ? {} : { agency }),
    });

    await loadStudy(trx, {
      name: 'Connecting People',
      phases: [
        { key: 'first', name: 'First visits', startsOn: '2010-10-01', endsOn: '2011-05-31' },
        { key: 'return', name: 'Return visits', startsOn: '2011-09-01', endsOn: '2011-12-31' },
      ],
      members: [
        member('ruth', 'lead'),
        member('priya', 'researcher'),
        member('daniel', 'researcher'),
        member('bluesci', 'agency', 'BSC'),
        member('harbour', 'agency', 'HAR'),
        member('lantern', 'agency', 'LAN'),
      ],
      lead: 'ruth',
      files: connectingPeople,
    });
    await loadStudy(trx, {
      name: 'RISE',
      phases: [
        { key: 'first', name: 'At the start', startsOn: '2012-03-01', endsOn: '2012-05-31' },
        { key: 'return', name: 'After three months', startsOn: '2012-06-01', endsOn: '2012-09-30' },
      ],
      members: [member('ruth', 'lead'), member('tessa', 'researcher')],
      lead: 'ruth',
      files: rise,
    });
  });
}

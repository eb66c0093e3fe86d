import type { RiskKind } from './risks.ts';

const ROLES: Record<string, string> = {
  manager: 'a manager',
  carer: 'a carer',
  volunteer: 'a volunteer',
  worker: 'a worker',
};

const WORDS: Record<Exclude<RiskKind, 'rare-role' | 'rare-age'>, [heading: string, why: string]> = {
  name: ['Words that look like names', 'They are no name that this study knows; they may be somebody all the same.'],
  place: ['Words that look like places', 'Where something happened can tell with whom.'],
  date: ['Dates', 'A date of birth tells who somebody is; the day of an event may.'],
  postcode: ['Postcodes', 'A postcode is some fifteen homes.'],
  telephone: ['Telephone numbers', 'They reach one person.'],
  email: ['E-mail addresses', 'They reach one person.'],
  'nhs-number': ['NHS numbers', 'They belong to one person.'],
  doubtful: [
    'Small words that are names too',
    'Somebody whom the study knows bears a name that is another word as well (“will”, “may”). Written small it was left as it is.',
  ],
};

/** What was found, and why it matters, in plain words. */
export function riskWords(kind: RiskKind, about = ''): { heading: string; why: string } {
  if (kind === 'rare-role') {
    const [role = '', agency = ''] = about.split('|');
    return {
      heading: `Passages that mention ${ROLES[role] ?? `a ${role}`}: ${agency}`,
      why: 'Fewer than three people are known in this role there. Who knows the agency knows who is meant, whatever they are called.',
    };
  }
  if (kind === 'rare-age')
    return {
      heading: `Ages: ${about}`,
      why: 'The age is mentioned on fewer than three visits to this agency. With an age, a place and a role people can be told apart; write a range instead.',
    };
  const [heading, why] = WORDS[kind];
  return { heading, why };
}

/** What a kind is called where its places are not told apart. */
export function kindWords(kind: RiskKind): string {
  if (kind === 'rare-role') return 'Roles that few people have';
  return kind === 'rare-age' ? 'Ages that are seldom mentioned' : WORDS[kind][0];
}

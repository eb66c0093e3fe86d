import type { OwnStudy } from '../studies/membership-queries.ts';

const ROLES = { lead: 'Lead', researcher: 'Researcher', agency: 'Agency staff' } as const;

/** The person's present studies, each with a link and what they are in it. */
export function ownStudiesView(studies: OwnStudy[]) {
  return studies
    .filter(({ endedAt }) => endedAt === null)
    .map(({ id, name, role }) => ({ href: `/studies/${id}`, name, role: ROLES[role] }));
}

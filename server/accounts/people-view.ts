import { formatDate } from '../shared/dates.ts';
import type { ListedPerson } from './person-queries.ts';

const ZONE = 'Europe/London';

/** The rows of the list of people; `ownId` is who looks at it. */
export function peopleView(people: ListedPerson[], ownId: string) {
  return people.map(({ id, name, email, isAdministrator, createdAt, disabledAt }) => ({
    href: `/people/${id}`,
    name,
    email,
    isAdministrator,
    isSelf: id === ownId,
    since: formatDate(createdAt, ZONE),
    disabled: disabledAt && formatDate(disabledAt, ZONE),
  }));
}

import { formatDate } from '../shared/dates.ts';
import { reachable } from '../shared/reachable.ts';
import type { ListedPerson } from './person-queries.ts';

const ZONE = 'Europe/London';

/** The rows of the list of people; `ownId` is who looks at it. */
export function peopleView(people: ListedPerson[], ownId: string) {
  return people.map(({ id, name, email, isAdministrator, createdAt, disabledAt, isFromFile }) => ({
    href: `/people/${id}`,
    name,
    email: reachable(email),
    isFromFile,
    hasAddress: reachable(email) !== '',
    isAdministrator,
    isSelf: id === ownId,
    since: formatDate(createdAt, ZONE),
    disabled: disabledAt && formatDate(disabledAt, ZONE),
  }));
}

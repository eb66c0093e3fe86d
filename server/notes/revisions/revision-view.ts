import { formatDateTime } from '../../shared/dates.ts';
import type { ListedRevision, Revision } from './revision-queries.ts';

type Place = { notePath: string; timeZone: string };

/** The history of a note, newest first; each line compares with the one before it. */
export function revisionListView(revisions: ListedRevision[], latest: number, { notePath, timeZone }: Place) {
  return revisions.map((revision) => ({
    number: revision.number,
    href: `${notePath}/revisions/${revision.number}`,
    title: revision.title,
    saved: formatDateTime(revision.savedAt, timeZone),
    savedBy: revision.savedBy,
    isLatest: revision.number === latest,
    isDeidentified: revision.deidentified,
    restoredFrom: revision.restoredFrom,
    length: `${revision.length.toLocaleString('en-GB')} characters`,
    compare: revision.follows ? `${notePath}/comparison?from=${revision.number - 1}&to=${revision.number}` : undefined,
  }));
}

/** One revision as it is named on pages. */
export function revisionView(revision: Revision, { notePath, timeZone }: Place) {
  return {
    number: revision.number,
    title: revision.title,
    href: `${notePath}/revisions/${revision.number}`,
    saved: formatDateTime(revision.savedAt, timeZone),
    savedBy: revision.savedBy,
    restoredFrom: revision.restoredFrom,
  };
}

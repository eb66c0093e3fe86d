import { formatDate, formatDateTime } from '../shared/dates.ts';
import { type MarkedStretch, renderMarkdown } from './markdown.ts';
import type { Publication, Summary } from './summary-queries.ts';

type Place = { path: string; timeZone: string };

/** How far a summary has come, in words and as a GOV.UK tag. */
export function summaryState(summary: Summary): { text: string; tag: string } {
  if (summary.publishedAt === null) return { text: 'Draft', tag: 'govuk-tag--grey' };
  const same = summary.publishedTitle === summary.title && summary.publishedBody === summary.body;
  return same
    ? { text: 'Published', tag: 'govuk-tag--green' }
    : { text: 'Published, with unpublished changes', tag: 'govuk-tag--yellow' };
}

export function summaryListView(summaries: Summary[], place: Place) {
  return summaries.map((summary) => ({
    title: summary.title,
    href: `${place.path}/summaries/${summary.id}`,
    agency: summary.agencyName,
    state: summaryState(summary),
    changed: `${formatDateTime(summary.updatedAt, place.timeZone)}, ${summary.updatedBy}`,
    published: summary.publishedAt ? formatDate(summary.publishedAt, place.timeZone) : '',
  }));
}

/** The page of one summary: as the agency will see it, with what was found in it marked, and what the lead can do. */
export function summaryView(summary: Summary, place: Place, marks: readonly MarkedStretch[] = []) {
  const base = `${place.path}/summaries/${summary.id}`;
  const state = summaryState(summary);
  return {
    title: summary.title,
    agency: summary.agencyName,
    html: renderMarkdown(summary.body, marks),
    version: summary.version,
    state,
    changed: formatDateTime(summary.updatedAt, place.timeZone),
    changedBy: summary.updatedBy,
    publishedAt: summary.publishedAt ? formatDateTime(summary.publishedAt, place.timeZone) : undefined,
    publishedOn: summary.publishedAt ? formatDate(summary.publishedAt, place.timeZone) : undefined,
    // Shown beside what would take its place.
    current:
      summary.publishedBody !== null && state.text !== 'Published'
        ? { title: summary.publishedTitle ?? '', html: renderMarkdown(summary.publishedBody) }
        : undefined,
    canPublish: state.text !== 'Published',
    canWithdraw: summary.publishedAt !== null,
    publishLabel: summary.publishedAt === null ? `Publish to ${summary.agencyName}` : 'Publish the changes',
    base,
  };
}

/** What agency staff read. */
export function publicationView(publication: Publication, place: Place) {
  return {
    title: publication.title,
    agency: publication.agencyName,
    html: renderMarkdown(publication.body),
    publishedOn: formatDate(publication.publishedAt, place.timeZone),
  };
}

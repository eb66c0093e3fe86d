import { formatDate } from '../shared/dates.ts';
import { type Sector, SECTORS, SECTOR_WORDS, STATUSES, STATUS_WORDS } from './agency.ts';
import type { Agency, ListedAgency } from './agency-queries.ts';
import type { Participant } from './participants/participant-queries.ts';
import { participantRow } from './participants/participant-view.ts';
import type { Phase } from './phases/phase-queries.ts';
import type { ListedVisit } from './visits/visit-list-queries.ts';
import { visitRow } from './visits/visit-view.ts';

type Place = { path: string; timeZone: string };

export function agencyListView(agencies: ListedAgency[], { path, timeZone }: Place) {
  return agencies.map((agency) => ({
    href: `${path}/agencies/${agency.id}`,
    name: agency.name,
    code: agency.code,
    sector: SECTOR_WORDS[agency.sector],
    status: statusTag(agency),
    visits: agency.lastVisit
      ? `${agency.visits} visit${agency.visits === 1 ? '' : 's'}, the last on ${formatDate(agency.lastVisit, timeZone)}`
      : 'Not visited yet',
  }));
}

/** The page of one agency: who is known there by pseudonym, and its visits by phase. */
export function agencyView(
  agency: Agency,
  participants: Participant[],
  phases: Phase[],
  visits: ListedVisit[],
  place: Place,
) {
  const base = `${place.path}/agencies/${agency.id}`;
  return {
    name: agency.name,
    code: agency.code,
    sector: SECTOR_WORDS[agency.sector],
    status: statusTag(agency),
    base,
    newVisit: `${place.path}/visits/new?agency=${agency.id}`,
    participants: participants.filter(({ removedAt }) => removedAt === null).map((each) => participantRow(each, place)),
    removed: participants.filter(({ removedAt }) => removedAt !== null).map((each) => participantRow(each, place)),
    phases: phases
      .map(({ id, name }) => ({
        name,
        visits: visits.filter(({ phaseId }) => phaseId === id).map((visit) => visitRow(visit, place)),
      }))
      .filter((phase) => phase.visits.length > 0),
  };
}

/** The options of the agency's form. */
export function agencyChoices(values: { sector?: unknown; status?: unknown }) {
  return {
    sectors: SECTORS.map((value) => ({ value, text: SECTOR_WORDS[value], checked: value === values.sector })),
    statuses: STATUSES.map((value) => ({ value, text: STATUS_WORDS[value], checked: value === values.status })),
  };
}

/** What somebody else has saved, for whoever was about to save over it. */
export function theirAgency(agency: Agency) {
  return [
    { label: 'Name', value: agency.name },
    { label: 'Short code', value: agency.code },
    { label: 'Sector', value: SECTOR_WORDS[agency.sector satisfies Sector] },
    { label: 'Status', value: STATUS_WORDS[agency.status] },
  ];
}

function statusTag({ status }: Pick<Agency, 'status'>) {
  const tag = { active: 'govuk-tag--green', paused: 'govuk-tag--yellow', left: 'govuk-tag--grey' }[status];
  return { text: STATUS_WORDS[status], tag };
}

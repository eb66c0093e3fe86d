import { formatDate } from '../shared/dates.ts';
import { reachable } from '../shared/reachable.ts';
import type { Member, MemberAccount, OpenInvitation } from './member-queries.ts';

type Place = { path: string; timeZone: string; membershipId: string };
type Accounts = Map<string, MemberAccount>;

const ROLES = { lead: 'Lead', researcher: 'Researcher', agency: 'Agency staff' } as const;

/** A role in words, with the agency where there is one. */
export function roleText(role: keyof typeof ROLES, agencyName: string | null): string {
  return agencyName === null ? ROLES[role] : `${ROLES[role]}, ${agencyName}`;
}

/** The radios of a role, with the one in `chosen` checked. */
export function roleOptions(chosen: unknown) {
  return [
    { value: 'lead', text: 'Lead', hint: 'Everything a researcher does; also summaries and members' },
    { value: 'researcher', text: 'Researcher', hint: 'Visits, notes, themes, coding and extracts' },
    { value: 'agency', text: 'Agency staff', hint: 'Only the summaries published for their own agency' },
  ].map((option) => ({ ...option, checked: option.value === chosen }));
}

export function agencyOptions(agencies: { id: string; name: string }[], chosen: unknown) {
  return [
    { value: '', text: 'None', selected: false },
    ...agencies.map(({ id, name }) => ({ value: id, text: name, selected: id === chosen })),
  ];
}

/** The members page: who is in the study, who was, and who has been invited. */
export function membersView(members: Member[], accounts: Accounts, invitations: OpenInvitation[], place: Place) {
  const rows = members.map((member) => {
    const href = `${place.path}/members/${member.id}`;
    const account = accounts.get(member.personId);
    return {
      href,
      name: member.name,
      isSelf: member.id === place.membershipId,
      email: reachable(account?.email ?? ''),
      isDisabled: account?.isDisabled === true && !account.isFromFile,
      isFromFile: account?.isFromFile ?? false,
      isNameOnly: account !== undefined && reachable(account.email) === '',
      role: roleText(member.role, member.agencyName),
      since: formatDate(member.createdAt, place.timeZone),
      ended: member.endedAt && formatDate(member.endedAt, place.timeZone),
    };
  });
  return {
    present: rows.filter(({ ended }) => ended === null),
    past: rows.filter(({ ended }) => ended !== null),
    invitations: invitations.map((invitation) => ({
      href: `${place.path}/invitations/${invitation.id}`,
      name: invitation.name,
      email: invitation.email,
      role: roleText(invitation.role, invitation.agencyName),
      invitedBy: invitation.invitedBy,
      until: formatDate(invitation.expiresAt, place.timeZone),
      isExpired: invitation.isExpired,
    })),
  };
}

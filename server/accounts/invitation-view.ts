import { agencyOptions, roleOptions } from '../studies/member-view.ts';
import type { Invitation } from './invitation-queries.ts';

/** The fields of the form of an invitation, as typed so far. */
export function invitationFields(
  typed: { role?: unknown; agency?: unknown },
  agencies: { id: string; name: string }[],
): object {
  return { roles: roleOptions(typed.role), agencies: agencyOptions(agencies, typed.agency) };
}

const PLACES = { lead: 'as a lead', researcher: 'as a researcher', agency: 'as staff of an agency' } as const;

/** What an open invitation offers, in words. */
export function offerView(invitation: Invitation) {
  return {
    study: invitation.studyName,
    place: PLACES[invitation.role],
    name: invitation.name,
    email: invitation.email,
  };
}

/** Why an invitation cannot be accepted, and what to do; undefined when it can. `personId` is who looks at it. */
export function endedInvitation(
  invitation: Invitation | undefined,
  personId: string | undefined,
): { status: 404 | 410; heading: string; message: string; next: { href: string; text: string } } | undefined {
  if (invitation?.isOpen) return undefined;
  const next = { href: '/sign-in', text: 'Go to the sign-in page' };
  if (!invitation)
    return {
      status: 404,
      heading: 'We do not know this invitation',
      message: 'Check that you copied the whole link, or ask whoever invited you for a new one.',
      next,
    };
  if (invitation.isAccepted && invitation.acceptedBy === personId)
    return {
      status: 410,
      heading: 'You have accepted this invitation',
      message: `You are in the study “${invitation.studyName}”. There is nothing left to do here.`,
      next,
    };
  if (invitation.isAccepted)
    return {
      status: 410,
      heading: 'This invitation has been accepted',
      message: 'It works only once. If it was you who accepted it, sign in. If it was not, tell whoever invited you.',
      next,
    };
  return {
    status: 410,
    heading: invitation.isRevoked ? 'This invitation was withdrawn' : 'This invitation has expired',
    message: 'It no longer works. Ask whoever invited you for a new one.',
    next,
  };
}

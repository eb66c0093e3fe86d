import { formatDateTime } from '../../shared/dates.ts';
import type { ArchivedMember, ArchivePreview } from './archive-preview-service.ts';

const ZONE = 'Europe/London';

const COUNTS: [table: string, text: string][] = [
  ['notes', 'Notes'],
  ['note_revisions', 'Versions of notes'],
  ['note_drafts', 'Drafts'],
  ['themes', 'Themes'],
  ['codings', 'Codings'],
  ['memos', 'Memos'],
  ['agencies', 'Agencies'],
  ['visits', 'Visits'],
  ['participants', 'Participants'],
  ['memberships', 'Members, past ones too'],
  ['files', 'Files kept with notes'],
  ['summaries', 'Summaries for agencies'],
  ['events', 'Entries of the trail'],
];

const ROLES: Record<ArchivedMember['role'], string> = {
  lead: 'Lead',
  researcher: 'Researcher',
  agency: 'Agency staff',
};

/** What the page says of an archive before it is restored, and afterwards of its people. */
export function archiveView(preview: ArchivePreview) {
  const { members } = preview;
  const leads = members.filter(({ role, isPresent }) => role === 'lead' && isPresent);
  return {
    study: preview.study.name,
    installation: preview.installation,
    before: preview.before.join(', '),
    changed: preview.changedAt === null ? undefined : formatDateTime(new Date(preview.changedAt), ZONE),
    version: preview.version,
    counts: COUNTS.filter(([table]) => (preview.counts[table] ?? 0) > 0).map(([table, text]) => ({
      text,
      count: preview.counts[table]!.toLocaleString('en-GB'),
    })),
    trail: preview.trail,
    brokenAt: preview.trail.brokenAt ?? undefined,
    members: members
      .filter(({ isPresent }) => isPresent)
      .map(({ name, role, email, here }) => ({
        name,
        role: ROLES[role],
        email: email ?? '',
        becomes: here === null ? newcomer(email) : `The account of ${here} here, as it is`,
      })),
    hasLead: leads.some(({ email, here }) => email !== null || here !== null),
    isLedHere: leads.some(({ here }) => here !== null),
    unreadable: preview.unreadable === 0 ? undefined : preview.unreadable.toLocaleString('en-GB'),
    leftOut: preview.leftOut,
  };
}

function newcomer(email: string | null): string {
  return email === null
    ? 'A name without an account, as in the archive'
    : 'A new account, which lets nobody in before an administrator enables it';
}

import { counted } from '../../shared/counted.ts';
import { formatDateTime } from '../../shared/dates.ts';
import { NEVER_IN } from './manifest.ts';
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

export function archiveCounts(counts: Record<string, number>) {
  return COUNTS.filter(([table]) => (counts[table] ?? 0) > 0).map(([table, text]) => ({
    text,
    count: counts[table]!.toLocaleString('en-GB'),
  }));
}

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
    counts: archiveCounts(preview.counts),
    trail: preview.trail,
    chained: `${counted(preview.trail.links, 'entry', 'entries')} chained`,
    brokenAt: preview.trail.brokenAt ?? undefined,
    members: members
      .filter(({ isPresent }) => isPresent)
      .map(({ name, role, email, here }) => ({
        name,
        role: ROLES[role],
        email: email ?? '',
        becomes: here === null ? newcomer(email) : `Has an account here, as ${here}`,
      })),
    hasLead: leads.some(({ email, here }) => email !== null || here !== null),
    isLedHere: leads.some(({ here }) => here !== null),
    hasNewcomers: members.some(({ isPresent, email, here }) => isPresent && email !== null && here === null),
    unreadable: preview.unreadable === 0 ? undefined : preview.unreadable.toLocaleString('en-GB'),
    neverIn: NEVER_IN,
  };
}

function newcomer(email: string | null): string {
  return email === null ? 'A name without an account, as there' : 'A new account, closed at first';
}

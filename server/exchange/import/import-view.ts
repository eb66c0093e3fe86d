import { archiveView } from '../archive/archive-view.ts';
import { formatDateTime } from '../../shared/dates.ts';
import type { Remark, RemarkKind } from '../refi/refusal.ts';
import type { ImportReport } from './import-service.ts';
import { fittedName, LONGEST_STUDY_NAME } from './names.ts';
import type { Preview } from './preview-service.ts';
import type { ProjectImport } from './project-import-queries.ts';
import type { Counts } from './survey.ts';
import { waitsUntil } from './waiting.ts';

const ZONE = 'Europe/London';

const STATES: Record<ProjectImport['state'], { text: string; tag: string }> = {
  reading: { text: 'Being read', tag: 'govuk-tag--blue' },
  ready: { text: 'Read', tag: 'govuk-tag--yellow' },
  importing: { text: 'In progress', tag: 'govuk-tag--blue' },
  done: { text: 'Imported', tag: 'govuk-tag--green' },
  failed: { text: 'Not imported', tag: 'govuk-tag--red' },
};

const COUNTS: [key: keyof Counts, text: string, becomes: string][] = [
  ['texts', 'Texts', 'A note each, with a visit called “Imported”'],
  ['documents', 'PDF documents', 'A file of its note where a link says so, or a note with it'],
  ['pictures', 'Pictures', 'A file of its note where a link says so, or a note with it'],
  ['sounds', 'Sound recordings', 'A file of its note where a link says so, or a note with it'],
  ['videos', 'Video recordings', 'A file of its note where a link says so, or a note with it'],
  ['codes', 'Codes', 'Themes'],
  ['selections', 'Marked passages and areas', 'The passages of codings'],
  ['codings', 'Codings', 'Codings'],
  ['users', 'Users', 'Members from the file, who cannot sign in'],
  ['cases', 'Cases', 'Agencies'],
  ['memos', 'Notes and memos', 'Memos; a note if it is coded itself'],
  ['variables', 'Variables', 'Kept for the next export'],
  ['values', 'Values of variables', 'Kept for the next export'],
  ['links', 'Links', 'Kept for the next export'],
  ['sets', 'Sets', 'Kept for the next export'],
  ['graphs', 'Graphs', 'Kept for the next export'],
];

const KINDS: Record<RemarkKind, string> = {
  lost: 'Not held here',
  changed: 'Changed on the way',
  kept: 'Kept for the next export',
  unusual: 'Unusual in the file',
};

export function importListView(imports: ProjectImport[]) {
  return imports.map((one) => ({
    href: `/imports/${one.id}`,
    name: one.fileName,
    sent: formatDateTime(one.createdAt, ZONE),
    size: size(one.byteLength),
    state: STATES[one.state],
  }));
}

/** The page of one import. `same` are studies that the same file has become before. */
export function importView(found: ProjectImport, same: { founded: string; createdAt: Date }[]) {
  const { preview, state } = found;
  return {
    path: `/imports/${found.id}`,
    fileName: found.fileName,
    size: size(found.byteLength),
    sha256: found.sha256,
    state: STATES[state],
    isWaiting: state === 'reading' || state === 'importing',
    isReading: state === 'reading',
    isReady: state === 'ready',
    waits: state === 'ready' ? waitsUntil(found.createdAt, ZONE) : undefined,
    isDone: state === 'done',
    progress: found.progress,
    failure: state === 'failed' ? found.failure : undefined,
    study: found.founded === null ? undefined : `/studies/${found.founded}`,
    same: same.map(({ founded, createdAt }) => ({ href: `/studies/${founded}`, at: formatDateTime(createdAt, ZONE) })),
    archive: found.archive ? archiveView(found.archive) : undefined,
    ...(preview && previewView(preview)),
  };
}

function previewView(preview: Preview) {
  return {
    suggestedName: fittedName(preview.name, LONGEST_STUDY_NAME, ''),
    origin: preview.origin === '' ? 'a program that does not say its name' : preview.origin,
    counts: countsView(preview.counts),
    profile: profileView(preview.profile),
    choices: preview.profile.open.map(({ key, words, example }) => ({
      value: key,
      text: words,
      hint: example === '' ? undefined : `A passage then says: “${example.replace(/\s+/g, ' ')}”`,
      checked: false,
    })),
    remarks: remarksView(preview.remarks),
  };
}

export function countsView(counts: Counts) {
  return COUNTS.filter(([key]) => (counts[key] ?? 0) > 0).map(([key, text, becomes]) => ({
    text,
    count: counts[key].toLocaleString('en-GB'),
    becomes,
  }));
}

function profileView({ words, fits, of, reason }: Preview['profile']) {
  const share =
    of === 0
      ? undefined
      : `${fits.toLocaleString('en-GB')} of ${of.toLocaleString('en-GB')} passages begin and end as their words do.`;
  // Selections need not keep to words, but most do.
  const isPoor = of >= 10 && fits * 2 < of;
  return { words, share, reason, isPoor };
}

export function remarksView(remarks: readonly Remark[]) {
  return (Object.keys(KINDS) as RemarkKind[])
    .map((kind) => ({
      heading: KINDS[kind],
      items: remarks
        .filter((remark) => remark.kind === kind)
        .map(({ sentence, count, where }) => ({
          sentence,
          count: count.toLocaleString('en-GB'),
          where: where.slice(0, 10),
          more: count > 10 ? `and ${(count - Math.min(10, where.length)).toLocaleString('en-GB')} more` : undefined,
        })),
    }))
    .filter(({ items }) => items.length > 0);
}

/** The report of an import as a page of its study. */
export function reportView(
  report: ImportReport & { fileName: string; sha256: string; importedAt: Date; importedBy: string },
  place: { path: string; timeZone: string },
) {
  return {
    fileName: report.fileName,
    sha256: report.sha256,
    imported: formatDateTime(report.importedAt, place.timeZone),
    who: report.importedBy,
    origin: report.origin,
    counts: countsView(report.counts),
    made: madeView(report.made),
    profile: profileView(report.profile),
    remarks: remarksView(report.remarks),
    file: `${place.path}/imports/report`,
  };
}

const MADE: [table: string, text: string][] = [
  ['notes', 'Notes'],
  ['themes', 'Themes'],
  ['codings', 'Codings'],
  ['memos', 'Memos'],
  ['agencies', 'Agencies'],
  ['memberships', 'Members from the file'],
  ['attachments', 'Files'],
];

function madeView(made: Record<string, number>) {
  return MADE.filter(([table]) => (made[table] ?? 0) > 0).map(([table, text]) => ({
    text,
    count: made[table]!.toLocaleString('en-GB'),
  }));
}

/** The same as plain text, to be kept beside the file. */
export function reportText(report: ImportReport & { fileName: string; sha256: string }): string {
  const lines = [
    `Import of ${report.fileName} (SHA-256 ${report.sha256}), written by ${report.origin || 'an unnamed program'}`,
    '',
    'In the file:',
    ...countsView(report.counts).map(({ text, count }) => `  ${text}: ${count}`),
    'In the study:',
    ...madeView(report.made).map(({ text, count }) => `  ${text}: ${count}`),
    '',
    `Positions: ${report.profile.words}. ${report.profile.reason}`,
  ];
  for (const kind of Object.keys(KINDS) as RemarkKind[]) {
    const remarks = report.remarks.filter((remark) => remark.kind === kind);
    if (remarks.length === 0) continue;
    lines.push('', `${KINDS[kind]}:`);
    for (const { sentence, count, where } of remarks) {
      lines.push(`- ${sentence} (${count})`, ...where.map((one) => `    ${one.replace(/\s+/g, ' ')}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'KB'] : [bytes / 1_000_000, 'MB'];
  return `${amount.toLocaleString('en-GB', { maximumFractionDigits: 1 })} ${unit}`;
}

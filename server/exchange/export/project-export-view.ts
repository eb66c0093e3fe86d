import { rawTextsWarning } from '../../extracts/raw-words.ts';
import { formatDate, formatDateTime } from '../../shared/dates.ts';
import { archiveCounts } from '../archive/archive-view.ts';
import { NEVER_IN, type Origin } from '../archive/manifest.ts';
import { remarksView } from '../import/import-view.ts';
import { type Format, formatsFor } from './formats.ts';
import type { ProjectExport } from './project-export-queries.ts';

type Place = { path: string; timeZone: string };

const WORDS: Record<Format, { name: string; hint: string }> = {
  qdpx: {
    name: 'REFI-QDA project (.qdpx)',
    hint: 'Notes, themes, codings, coders, memos and agencies, for ATLAS.ti, MAXQDA, QualCoder and others',
  },
  'qdpx-nvivo': {
    name: 'REFI-QDA project for NVivo (.qdpx)',
    hint: 'The same with positions and line ends as NVivo counts them; choose it when notes contain emoji or rare characters',
  },
  archive: {
    name: 'Archive of the study (.qdpx)',
    hint: 'Everything, to be kept or restored in another installation of this program: earlier revisions, drafts, participants, consent, the trail, and codings that are still coded blind. Other programs open it as a project. Who participants really are is in it only encrypted',
  },
  qdc: { name: 'Codebook (.qdc)', hint: 'Themes with their definitions and colours' },
  'codebook-csv': { name: 'Codebook (CSV)', hint: 'A line a theme, for a spreadsheet' },
};

const STATES: Record<ProjectExport['state'], { text: string; tag: string }> = {
  making: { text: 'Being made', tag: 'govuk-tag--blue' },
  ready: { text: 'Made', tag: 'govuk-tag--green' },
  failed: { text: 'Not made', tag: 'govuk-tag--red' },
};

export function restoredView(found: { origin: Origin; restoredAt: Date } | undefined, { timeZone }: Place) {
  return found && { installation: found.origin.installation, at: formatDateTime(found.restoredAt, timeZone) };
}

export function formatOptions(role: string, chosen: unknown) {
  return formatsFor(role).map((format) => ({
    value: format,
    text: WORDS[format].name,
    hint: WORDS[format].hint,
    checked: format === chosen,
  }));
}

export function projectExportListView(exports: ProjectExport[], place: Place) {
  return exports.map((one) => ({
    name: `File ${one.number}`,
    href: `${place.path}/project-exports/${one.id}`,
    what: WORDS[one.format].name,
    made: formatDateTime(one.requestedAt, place.timeZone),
    who: one.requestedBy,
    state: STATES[one.state],
    sha256: one.sha256?.slice(0, 12) ?? '',
  }));
}

export function projectExportView(one: ProjectExport & { hasFile: boolean }, place: Place & { studyName: string }) {
  const path = `${place.path}/project-exports/${one.id}`;
  return {
    name: `File ${one.number}`,
    what: WORDS[one.format].name,
    path,
    file: `${path}/file`,
    requested: formatDateTime(one.requestedAt, place.timeZone),
    who: one.requestedBy,
    state: STATES[one.state],
    isMaking: one.state === 'making',
    hasFile: one.hasFile,
    failure: one.state === 'failed' ? one.failure : undefined,
    size: one.byteLength === null ? undefined : `${one.byteLength.toLocaleString('en-GB')} bytes`,
    sha256: one.sha256,
    codebook: one.report?.codebook,
    citation: one.sha256 === null ? undefined : citation(one, one.sha256, place),
    isArchive: one.format === 'archive',
    raw: rawTextsWarning({ notes: one.report?.counts.rawNotes ?? 0 }),
    counts: one.format === 'archive' ? archiveCounts(one.report?.counts ?? {}) : countsOf(one.report?.counts ?? {}),
    neverIn: one.format === 'archive' ? NEVER_IN : undefined,
    remarks: remarksView(one.report?.remarks ?? []).map((group) => ({
      ...group,
      heading: group.heading === 'Not held here' ? 'Not in the file' : group.heading,
    })),
  };
}

/** "Connecting People: File 3 of the whole study (25 November 2026; REFI-QDA project; codebook version 3; SHA-256 0123456789ab)." */
function citation(one: ProjectExport, sha256: string, { studyName, timeZone }: Place & { studyName: string }): string {
  const codebook = one.report?.codebook;
  const facts = [
    formatDate(one.requestedAt, timeZone),
    WORDS[one.format].name.replace(/ \(.*/, ''),
    ...(codebook ? [`codebook: ${codebook.charAt(0).toLowerCase()}${codebook.slice(1)}`] : []),
    `SHA-256 ${sha256.slice(0, 12)}`,
  ];
  return `${studyName}: File ${one.number} of the whole study (${facts.join('; ')}).`;
}

function countsOf(counts: Record<string, number>) {
  return Object.entries(counts)
    .filter(([name]) => name in COUNTED)
    .map(([name, count]) => ({ text: COUNTED[name]!, count: count.toLocaleString('en-GB') }));
}

const COUNTED: Record<string, string> = {
  TextSource: 'Texts',
  PDFSource: 'PDF documents',
  PictureSource: 'Pictures',
  AudioSource: 'Sound recordings',
  VideoSource: 'Video recordings',
  Code: 'Themes',
  Coding: 'Codings',
  User: 'Authors and coders',
  Case: 'Agencies',
  Note: 'Memos',
};

import { formatDate, formatDateTime } from '../shared/dates.ts';
import type { Export } from './export-queries.ts';
import type { Making } from './export-service.ts';
import { EXPORT_FORMATS, type ExportSubject } from './export-formats.ts';
import { rawInWords, rawSentence } from './raw-words.ts';
import { filterHref } from './extract-filter.ts';
import { counted } from '../shared/counted.ts';
import { byField } from './formats/description-words.ts';

type Place = { path: string; timeZone: string };

/** How far an export has come, in words and as a GOV.UK tag. */
export function exportState({ completedAt, abandonedAt }: Export): { text: string; tag: string } {
  if (completedAt !== null) return { text: 'Downloaded', tag: 'govuk-tag--green' };
  if (abandonedAt !== null) return { text: 'Stopped part-way', tag: 'govuk-tag--yellow' };
  return { text: 'Not downloaded yet', tag: 'govuk-tag--grey' };
}

export function exportListView(exports: Export[], place: Place) {
  return exports.map((one) => ({
    name: `Export ${one.number}`,
    href: `${place.path}/exports/${one.id}`,
    requested: formatDateTime(one.requestedAt, place.timeZone),
    who: one.requestedBy,
    what: EXPORT_FORMATS[one.format].name,
    filter: filterInWords(one),
    raw: rawInWords(one.raw, EXPORT_FORMATS[one.format].subject),
    state: exportState(one),
    rows: one.rowCount?.toLocaleString('en-GB') ?? '',
    sha256: one.sha256?.slice(0, 12) ?? '',
    recipient: one.recipient,
  }));
}

const COUNTED: Record<ExportSubject, string> = {
  extracts: 'Extracts',
  codebook: 'Themes',
  note: 'Paragraphs',
  tidy: 'Rows of all tables',
  project: 'Codings or themes',
};

// What a row of its file is.
const ONE_ROW: Record<ExportSubject, string> = {
  extracts: 'extract',
  codebook: 'theme',
  note: 'paragraph',
  tidy: 'row',
  project: 'row',
};

/** The page of one export; `unchanged` is undefined where it has not been looked up. */
export function exportView(one: Export, unchanged: boolean | undefined, place: Place & { studyName: string }) {
  const { subject, name } = EXPORT_FORMATS[one.format];
  return {
    name: `Export ${one.number}`,
    what: name,
    isOfExtracts: subject === 'extracts',
    isFiltered: subject === 'extracts' || subject === 'note' || one.filter.read.length > 0,
    raw: rawInWords(one.raw, subject),
    rawSentence: rawSentence(one.raw, subject),
    onlyDeidentified:
      subject === 'extracts'
        ? filterHref(`${place.path}/extracts`, { ...one.filter, deidentified: 'only' })
        : undefined,
    isNoneRaw: one.raw !== null && one.raw.notes === 0 && subject !== 'codebook',
    counted: COUNTED[subject],
    isCsv: one.format === 'csv',
    codebook: one.codebook,
    path: `${place.path}/exports/${one.id}`,
    file: `${place.path}/exports/${one.id}/file`,
    outside: one.disclosureId && {
      recipient: one.recipient,
      purpose: one.purpose,
      href: `${place.path}/disclosures/${one.disclosureId}`,
    },
    citation: citation(one, place),
    requested: formatDateTime(one.requestedAt, place.timeZone),
    who: one.requestedBy,
    filter: one.filter.read,
    extracts: filterHref(`${place.path}/extracts`, one.filter),
    state: exportState(one),
    byteOrderMark: one.byteOrderMark,
    completed: one.completedAt ? formatDateTime(one.completedAt, place.timeZone) : undefined,
    rows: one.rowCount?.toLocaleString('en-GB'),
    size: one.byteLength === null ? undefined : inBytes(one.byteLength),
    sha256: one.sha256,
    hasChanged: unchanged === false,
    isSame: unchanged === true,
    isUnchecked: one.sha256 !== null && unchanged === undefined && one.disclosureId === null,
  };
}

/** "Connecting People: Export 12 (25 November 2026; 214 extracts; codebook version 3; SHA-256 0123456789ab)." */
function citation(one: Export, { studyName, timeZone }: { studyName: string; timeZone: string }): string {
  const facts = [
    formatDate(one.requestedAt, timeZone),
    one.rowCount === null ? undefined : counted(one.rowCount, ONE_ROW[EXPORT_FORMATS[one.format].subject]),
    one.codebook === '' ? undefined : `codebook: ${one.codebook.charAt(0).toLowerCase()}${one.codebook.slice(1)}`,
    one.sha256 === null ? undefined : `SHA-256 ${one.sha256.slice(0, 12)}`,
  ];
  return `${studyName}: Export ${one.number} (${facts.filter((fact) => fact !== undefined).join('; ')}).`;
}

/** "Being sent: 12,000 of 100,000 (12%)"; by bytes where rows are not counted on the way. */
export function progressInWords({ isCompared, bytes, rows, of }: Making): string {
  const doing = isCompared ? 'Being compared with the record' : 'Being made and sent';
  if (!rows || !of) return `${doing}: ${inBytes(bytes())} so far`;
  const done = Math.min(rows(), of);
  const percent = Math.floor((100 * done) / of);
  return `${doing}: ${done.toLocaleString('en-GB')} of ${of.toLocaleString('en-GB')} (${percent}%)`;
}

function filterInWords({ filter }: Export): string {
  if (filter.read.length === 0) return 'Everything';
  return byField(filter.read)
    .map(([field, texts]) => `${field}: ${texts.join(', ')}`)
    .join('; ');
}

function inBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1000, 'KB'] : [bytes / 1_000_000, 'MB'];
  return `${size.toLocaleString('en-GB', { maximumFractionDigits: 1 })} ${unit} (${bytes.toLocaleString('en-GB')} bytes)`;
}

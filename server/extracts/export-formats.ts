/** What an export is of. */
export type ExportSubject = 'extracts' | 'codebook' | 'note' | 'tidy' | 'project';

type FormatWords = { subject: ExportSubject; name: string; hint: string; ending: string; mediaType: string };

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Every format that an export can have. `name` stands in "Download as …". */
export const EXPORT_FORMATS = {
  csv: {
    subject: 'extracts',
    name: 'CSV',
    hint: 'a line an extract, for any program',
    ending: 'csv',
    mediaType: 'text/csv; charset=utf-8',
  },
  xlsx: {
    subject: 'extracts',
    name: 'Excel (XLSX)',
    hint: 'sheets of extracts, themes, and the filter',
    ending: 'xlsx',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  docx: {
    subject: 'extracts',
    name: 'Word (DOCX)',
    hint: 'to read on paper: by theme, then agency',
    ending: 'docx',
    mediaType: WORD,
  },
  html: {
    subject: 'extracts',
    name: 'Web page (HTML)',
    hint: 'one file, to read in a browser and print',
    ending: 'html',
    mediaType: 'text/html; charset=utf-8',
  },
  jsonl: {
    subject: 'extracts',
    name: 'JSON Lines',
    hint: 'an object an extract, for programs',
    ending: 'jsonl',
    mediaType: 'application/jsonl; charset=utf-8',
  },
  'codebook-docx': {
    subject: 'codebook',
    name: 'Codebook, Word (DOCX)',
    hint: 'definitions, rules, examples and counts',
    ending: 'docx',
    mediaType: WORD,
  },
  'note-txt': {
    subject: 'note',
    name: 'Note, plain text',
    hint: 'numbered paragraphs, codings below each',
    ending: 'txt',
    mediaType: 'text/plain; charset=utf-8',
  },
  'note-docx': {
    subject: 'note',
    name: 'Note, Word (DOCX)',
    hint: 'codings in the margin',
    ending: 'docx',
    mediaType: WORD,
  },
  'note-html': {
    subject: 'note',
    name: 'Note, web page (HTML)',
    hint: 'codings in the margin',
    ending: 'html',
    mediaType: 'text/html; charset=utf-8',
  },
  // For the team these are made by server/exchange and numbered there; here they are what leaves the team.
  qdpx: {
    subject: 'project',
    name: 'The whole study, REFI-QDA project (.qdpx)',
    hint: 'whatever the filter: released notes, themes, codings and memos, for ATLAS.ti, MAXQDA, QualCoder and others',
    ending: 'qdpx',
    mediaType: 'application/octet-stream',
  },
  'qdpx-nvivo': {
    subject: 'project',
    name: 'The whole study for NVivo (.qdpx)',
    hint: 'the same with positions and line ends as NVivo counts them',
    ending: 'qdpx',
    mediaType: 'application/octet-stream',
  },
  qdc: {
    subject: 'project',
    name: 'The codebook (.qdc)',
    hint: 'themes with their definitions and colours, for other programs',
    ending: 'qdc',
    mediaType: 'application/octet-stream',
  },
  'codebook-csv': {
    subject: 'project',
    name: 'The codebook, CSV',
    hint: 'a line a theme, for a spreadsheet',
    ending: 'csv',
    mediaType: 'text/csv; charset=utf-8',
  },
  'tidy-zip': {
    subject: 'tidy',
    name: 'Tables for R or Python (ZIP)',
    hint: 'agencies, visits, notes, themes and codings as CSV, with a data dictionary',
    ending: 'zip',
    mediaType: 'application/zip',
  },
} as const satisfies Record<string, FormatWords>;

export type ExportFormat = keyof typeof EXPORT_FORMATS;
export type ExtractFormat = 'csv' | 'xlsx' | 'docx' | 'html' | 'jsonl';
export type NoteFormat = 'note-txt' | 'note-docx' | 'note-html';

export const EXPORT_FORMAT_NAMES = Object.keys(EXPORT_FORMATS) as [ExportFormat, ...ExportFormat[]];

/** Those that a team can ask for here: its files of the whole study are made and numbered by server/exchange. */
export const TEAM_FORMAT_NAMES = EXPORT_FORMAT_NAMES.filter(
  (format) => EXPORT_FORMATS[format].subject !== 'project',
) as [ExportFormat, ...ExportFormat[]];

/** The formats of one subject, in the order in which they are offered. */
export function formatsOf(subject: ExportSubject): { value: ExportFormat; name: string; hint: string }[] {
  return EXPORT_FORMAT_NAMES.filter((value) => EXPORT_FORMATS[value].subject === subject).map((value) => {
    const { name, hint } = EXPORT_FORMATS[value];
    return { value, name, hint };
  });
}

import { formatDate, formatDateTime, formatTime } from '../shared/dates.ts';
import { waitsUntil } from '../exchange/import/waiting.ts';
import { shortened } from '../shared/text.ts';
import { counted } from '../shared/counted.ts';
import { type ImportState, isWanted, type ListedDocument, type NoteImport } from './note-import.ts';
import type { VisitChoice } from './document-queries.ts';
import type { ListedImport } from './note-import-queries.ts';
import { type DocumentKind, KINDS } from './reading/read-document.ts';

type Place = { path: string; timeZone: string };

const STATES: Record<ImportState, { text: string; tag: string }> = {
  reading: { text: 'Being read', tag: 'govuk-tag--blue' },
  ready: { text: 'Waits for you', tag: 'govuk-tag--yellow' },
  importing: { text: 'Being imported', tag: 'govuk-tag--blue' },
  done: { text: 'Imported', tag: 'govuk-tag--green' },
  failed: { text: 'Not imported', tag: 'govuk-tag--red' },
  dropped: { text: 'Thrown away', tag: 'govuk-tag--grey' },
};

export function noteImportListView(imports: ListedImport[], { path, timeZone }: Place) {
  return imports.map((one) => ({
    href: `${path}/imports/${one.id}`,
    started: formatDateTime(one.startedAt, timeZone),
    documents: one.documents.toLocaleString('en-GB'),
    notes: one.state === 'done' ? one.notes.toLocaleString('en-GB') : '',
    state: STATES[one.state],
  }));
}

/** "BlueSCI, 14 November 2011, 10:00 – First visits, drop-in". */
export function visitWords({ agency, startsAt, phase, setting }: VisitChoice, timeZone: string): string {
  return `${agency}, ${formatDate(startsAt, timeZone)}, ${formatTime(startsAt, timeZone)} – ${phase}, ${setting}`;
}

export function visitOptions(visits: VisitChoice[], chosen: string | null | undefined, timeZone: string) {
  return [
    { value: '', text: visits.length === 0 ? 'No visit is recorded yet' : 'Choose a visit', selected: !chosen },
    ...visits.map((visit) => ({
      value: visit.id,
      text: visitWords(visit, timeZone),
      selected: visit.id === chosen,
    })),
  ];
}

/** The page of one import. */
export function noteImportView(
  found: NoteImport,
  documents: ListedDocument[],
  visits: VisitChoice[],
  place: Place & { shown?: Record<string, unknown> | undefined },
) {
  const path = `${place.path}/imports/${found.id}`;
  const { state } = found;
  const known = new Map(visits.map((visit) => [visit.id, visit]));
  const wanted = documents.filter(isWanted);
  const refused = documents.filter(({ refusal }) => refusal !== null);
  const leftOut = documents.filter((one) => one.refusal === null && one.leftOut);
  const without = wanted.filter(({ visitId }) => visitId === null);
  const made = documents.filter(({ noteId }) => noteId !== null);
  const there = made.filter(({ noteRemoved }) => !noteRemoved);
  return {
    path,
    started: formatDateTime(found.startedAt, place.timeZone),
    state: STATES[state],
    isWaiting: state === 'reading' || state === 'importing',
    isReading: state === 'reading',
    isReady: state === 'ready',
    // Of documents that are left out some can still be taken in.
    hasDocuments: wanted.length + leftOut.length > 0,
    waits: state === 'ready' ? waitsUntil(found.startedAt, place.timeZone) : undefined,
    isDone: state === 'done',
    progress: found.progress,
    failure: found.failure ?? undefined,
    nothingKept: state === 'failed',
    remarks: found.remarks,
    summary: [
      wanted.length === 0
        ? 'No document becomes a note'
        : counted(wanted.length, 'document becomes a note', 'documents become notes'),
      ...(leftOut.length > 0 ? [`${leftOut.length.toLocaleString('en-GB')} left out`] : []),
      ...(refused.length > 0 ? [`${refused.length.toLocaleString('en-GB')} cannot be read`] : []),
    ].join(', '),
    without: without.length,
    withoutWords: without.length > 0 ? counted(without.length, 'document has no visit', 'documents have no visit') : '',
    canConfirm: wanted.length > 0 && without.length === 0,
    confirm: wanted.length > 0 ? `Make ${counted(wanted.length, 'note')}` : undefined,
    visits: visitOptions(visits, place.shown?.visit as string | undefined, place.timeZone),
    pattern: (place.shown?.pattern as string | undefined) ?? '',
    hasVisits: visits.length > 0,
    which: [
      { value: 'without', text: 'Those that have no visit yet', checked: place.shown?.which !== 'all' },
      { value: 'all', text: 'All of them', checked: place.shown?.which === 'all' },
    ],
    documents: documents.map((one) => documentLine(one, path, known, place)),
    notes: there.map(({ noteId, noteTitle }) => ({
      href: `${place.path}/notes/${noteId}`,
      title: noteTitle || 'Untitled note',
    })),
    madeWords: counted(made.length, 'note was made', 'notes were made'),
    undo: there.length > 0 ? `Undo: remove ${counted(there.length, 'note')}` : undefined,
    redo: made.length > there.length ? `Bring back ${counted(made.length - there.length, 'note')}` : undefined,
    removedWords:
      made.length > there.length
        ? `${counted(made.length - there.length, 'of them is removed', 'of them are removed')}.`
        : undefined,
  };
}

function documentLine(one: ListedDocument, path: string, known: Map<string, VisitChoice>, { timeZone }: Place) {
  const visit = one.visitId === null ? undefined : known.get(one.visitId);
  const [first, ...rest] = one.start.split('\n').filter((line) => line.trim() !== '');
  return {
    href: one.refusal === null ? `${path}/documents/${one.id}` : undefined,
    fileName: one.fileName,
    folder: one.folder,
    title: one.title,
    first: shortened(first ?? '', 160),
    second: shortened(rest[0] ?? '', 160),
    kind: one.kind === '' ? '' : KINDS[one.kind as DocumentKind].words,
    size: `${counted(one.paragraphs, 'paragraph')}, ${counted(one.words, 'word')}`,
    visit: visit ? visitWords(visit, timeZone) : undefined,
    visitHint: one.visitHint ?? undefined,
    remarks: one.remarks,
    refusal: one.refusal ?? undefined,
    same: one.sameAs === null ? undefined : sameWords(one.sameAs),
    leftOut: one.leftOut,
    needsVisit: isWanted(one) && !visit,
  };
}

function sameWords(sameAs: string): string {
  return sameAs === ''
    ? 'A note of this study was made of the same document already.'
    : `It says the same as “${sameAs}” above.`;
}

/** The page on which one document is looked at and decided about. */
export function documentView(
  one: ListedDocument & { body: string },
  visits: VisitChoice[],
  place: Place & { importId: string; typed?: Record<string, unknown> | undefined },
) {
  const path = `${place.path}/imports/${place.importId}`;
  const { typed } = place;
  const paragraphs = one.body.split('\n').filter((line) => line.trim() !== '');
  const decision = typed?.decision ?? (one.leftOut ? 'leave-out' : 'import');
  return {
    ...documentLine(one, path, new Map(visits.map((visit) => [visit.id, visit])), place),
    action: `${path}/documents/${one.id}`,
    cancel: path,
    values: { title: typed?.title ?? one.title },
    visits: visitOptions(visits, (typed?.visit as string | undefined) ?? one.visitId, place.timeZone),
    decisions: [
      { value: 'import', text: 'It becomes a note', checked: decision === 'import' },
      { value: 'leave-out', text: 'Leave it out', checked: decision === 'leave-out' },
    ],
    files: ['The document as it came', ...(one.pictures > 0 ? [counted(one.pictures, 'picture')] : [])].join(', '),
    text: paragraphs.slice(0, SHOWN),
    more:
      paragraphs.length > SHOWN
        ? `${counted(paragraphs.length - SHOWN, 'more paragraph')} that are not shown here.`
        : '',
  };
}

const SHOWN = 100;

import { SCOPE_WORDS, SCOPES, WAY_WORDS, wayChoices } from '../consent/consent.ts';
import { counted } from '../shared/counted.ts';
import { formatCalendarDate, formatDate, formatDateTime } from '../shared/dates.ts';
import type { Touched } from './preview-queries.ts';
import type { Withdrawal } from './withdrawal-queries.ts';

/** So many notes are shown open. */
const OPEN_NOTES = 2;

type Place = { path: string; timeZone: string };

/** What is touched, for reading before deciding. `kept` are paragraphs that stay, `chosen` attachments that go. */
export function previewView(
  touched: Touched,
  given: {
    kept: readonly { noteId: string; start: number }[];
    chosen: readonly string[];
  },
  { path, timeZone }: Place,
) {
  const isKept = (noteId: string, start: number) =>
    given.kept.some((paragraph) => paragraph.noteId === noteId && paragraph.start === start);
  const notes = [...new Set(touched.paragraphs.map(({ noteId }) => noteId))];
  const codings = touched.paragraphs.reduce((sum, paragraph) => sum + paragraph.codings, 0);
  const extent = `${counted(touched.paragraphs.length, 'paragraph')} of ${counted(notes.length, 'note')}`;
  const kept = touched.paragraphs.filter(({ noteId, start }) => isKept(noteId, start)).length;
  const going = touched.attachments.filter(({ id }) => given.chosen.includes(id)).length;
  return {
    extent,
    isSparing: kept > 0,
    staying: kept > 0 ? `but for ${counted(kept, 'paragraph')} that ${kept === 1 ? 'stays' : 'stay'}` : undefined,
    going: going > 0 ? `${counted(going, 'attachment')} of these notes` : undefined,
    counts: [
      extent,
      counted(touched.revisions, 'saved version of a note', 'saved versions of notes') + ', older ones included',
      counted(codings, 'coding') + ' of those paragraphs',
      counted(touched.memos, 'memo') + ' that use the pseudonym',
      counted(touched.visits, 'visit') + ' at which they were present',
    ],
    notes: notes.map((noteId) => {
      const paragraphs = touched.paragraphs.filter((paragraph) => paragraph.noteId === noteId);
      return {
        href: `${path}/notes/${noteId}`,
        title: paragraphs[0]!.title,
        date: formatDate(paragraphs[0]!.visitedAt, timeZone),
        count: counted(paragraphs.length, 'paragraph'),
        isKeeping: paragraphs.some(({ start }) => isKept(noteId, start)),
        // The words are before whoever confirms where they are few; of many, the first note.
        isShort: notes.length <= OPEN_NOTES || noteId === notes[0],
        paragraphs: paragraphs.map(({ number, start, body, codings: coded }) => ({
          number,
          body,
          codings: coded > 0 ? counted(coded, 'coding') : undefined,
          value: `${noteId}:${start}`,
          isKept: isKept(noteId, start),
        })),
      };
    }),
    attachments: touched.attachments.map(({ id, fileName, noteId }) => ({
      id,
      fileName,
      href: `${path}/notes/${noteId}/attachments`,
      isChosen: given.chosen.includes(id),
    })),
    outOfSight:
      touched.outOfSight === 0
        ? undefined
        : `${counted(touched.outOfSight, 'note')} that only ${touched.outOfSight === 1 ? 'its author' : 'their authors'} and the lead may read: not shown or counted here, and treated in the same way`,
    exports: [
      ...touched.exports.map((number) => ({
        href: `${path}/exports`,
        text: `Extracts, export ${number.toLocaleString('en-GB')}`,
      })),
      ...touched.projectExports.map((number) => ({
        href: `${path}/project-exports`,
        text: `The whole study, file ${number.toLocaleString('en-GB')}`,
      })),
    ],
    byHand: [
      ...touched.summaries.map(({ id, title }) => ({ href: `${path}/summaries/${id}`, text: `Summary: ${title}` })),
      ...touched.themes.map(({ id, name }) => ({ href: `${path}/themes/${id}`, text: `Theme: ${name}` })),
    ],
  };
}

export function withdrawalChoices(values: Record<string, unknown>) {
  return {
    scopes: SCOPES.map((value) => ({
      value,
      text: SCOPE_WORDS[value].title,
      hint: SCOPE_WORDS[value].means,
      checked: values.scope === value,
    })),
    ways: wayChoices(values.how),
  };
}

export function withdrawalView(withdrawal: Withdrawal, { path, timeZone }: Place) {
  const { effect } = withdrawal;
  return {
    href: `${path}/withdrawals/${withdrawal.id}`,
    scope: SCOPE_WORDS[withdrawal.scope],
    isErasure: withdrawal.scope === 'erasure',
    state: withdrawal.confirmedAt
      ? { text: 'Erased', tag: 'govuk-tag--grey' }
      : withdrawal.cancelledAt
        ? { text: 'Cancelled', tag: 'govuk-tag--grey' }
        : withdrawal.scope === 'erasure'
          ? { text: 'Waits for a second person', tag: 'govuk-tag--yellow' }
          : { text: 'Holds', tag: 'govuk-tag--red' },
    isOpen: withdrawal.confirmedAt === null && withdrawal.cancelledAt === null,
    on: formatCalendarDate(withdrawal.withdrawnOn),
    how: withdrawal.how === null ? undefined : WAY_WORDS[withdrawal.how],
    requested: `${formatDateTime(withdrawal.requestedAt, timeZone)} by ${withdrawal.requestedBy}`,
    cancelled: withdrawal.cancelledAt
      ? `${formatDateTime(withdrawal.cancelledAt, timeZone)} by ${withdrawal.cancelledBy}`
      : undefined,
    confirmed: withdrawal.confirmedAt
      ? `${formatDateTime(withdrawal.confirmedAt, timeZone)} by ${withdrawal.confirmedBy}`
      : undefined,
    effect: effect
      ? `${counted(effect.paragraphs, 'paragraph')} of ${counted(effect.notes, 'note')} in ${counted(effect.revisions, 'version')}, ${counted(effect.codings, 'coding')} and ${counted(effect.attachments, 'attachment')} were erased.`
      : undefined,
  };
}

import { SCOPE_WORDS, SCOPES, WAY_WORDS, WAYS } from '../consent/consent.ts';
import { formatCalendarDate, formatDate, formatDateTime } from '../shared/dates.ts';
import type { Touched } from './preview-queries.ts';
import type { Withdrawal } from './withdrawal-queries.ts';

type Place = { path: string; timeZone: string };
const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

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
  return {
    counts: [
      plural(touched.paragraphs.length, 'paragraph', 'paragraphs') + ` of ${plural(notes.length, 'note', 'notes')}`,
      plural(touched.revisions, 'saved version of a note', 'saved versions of notes') + ', older ones included',
      plural(codings, 'coding', 'codings') + ' of those paragraphs',
      plural(touched.memos, 'memo', 'memos') + ' that use the pseudonym',
      plural(touched.visits, 'visit', 'visits') + ' at which they were present',
    ],
    notes: notes.map((noteId) => {
      const paragraphs = touched.paragraphs.filter((paragraph) => paragraph.noteId === noteId);
      return {
        href: `${path}/notes/${noteId}`,
        title: paragraphs[0]!.title,
        date: formatDate(paragraphs[0]!.visitedAt, timeZone),
        count: plural(paragraphs.length, 'paragraph', 'paragraphs'),
        paragraphs: paragraphs.map(({ number, start, body, codings: coded }) => ({
          number,
          body,
          codings: coded > 0 ? plural(coded, 'coding', 'codings') : undefined,
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
        : `${plural(touched.outOfSight, 'note', 'notes')} that only ${touched.outOfSight === 1 ? 'its author' : 'their authors'} and the lead may read: not shown or counted here, and treated in the same way`,
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
    ways: [
      { value: '', text: 'Not recorded', selected: !values.how },
      ...WAYS.map((value) => ({ value, text: WAY_WORDS[value], selected: values.how === value })),
    ],
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
      ? `${plural(effect.paragraphs, 'paragraph', 'paragraphs')} of ${plural(effect.notes, 'note', 'notes')} in ${plural(effect.revisions, 'version', 'versions')}, ${plural(effect.codings, 'coding', 'codings')} and ${plural(effect.attachments, 'attachment', 'attachments')} were erased.`
      : undefined,
  };
}

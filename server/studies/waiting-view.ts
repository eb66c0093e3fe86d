import { CLASS_WORDS, overdueClasses } from '../retention/retention.ts';
import { counted } from '../shared/counted.ts';
import { formatDate, toLocalDate } from '../shared/dates.ts';
import type { Waiting } from './waiting-queries.ts';

/** Confirming what cannot be undone comes first. `about`: who asked and when. */
export type WaitingItem = { text: string; href: string; about?: string };

/** What waits for the reader, each with the page on which they do it; nothing where nothing waits. */
export function waitingView(
  waiting: Waiting,
  { path, timeZone }: { path: string; timeZone: string },
  now = new Date(),
): WaitingItem[] {
  const asked = ({ askedBy, askedAt }: { askedBy: string; askedAt: string }) =>
    `${askedBy} asked for it on ${formatDate(new Date(askedAt), timeZone)}. It needs a second person: you.`;
  const overdue = waiting.retention ? overdueClasses(waiting.retention, toLocalDate(now, timeZone)).length : 0;
  const counts: [number, string, string][] = [
    [
      waiting.toCheck,
      `${counted(waiting.toCheck, 'note')} to check after somebody else de-identified ${waiting.toCheck === 1 ? 'it' : 'them'}`,
      `${path}/notes?step=de-identified`,
    ],
    [waiting.toRelease, `${counted(waiting.toRelease, 'checked note')} to release`, `${path}/notes?step=checked`],
    [waiting.codings, `${counted(waiting.codings, 'coding')} to review, because the text was edited`, '#to-review'],
    [overdue, `${counted(overdue, 'kind of data is', 'kinds of data are')} past the review date`, `${path}/retention`],
  ];
  return [
    ...waiting.disposals.map((disposal) => ({
      text: `Disposal to confirm or cancel: ${CLASS_WORDS[disposal.class].title.toLowerCase()}`,
      href: `${path}/disposals/${disposal.id}`,
      about: asked(disposal),
    })),
    ...waiting.erasures.map((erasure) => ({
      text: `Erasure to confirm or take back: ${erasure.pseudonym}`,
      href: `${path}/withdrawals/${erasure.id}`,
      about: asked(erasure),
    })),
    ...counts.filter(([count]) => count > 0).map(([, text, href]) => ({ text, href })),
  ];
}

/** How many finished notes the reader could de-identify; undefined where there are none. */
export function stepsView({ raw }: Pick<Waiting, 'raw'>, path: string) {
  return raw === 0
    ? undefined
    : { text: `${counted(raw, 'note')} to be de-identified`, href: `${path}/notes?step=raw&state=finished` };
}

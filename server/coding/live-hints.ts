import type { Announcement } from '../database/announcements.ts';

/** What a page is told: that something changed, never what it is now, nor who did it. Ids of codings and themes. */
export type Hint = { codings: string[]; themes: string[]; text: boolean };

/** What the stream of a member's page on a note says about `said`: a hint, that all is to be read anew, or nothing. */
export function hintFor(
  said: Announcement | undefined,
  page: { study: string; note: string; member: string },
): Hint | 'reread' | undefined {
  if (said === undefined) return 'reread';
  if (said.study !== page.study || (said.only !== null && said.only !== page.member)) return undefined;
  if (said.changes === null) return 'reread';
  const mine = said.changes.filter(
    ({ kind, note }) => isAbout(kind, 'theme') || (note === null ? isAbout(kind, 'double-coding') : note === page.note),
  );
  // What happens to drafts of the note is nobody else's affair, and shows nowhere in its codings.
  const concerning = mine.filter(({ kind }) => !isAbout(kind, 'draft'));
  if (concerning.length === 0) return undefined;
  const ids = (noun: string) =>
    distinct(concerning.filter(({ kind }) => isAbout(kind, noun)).map(({ subject }) => subject));
  return {
    codings: ids('coding').filter((id) => id !== page.note),
    themes: ids('theme'),
    text: concerning.some(({ kind }) => kind === 'note.saved'),
  };
}

/** Whether `said` may mean that the person or member must not go on reading: their stream asks at once. */
export function mayEnd(
  said: Announcement | undefined,
  who: { study: string; member: string; person: string },
): boolean {
  return (said?.changes ?? []).some(
    ({ kind, subject, person }) =>
      (isAbout(kind, 'membership') && subject === who.member) ||
      (['person', 'password', 'session', 'second-step'].some((noun) => isAbout(kind, noun)) &&
        (subject === who.person || person === who.person)),
  );
}

function isAbout(kind: string, noun: string): boolean {
  return kind.startsWith(`${noun}.`);
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

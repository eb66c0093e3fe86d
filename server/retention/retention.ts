import { createHash } from 'node:crypto';

/** Classes of data, from those kept shortest to those kept longest. */
export const DATA_CLASSES = ['identities', 'raw-notes', 'attachments', 'consent', 'notes', 'exports', 'trail'] as const;
export type DataClass = (typeof DATA_CLASSES)[number];

export const DISPOSABLE = ['identities', 'raw-notes', 'attachments', 'consent', 'notes'] as const;
export type Disposable = (typeof DISPOSABLE)[number];

/**
 * `months` after the last visit (before there is one, after the study began) the class is looked at. A rule of this
 * program, to be changed by the study's own policy: identities shortest, de-identified notes ten years.
 */
export const CLASS_WORDS: Record<DataClass, { title: string; holds: string; months: number; disposing: string }> = {
  identities: {
    title: 'Identities and contact details',
    holds: 'Who participants really are, and what was replaced in notes by pseudonyms.',
    months: 12,
    disposing: 'Every identity is deleted. Nobody can tell from then on who a pseudonym is.',
  },
  'raw-notes': {
    title: 'Earlier versions of notes, and drafts',
    holds: 'What notes said before their newest version: raw texts of de-identified notes among them.',
    months: 36,
    disposing:
      'The text of every version but the newest goes, with drafts that were never saved, and codings that still wait on earlier words.',
  },
  attachments: {
    title: 'Attachments',
    holds: 'Photographs and documents kept with notes.',
    months: 36,
    disposing: 'Every file is deleted from the disk, and its record with it.',
  },
  consent: {
    title: 'Consent records',
    holds: 'Remarks on consent and versions of forms. What holds, since when and how it was said stays on record.',
    months: 120,
    disposing: 'Remarks and versions of forms are emptied.',
  },
  notes: {
    title: 'Notes and codings',
    holds: 'The newest version of every note, its codings, and memos on it.',
    months: 120,
    disposing: 'The text of every note goes, with all codings and the memos on them. Themes and summaries stay.',
  },
  exports: {
    title: 'Records of exports',
    holds:
      'Who exported what and when. The program keeps no copy of extracts, and one of the whole study for a day at most.',
    months: 120,
    disposing: '',
  },
  trail: {
    title: 'The trail',
    holds: 'Who did what and when, without any text.',
    months: 120,
    disposing: '',
  },
};

export function isDisposable(name: string): name is Disposable {
  return (DISPOSABLE as readonly string[]).includes(name);
}

/** The day `months` months after `from` (both as "2011-11-14"); the last of the month where it has no such day. */
export function monthsAfter(from: string, months: number): string {
  const [year, month, day] = from.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

/** The review date in force of each class, counted from `from` where nobody has moved it. */
export function reviewDates(
  moved: readonly { class: DataClass; reviewOn: string }[],
  from: string,
): Record<DataClass, string> {
  const dates = DATA_CLASSES.map((name) => [
    name,
    moved.find((one) => one.class === name)?.reviewOn ?? monthsAfter(from, CLASS_WORDS[name].months),
  ]);
  return Object.fromEntries(dates) as Record<DataClass, string>;
}

/** The classes whose review date has come, but for those that were disposed of since. Days as "2011-11-14". */
export function overdueClasses(
  known: {
    moved: readonly { class: DataClass; reviewOn: string }[];
    from: string;
    disposed: readonly { class: DataClass; on: string }[];
  },
  today: string,
): DataClass[] {
  const dates = reviewDates(known.moved, known.from);
  return DATA_CLASSES.filter(
    (name) => dates[name] <= today && !known.disposed.some((done) => done.class === name && done.on >= dates[name]),
  );
}

/** How many of each kind a disposal would destroy, by the names of COUNTED. */
export type Counts = Record<string, number>;

/** What is destroyed with a class, in the order in which it is shown. */
export const COUNTED: Record<Disposable, Record<string, string>> = {
  identities: { identities: 'Real names with contact details', replacements: 'Records of what was replaced in notes' },
  'raw-notes': {
    versions: 'Earlier versions of notes',
    drafts: 'Drafts that were never saved',
    documents: 'Documents that wait to become notes',
    codings: 'Codings of earlier words',
    memos: 'Memos on these codings',
  },
  attachments: { files: 'Files', notes: 'Notes that they belong to, which stay' },
  consent: { remarks: 'Records of consent with a remark or version', people: 'People with a remark on their consent' },
  notes: {
    notes: 'Notes, of which only the date and place stay',
    versions: 'Versions of their texts',
    drafts: 'Drafts that were never saved',
    documents: 'Documents that wait to become notes',
    codings: 'Codings',
    memos: 'Memos on notes and codings',
    settlements: 'Settled disagreements',
  },
};

/** Of everything that whoever confirms has read. Counts by name: the database does not keep their order. */
export function disposalDigest(read: { counts: Counts; reviewOn: string; class: Disposable }): string {
  const counts = Object.keys(COUNTED[read.class]).map((name) => read.counts[name] ?? 0);
  return createHash('sha256')
    .update(JSON.stringify([read.class, read.reviewOn, counts]))
    .digest('hex');
}

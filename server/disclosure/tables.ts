import type { ExportedCoding } from '../exchange/export/project-queries.ts';
import type { TidyRow } from '../extracts/tidy/tidy-tables.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import type { Disguised } from './cast.ts';
import type { Choices } from './choices.ts';
import { outsideTime } from './outside-time.ts';
import { RARE_BELOW } from './risks.ts';

type Note = {
  id: string;
  visitId: string;
  authorId: string;
  revision: number;
  title: string;
  body: string;
  createdAt: string;
  savedAt: string;
  completedAt: string | null;
};

type Rules = { disguised: Disguised; choices: Pick<Choices, 'dates'> };

/** What is told of a note besides its text. */
export type NoteFact = { deidentification: string; lagMinutes: number | null };

/**
 * Agencies in the order of their letters: by name the order would tell which is which. Where they are lettered so would a
 * sector that few of them have, and whether one has left.
 */
export async function* outsideAgencies(
  rows: readonly TidyRow[],
  { disguised }: { disguised: Disguised },
  { agencies }: Pick<Choices, 'agencies'>,
): AsyncGenerator<TidyRow> {
  const isMasked = agencies === 'masked';
  const named = rows.map((row) => ({ row, ...disguised.agency(row.agency_id as string) }));
  const byLabel = new Intl.Collator('en-GB');
  for (const { row, agencyCode, agencyName } of named.toSorted(
    (one, other) =>
      one.agencyCode.length - other.agencyCode.length || byLabel.compare(one.agencyCode, other.agencyCode),
  )) {
    const alike = rows.filter(({ sector }) => sector === row.sector).length;
    yield {
      agency_id: disguised.id(row.agency_id as string),
      agency_code: agencyCode,
      agency_name: agencyName,
      sector: isMasked && alike < RARE_BELOW ? null : row.sector!,
      status: isMasked ? null : row.status!,
    };
  }
}

/** A visit as it leaves: without the day and the hours where months alone are told. */
export function outsideVisit(row: TidyRow, disguised: Disguised, choices: Pick<Choices, 'dates'>): TidyRow {
  const swap = (text: TidyRow[string] | undefined) => disguised.apply(String(text ?? ''), String(row.agency_id));
  return {
    ...row,
    visit_id: disguised.id(row.visit_id as string),
    agency_id: disguised.id(row.agency_id as string),
    phase: swap(row.phase),
    setting: swap(row.setting),
    purpose: swap(row.purpose),
    ...(choices.dates === 'month' && {
      visit_date: outsideTime(String(row.visit_date), choices),
      starts_at: null,
      ends_at: null,
    }),
  };
}

/** A note as it leaves; `inside` has the times that it has here. */
export function outsideNoteRow(
  { note, inside }: { note: Note; inside: Note },
  { deidentification, lagMinutes }: NoteFact,
  { disguised, choices: { dates } }: Rules,
): TidyRow {
  const at = (time: string | null): string | null => (dates === 'month' || time === null ? null : instantOf(time));
  return {
    note_id: disguised.id(note.id),
    visit_id: disguised.id(note.visitId),
    author_id: disguised.id(note.authorId),
    revision: note.revision,
    begun_at: at(inside.createdAt),
    saved_at: at(inside.savedAt),
    finished_at: at(inside.completedAt),
    write_up_lag_minutes: lagMinutes,
    deidentification,
    text_leaves: 'yes',
    title: note.title,
    text: note.body,
  };
}

/** A coding of a note as both leave: its positions are of the text that leaves. */
export function outsideCoding(
  coding: ExportedCoding,
  { note }: { note: Note },
  { disguised, choices }: Rules,
): TidyRow {
  const paragraph = paragraphsOf(note.body).findLast(({ start }) => start <= coding.start);
  return {
    coding_id: disguised.id(coding.id),
    note_id: disguised.id(note.id),
    theme_id: coding.themeId,
    coder_id: disguised.id(coding.coderId),
    revision: note.revision,
    start: coding.start,
    end: coding.end,
    paragraph_label: paragraph?.label ?? 'ON',
    coded_at: outsideTime(instantOf(coding.createdAt), choices),
    needs_review: 'no',
    quote: coding.quote,
  };
}

const instantOf = (time: string): string => new Date(time).toISOString();

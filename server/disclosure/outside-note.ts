import { applyReplacements, type Replacement, type Stretch, touches } from '../identifiers/replacements.ts';
import { paragraphsOf } from '../notes/paragraphs.ts';
import { sliceCodePoints } from '../shared/text.ts';
import type { Disguised } from './cast.ts';
import type { Choices } from './choices.ts';
import { type KnownKind, noneSwapped, type Swap } from './disguise.ts';
import { outsideMoment } from './outside-time.ts';
import { stretchThrough } from './stretch.ts';

/** A note as a project file has it; its times are written as there. */
type InsideNote = {
  agencyId: string;
  title: string;
  body: string;
  setting: string;
  purpose: string;
  phase: string;
  createdAt: string;
  savedAt: string;
  completedAt: string | null;
  startsAt: string | undefined;
  endsAt: string | undefined;
};
type InsideCoding = { start: number; end: number; quote: string; createdAt: string };

export type OutsideNote<Note, Coding> = {
  note: Note;
  codings: Coding[];
  swapped: Record<KnownKind, number>;
  /** The replaced names of the body, where they stand as it leaves. */
  marks: (Stretch & { kind: KnownKind })[];
  withheld: { paragraphs: number; codings: number };
};

/** What stands in the place of a paragraph that stays inside: how many there were is no secret. */
export const WITHHELD_PARAGRAPH = '[withheld]';

/**
 * A note with its codings as they may leave: names replaced, personal paragraphs and those in `consent` withheld with the
 * codings that touch them, and positions in step with the text.
 */
export function outsideNote<Note extends InsideNote, Coding extends InsideCoding>(
  { note, codings }: { note: Note; codings: readonly Coding[] },
  { disguised, choices, consent }: { disguised: Disguised; choices: Choices; consent: readonly Stretch[] },
): OutsideNote<Note, Coding> {
  const { agencyId, body } = note;
  const names = disguised.swaps(body, agencyId);
  const personal = paragraphsOf(body).filter(({ label }) => label === 'PN');
  const blocks = joined(
    [...personal, ...consent].map(({ start, end }) => ({ start, end })),
    names,
  );
  const kept = names.filter((name) => !blocks.some((block) => touches(block, name)));
  const replacements: Replacement[] = [
    ...kept,
    ...blocks.map((block) => ({ ...block, text: WITHHELD_PARAGRAPH })),
  ].toSorted((one, other) => one.start - other.start);
  const outsideBody = applyReplacements(body, replacements);
  const leaving = codings.filter((coding) => !blocks.some((block) => touches(block, coding)));
  const swapped = noneSwapped();
  for (const { kind } of kept) swapped[kind] += 1;
  const swap = (text: string): string => {
    const found = disguised.swaps(text, agencyId);
    for (const { kind } of found) swapped[kind] += 1;
    return applyReplacements(text, found);
  };
  return {
    note: {
      ...note,
      body: outsideBody,
      title: swap(note.title),
      setting: swap(note.setting),
      purpose: swap(note.purpose),
      phase: swap(note.phase),
      ...timesOf(note, choices),
    },
    codings: leaving.map((coding) => {
      const place = stretchThrough(replacements, coding.start, coding.end);
      return {
        ...coding,
        ...place,
        quote: sliceCodePoints(outsideBody, place.start, place.end),
        createdAt: outsideMoment(coding.createdAt, choices),
      };
    }),
    swapped,
    marks: kept.map((name) => ({ ...stretchThrough(replacements, name.start, name.end), kind: name.kind })),
    withheld: { paragraphs: blocks.length, codings: codings.length - leaving.length },
  };
}

// A note is written, and often coded, on the day of its visit or soon after.
function timesOf({ createdAt, savedAt, completedAt, startsAt, endsAt }: InsideNote, choices: Choices) {
  const isExact = choices.dates === 'day';
  return {
    createdAt: outsideMoment(createdAt, choices),
    savedAt: outsideMoment(savedAt, choices),
    completedAt: isExact ? completedAt : null,
    startsAt: isExact ? startsAt : undefined,
    endsAt: isExact ? endsAt : undefined,
  };
}

// A name that reaches over the end of a block is withheld with it.
function joined(blocks: readonly Stretch[], names: readonly Swap[]): Stretch[] {
  const reached = blocks.map((block) => {
    const over = names.filter((name) => touches(block, name));
    return {
      start: Math.min(block.start, ...over.map(({ start }) => start)),
      end: Math.max(block.end, ...over.map(({ end }) => end)),
    };
  });
  const whole: Stretch[] = [];
  for (const block of reached.toSorted((one, other) => one.start - other.start)) {
    const last = whole.at(-1);
    if (last && block.start < last.end) last.end = Math.max(last.end, block.end);
    else whole.push({ ...block });
  }
  return whole;
}

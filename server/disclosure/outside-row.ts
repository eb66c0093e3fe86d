import type { LeavingExtract, LeavingMemo } from '../extracts/extract-source.ts';
import { applyReplacements } from '../identifiers/replacements.ts';
import { codePointLength, indexText } from '../shared/text.ts';
import type { Choices } from './choices.ts';
import type { Disguised } from './cast.ts';
import { type KnownKind, noneSwapped, type Swap } from './disguise.ts';
import { outsideTime } from './outside-time.ts';
import { stretchThrough } from './stretch.ts';

export type Withheld = 'personal' | 'unreleased' | 'outdated';

export type Judged =
  | { withheld: Withheld }
  | { withheld: null; row: LeavingExtract; swapped: Record<KnownKind, number>; hasShorterContext: boolean };

const PERSONAL = /(?:^|\n)PN:/u;
const MOST_REMEMBERED = 5000;

/** What may leave of an extract, for any format: one function for every format. */
export function createRowGate(disguised: Disguised, choices: Choices): (row: LeavingExtract) => Judged {
  const remembered = new Map<string, Swapped>();

  function swap(text: string, agencyId: string): Swapped {
    const swaps = disguised.swaps(text, agencyId);
    return { text: swaps.length === 0 ? text : applyReplacements(text, swaps), swaps };
  }
  // Titles and names of themes come again with every passage of theirs.
  function swapAgain(text: string, agencyId: string): Swapped {
    const key = `${agencyId}\n${text}`;
    const known = remembered.get(key);
    if (known) return known;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    const made = swap(text, agencyId);
    remembered.set(key, made);
    return made;
  }

  return (row) => {
    const withheld = whyWithheld(row, choices);
    if (withheld !== null) return { withheld };
    const { agencyId } = row;
    const [before, after] = [lastLine(row.contextBefore), firstLine(row.contextAfter)];
    const whole = swap(before + row.quote + after, agencyId);
    const [contextBefore, quote, contextAfter] = partsOf(whole, before, row.quote, after);
    const [theme, phase, title] = [
      swapAgain(row.themePath, agencyId),
      swapAgain(row.phase, agencyId),
      swapAgain(row.noteTitle, agencyId),
    ];
    const memos = row.memos.flatMap((memo) => outsideMemo(memo, (text) => swap(text, agencyId)) ?? []);
    const swapped = noneSwapped();
    for (const { swaps } of [whole, theme, phase, title, ...memos]) for (const { kind } of swaps) swapped[kind] += 1;
    const coder = disguised.coder(row.coderId);
    return {
      withheld: null,
      swapped,
      hasShorterContext: before !== row.contextBefore || after !== row.contextAfter,
      row: {
        ...row,
        id: disguised.id(row.id),
        agencyId: disguised.id(agencyId),
        visitId: disguised.id(row.visitId),
        noteId: disguised.id(row.noteId),
        coderId: disguised.id(row.coderId),
        quote,
        contextBefore,
        contextAfter,
        themePath: theme.text,
        ...disguised.agency(agencyId),
        phase: phase.text,
        visitDate: outsideTime(row.visitDate, choices),
        noteTitle: title.text,
        coder,
        codedAt: outsideTime(row.codedAt, choices),
        start: null,
        end: null,
        memos: memos.map(({ memo, text }) => ({
          author: disguised.author(memo.author),
          writtenAt: outsideTime(memo.writtenAt, choices),
          body: text,
        })),
      },
    };
  };
}

type Swapped = { text: string; swaps: readonly Swap[] };

// A memo without its personal paragraphs; one that has no others stays.
function outsideMemo(
  memo: LeavingMemo,
  swap: (text: string) => Swapped,
): (Swapped & { memo: LeavingMemo }) | undefined {
  const body = withoutPersonal(memo.body);
  return body.trim() === '' ? undefined : { memo, ...swap(body) };
}

/** A text without its paragraphs that begin with PN:. */
export function withoutPersonal(text: string): string {
  if (!PERSONAL.test(text)) return text;
  return text
    .split('\n')
    .filter((line) => !PERSONAL.test(line))
    .join('\n');
}

/** Why an extract stays inside; null when it may leave. A passage touches a personal note by its first line or a later one. */
export function whyWithheld(
  row: Pick<LeavingExtract, 'label' | 'quote' | 'isLatest' | 'isReleased'>,
  choices: Pick<Choices, 'notes'>,
): Withheld | null {
  if (row.label === 'PN' || PERSONAL.test(row.quote)) return 'personal';
  if (!row.isLatest) return 'outdated';
  if (choices.notes === 'releasable' && !row.isReleased) return 'unreleased';
  return null;
}

// Contexts go no further than the paragraphs of the quote: the next one may be a personal note, or withheld by consent.
function lastLine(context: string): string {
  return context.slice(context.lastIndexOf('\n') + 1);
}

function firstLine(context: string): string {
  const end = context.indexOf('\n');
  return end === -1 ? context : context.slice(0, end);
}

// Contexts and quote were read as one text, so that a name across an edge is found. It belongs to the quote then.
function partsOf(
  whole: Swapped,
  before: string,
  quote: string,
  after: string,
): [before: string, quote: string, after: string] {
  if (whole.swaps.length === 0) return [before, quote, after];
  const { start, end } = stretchThrough(
    whole.swaps,
    codePointLength(before),
    codePointLength(before) + codePointLength(quote),
  );
  const source = indexText(whole.text);
  return [source.slice(0, start), source.slice(start, end), source.slice(end, source.length)];
}

import { formatDateTime } from '../shared/dates.ts';
import { newId } from '../shared/ids.ts';
import { indexText } from '../shared/text.ts';
import type { ThemeDisagreement } from './comparison.ts';
import type { Settlement } from './settlement-queries.ts';
import type { Span } from './spans.ts';

const CONTEXT = 160;
// A word that the excerpt cuts through is no word; where nothing but one stands there, it is better than nothing.
const BEGUN_WORD = /^\S+(?=\s+\S)/;
const CUT_WORD = /(?<=\S\s+)\S+$/;

/** The stretch that is shown of a disagreement: the passage and some of what stands around it. */
export function excerptOf({ start, end }: Span): Span {
  return { start: Math.max(0, start - CONTEXT), end: end + CONTEXT };
}

export type Shown = {
  disagreement: ThemeDisagreement;
  note: { id: string; title: string; href: string; revisionId: string };
  excerpt: string;
};

export type Words = {
  path: string;
  query: string;
  timeZone: string;
  names: ReadonlyMap<string, string>;
  paths: ReadonlyMap<string, string>;
};

/** What was refused of a settlement: on the disagreement that it was about, with what was typed. */
export type Refused = { key: string; typed: Record<string, unknown>; errors: Record<string, string> };

export function keyOf({ start, themeId }: { start: number; themeId: string }): string {
  return `${start}-${themeId}`;
}

/** A disagreement as it is read and settled: each coder's reading of the same stretch, side by side. */
export function disagreementView({ disagreement, note, excerpt }: Shown, words: Words, refused?: Refused) {
  const key = keyOf(disagreement);
  const mine = refused?.key === key ? refused : undefined;
  const typed = mine?.typed ?? {};
  const from = excerptOf(disagreement).start;
  const text = indexText(excerpt);
  const cut = (start: number, end: number) => text.slice(start - from, end - from);
  const goesOn = text.length >= disagreement.end + CONTEXT - from;
  const after = cut(disagreement.end, disagreement.end + CONTEXT);
  const who = (place: number) => words.names.get(disagreement.coders[place]!) ?? 'A coder';
  const readings = disagreement.coded.map((spans, place) => ({
    name: who(place),
    did: didWords(spans, disagreement),
    gaveIt: spans.length > 0,
    before: from > 0 ? cut(from, disagreement.start).replace(BEGUN_WORD, '') : cut(0, disagreement.start),
    isBegun: from > 0,
    parts: partsOf(spans, disagreement).map(({ start, end, isCoded }) => ({ text: cut(start, end), isCoded })),
    after: goesOn ? after.replace(CUT_WORD, '') : after,
    goesOn,
  }));
  const options = [
    { value: 'both', text: 'Leave both readings as they are' },
    ...disagreement.coders.flatMap((id, place) =>
      disagreement.coded[place]!.length > 0 ? [{ value: `adopt:${id}`, text: `As ${who(place)} coded it` }] : [],
    ),
    { value: 'none', text: 'The theme is not given here' },
  ];
  return {
    key,
    anchor: `d-${key}`,
    theme: words.paths.get(disagreement.themeId) ?? 'A theme that is gone',
    themeId: disagreement.themeId,
    note,
    readings,
    action: `${words.path}/agreement/notes/${note.id}/settlements${words.query}`,
    id: typed.id ?? newId(),
    revision: note.revisionId,
    start: disagreement.start,
    end: disagreement.end,
    isOpen: mine !== undefined,
    choiceId: `choice-${key}`,
    reasonId: `reason-${key}`,
    options: options.map((option) => ({ ...option, checked: option.value === typed.choice })),
    reason: typed.reason,
    errors: mine?.errors,
  };
}

/** A settlement as it stands on record, with the passage it is about. */
export function settlementView(settlement: Settlement, excerpt: string, words: Words) {
  return {
    theme: words.paths.get(settlement.themeId) ?? settlement.themeName,
    themeId: settlement.themeId,
    quote: indexText(excerpt).slice(0, 400),
    isCut: settlement.end - settlement.start > 400,
    outcome: outcomeWords(settlement),
    reason: settlement.reason,
    who: settlement.settledBy,
    when: formatDateTime(settlement.settledAt, words.timeZone),
    removal: `${words.path}/agreement/settlements/${settlement.id}/removal`,
  };
}

function outcomeWords({ choice, adoptedFrom }: Settlement): string {
  if (choice === 'both') return 'Both readings are left as they are';
  return choice === 'none' ? 'The theme is not given here' : `As ${adoptedFrom} coded it`;
}

function didWords(spans: readonly Span[], whole: Span): string {
  if (spans.length === 0) return 'did not give this theme here';
  const isWhole = spans.length === 1 && spans[0]!.start === whole.start && spans[0]!.end === whole.end;
  return isWhole ? 'gave this theme to all of it' : 'gave this theme to part of it';
}

function partsOf(spans: readonly Span[], whole: Span): (Span & { isCoded: boolean })[] {
  const parts: (Span & { isCoded: boolean })[] = [];
  let at = whole.start;
  for (const { start, end } of spans) {
    if (start > at) parts.push({ start: at, end: start, isCoded: false });
    parts.push({ start, end, isCoded: true });
    at = end;
  }
  if (at < whole.end) parts.push({ start: at, end: whole.end, isCoded: false });
  return parts;
}

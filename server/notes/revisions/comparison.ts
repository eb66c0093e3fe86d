import { diffArrays, diffWordsWithSpace } from 'diff';

/** Words that both texts have, or only the earlier (`removed`), or only the later (`added`). */
export type Part = { kind: 'same' | 'removed' | 'added'; text: string };

/** Lines that did not change, lines that did, with what changed within them. */
export type Block = { kind: 'same'; text: string; paragraphs: number } | { kind: 'changed'; parts: Part[] };

/** Undefined blocks: the texts are too different, or too long, to be worth comparing word by word. */
export type Comparison = { same: boolean; blocks: Block[] | undefined };

/** `milliseconds` for the whole comparison; `edits` is the greatest number of changed lines, or words, looked into. */
export type Limits = { milliseconds: number; edits: number; characters: number };

// Comparing holds up every other request, so that it must end soon whatever the texts are.
const LIMITS: Limits = { milliseconds: 400, edits: 3000, characters: 100_000 };
const WORTH_MARKING = 0.3;

/** What `after` changed in `before`, paragraph by paragraph and then word by word. */
export function compareTexts(before: string, after: string, limits: Limits = LIMITS): Comparison {
  if (before === after) return { same: true, blocks: sameBlock(before) };
  const end = Date.now() + limits.milliseconds;
  const lines = diffArrays(before.split('\n'), after.split('\n'), {
    timeout: limits.milliseconds,
    maxEditLength: limits.edits,
  });
  if (!lines) return { same: false, blocks: undefined };
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const { added, removed, value } = lines[index]!;
    if (!added && !removed) blocks.push(...sameBlock(value.join('\n')));
    else {
      const next = lines[index + 1];
      const isPair = removed && next?.added === true;
      const fresh = removed ? (isPair ? next.value : []) : value;
      if (isPair) index += 1;
      const parts = compareLines(removed ? value : [], fresh, limits, end);
      blocks.push({ kind: 'changed', parts });
    }
  }
  return { same: false, blocks };
}

/** The same for a single line, a title. */
export function compareLine(before: string, after: string): Part[] {
  return before === after ? [{ kind: 'same', text: before }] : compareWords(before, after, LIMITS);
}

// As many lines before as after: each is most likely the new form of its counterpart.
function compareLines(before: string[], after: string[], limits: Limits, end: number): Part[] {
  const left = () => ({ ...limits, milliseconds: end - Date.now() });
  if (before.length !== after.length) return compareWords(before.join('\n'), after.join('\n'), left());
  return before.flatMap((line, index) => [
    ...(index > 0 ? [{ kind: 'same' as const, text: '\n' }] : []),
    ...compareWords(line, after[index] ?? '', left()),
  ]);
}

function sameBlock(text: string): Block[] {
  const paragraphs = text.split('\n').filter((line) => line.trim() !== '').length;
  return [{ kind: 'same', text, paragraphs }];
}

function compareWords(before: string, after: string, limits: Limits): Part[] {
  const whole: Part[] = [
    { kind: 'removed' as const, text: before },
    { kind: 'added' as const, text: after },
  ].filter(({ text }) => text !== '');
  if (whole.length < 2 || limits.milliseconds <= 0 || before.length + after.length > limits.characters) return whole;
  const words = diffWordsWithSpace(before, after, { timeout: limits.milliseconds, maxEditLength: limits.edits });
  if (!words) return whole;
  const parts = words.map(({ added, removed, value }): Part => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
  // Sentences with nothing in common but "the" and "and" are easier to read one after the other.
  const shared = parts.filter(({ kind, text }) => kind === 'same' && /\S/.test(text));
  const length = shared.reduce((sum, { text }) => sum + text.length, 0);
  return length >= WORTH_MARKING * Math.min(before.length, after.length) ? parts : whole;
}

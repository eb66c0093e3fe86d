import { codePointLength } from '../../server/shared/text.ts';

/** Draws by a seed, so that a run can be repeated. */
export type Dice = { dice: (below: number) => number };

/** Code points of a note's text, and the words there. */
export type Place = { start: number; end: number; words: string };

/** A passage of one to four words: few places, so that people meet. */
export function somewhere({ dice }: Dice, body: string): Place {
  const words = [...body.matchAll(/\S+/gu)];
  const first = dice(words.length);
  const last = Math.min(words.length - 1, first + dice(4));
  const from = words[first]!.index;
  const to = words[last]!.index + words[last]![0].length;
  const start = codePointLength(body.slice(0, from));
  const passage = body.slice(from, to);
  return { start, end: start + codePointLength(passage), words: passage };
}

export function one<T>({ dice }: Dice, list: readonly T[]): T {
  return list[dice(list.length)]!;
}

export function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

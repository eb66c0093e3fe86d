/** Chance that can be repeated: the same seed gives the same sequence (mulberry32). */
export type Chance = {
  seed: number;
  /** A whole number from 0 to below `below`. */
  number(below: number): number;
  one<T>(of: readonly T[]): T;
  /** True so many times in a hundred. */
  percent(chance: number): boolean;
};

/** `seed` from FUZZ_SEED, or a new one: print it where something fails. */
export function createChance(seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number): number => Math.floor(next() * below);
  return {
    seed,
    number,
    one: (of) => {
      if (of.length === 0) throw new Error('nothing to choose from');
      return of[number(of.length)]!;
    },
    percent: (chance) => number(100) < chance,
  };
}

/**
 * At most `limit` at once: a turn is a function that gives it back (a second call does nothing), undefined when all are
 * taken.
 */
export function createTurns(limit: number): { take(): (() => void) | undefined } {
  let taken = 0;
  return {
    take() {
      if (taken >= limit) return undefined;
      taken += 1;
      let held = true;
      return () => {
        if (held) taken -= 1;
        held = false;
      };
    },
  };
}

/** What one note adds: how many of its themes no earlier note had, which they are, and how many there are so far. */
export type SaturationStep = { fresh: string[]; cumulative: number };

/** `notes` are the themes of each note, in the order of the visits. `last` is the index of the last note that added one. */
export function saturation(notes: readonly (readonly string[])[]): { steps: SaturationStep[]; last: number | null } {
  const seen = new Set<string>();
  let last: number | null = null;
  const steps = notes.map((themes, index) => {
    const fresh = [...new Set(themes)].filter((theme) => !seen.has(theme));
    for (const theme of fresh) seen.add(theme);
    if (fresh.length > 0) last = index;
    return { fresh, cumulative: seen.size };
  });
  return { steps, last };
}

/** How things appear in what leaves the team. */
export type Choices = {
  agencies: 'masked' | 'code';
  coders: 'number' | 'initials';
  /** Whether names of the team are replaced inside texts too. */
  memberNames: 'replaced' | 'kept';
  /** `month`: "2011-11" instead of "2011-11-14". */
  dates: 'month' | 'day';
  /** Which notes may leave: those that were released after their check, or every one, for a reason on record. */
  notes: 'releasable' | 'every';
};

export const SAFEST: Choices = {
  agencies: 'masked',
  coders: 'number',
  memberNames: 'replaced',
  dates: 'month',
  notes: 'releasable',
};

/** "Agency A", "Agency B", … "Agency AA". */
export function agencyLabel(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `Agency ${letters}`;
}

const TITLES = /^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev)$/i;

/** "RC" of "Dr Ruth Calloway". */
export function initialsOf(name: string): string {
  return name
    .split(/[\s.-]+/u)
    .filter((word) => /^\p{L}/u.test(word) && !TITLES.test(word))
    .map((word) => Array.from(word)[0]!.toUpperCase())
    .join('');
}

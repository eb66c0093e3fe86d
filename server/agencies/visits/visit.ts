/** What an observer does in the field, on Gold's continuum. */
export const GOLD_ROLES = [
  'complete-participant',
  'participant-as-observer',
  'observer-as-participant',
  'complete-observer',
] as const;
export type GoldRole = (typeof GOLD_ROLES)[number];

/** What people read for each. */
export const GOLD_ROLE_WORDS: Record<GoldRole, string> = {
  'complete-participant': 'Complete participant',
  'participant-as-observer': 'Participant as observer',
  'observer-as-participant': 'Observer as participant',
  'complete-observer': 'Complete observer',
};

/** What people are told of a visit whose end is not after its beginning. */
export const ENDS_EARLY = 'The visit ends before it begins. If it went past midnight, enter its last day too.';

/** The longest that one visit lasts. Overnight stays are visits; a week is several. */
export const LONGEST_VISIT_HOURS = 72;

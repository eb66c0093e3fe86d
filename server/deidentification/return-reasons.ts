/** Why a step is taken back. The trail keeps the class alone: a sentence might name people. */
export const RETURN_REASONS = ['name-left', 'too-much', 'wrong-person', 'mistake'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

export const RETURN_REASON_WORDS: Record<ReturnReason, string> = {
  'name-left': 'Somebody can still be told from the text',
  'too-much': 'Too much was replaced: the text lost its sense',
  'wrong-person': 'Somebody was mistaken for somebody else',
  mistake: 'The step was taken by mistake',
};

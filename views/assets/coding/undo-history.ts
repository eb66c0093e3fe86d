import type { Passage } from './positions.ts';

/** What was done to codings, as far as it takes to undo and redo it. Ids and positions only: no words of the note. */
export type Step =
  /** `fresh`: the theme that was made in the same gesture. */
  | { kind: 'made' | 'removed'; ids: string[]; fresh?: string }
  | { kind: 'rethemed'; id: string; from: string; to: string }
  | { kind: 'placed'; id: string; from: Passage; to: Passage }
  /** One that needed review got its place, or waits again with its words of revision `old.revision`. */
  | ({ kind: 'reviewed' } & Review)
  | ({ kind: 'returned' } & Review);

export type Review = { id: string; old: Passage & { revision: number }; to: Passage };

/** `seen`: the version of each coding as this person's own changes left it, by id. */
export type Steps = { done: Step[]; undone: Step[]; seen: Record<string, number> };

const MOST = 200;

export function withStep({ done, seen }: Steps, step: Step): Steps {
  return { done: [...done, step].slice(-MOST), undone: [], seen };
}

/** The step that undoes `step`. */
export function inverse(step: Step): Step {
  if (step.kind === 'rethemed') return { ...step, from: step.to, to: step.from };
  if (step.kind === 'placed') return { ...step, from: step.to, to: step.from };
  if (step.kind === 'reviewed' || step.kind === 'returned')
    return { ...step, kind: step.kind === 'reviewed' ? 'returned' : 'reviewed' };
  return { ...step, kind: step.kind === 'made' ? 'removed' : 'made', ids: step.ids.toReversed() };
}

/** The last step done goes over to those undone, or back. The step is undefined where there is none. */
export function undone(steps: Steps): { step: Step | undefined; steps: Steps } {
  const step = steps.done.at(-1);
  if (!step) return { step, steps };
  return { step, steps: { ...steps, done: steps.done.slice(0, -1), undone: [...steps.undone, step] } };
}

export function redone(steps: Steps): { step: Step | undefined; steps: Steps } {
  const step = steps.undone.at(-1);
  if (!step) return { step, steps };
  return { step, steps: { ...steps, done: [...steps.done, step], undone: steps.undone.slice(0, -1) } };
}

/** Whose steps, and on which note's page: another person who signs in at this tab must not undo them. */
export type History = { person: string; path: string };

const keyOf = ({ person, path }: History) => `fieldnotes-coding-steps:${person}:${path}`;

/** The steps of this tab as they were before the page was loaded again. */
export function keptSteps(of: History): Steps {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(of)) ?? 'null') as Steps | null;
    if (Array.isArray(kept?.done) && Array.isArray(kept.undone)) return { ...kept, seen: { ...kept.seen } };
  } catch {
    // What somebody else has written there is no history.
  }
  return { done: [], undone: [], seen: {} };
}

export function keepSteps(of: History, steps: Steps): void {
  sessionStorage.setItem(keyOf(of), JSON.stringify(steps));
}

import { faultOf } from '../database/database-fault.ts';

/** What to tell a person of an error, as whole sentences; undefined where it is a fault of the program. */
export function failureSentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'Refusal') return error.message;
  if (faultOf(error) === 'full')
    return 'The disk is full, so nothing was kept. Ask whoever runs this installation to make room, and start it again.';
  return undefined;
}

export const FAULT = 'It failed by a fault of this program, which is in its log now. Nothing of it was kept.';

import { faultOf } from '../database/database-fault.ts';

/** What to tell a person of an error, as whole sentences; undefined where it is a fault of the program. */
export function failureSentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'Refusal') return error.message;
  if (faultOf(error) === 'full')
    return 'The disk is full, so nothing was kept. Ask whoever runs this installation to make room, and start it again.';
  // Raised by the trigger withhold_coding.
  if ((error as { code?: unknown }).code === 'CP001')
    return 'The file has a coded passage about somebody who declined or withdrew consent. Such a passage cannot be coded here, so nothing was imported. Take that coding out of the file, or record what they have agreed to since, and import it again.';
  return undefined;
}

export const FAULT = 'It failed by a fault of this program, which is in its log now. Nothing of it was kept.';

import { faultOf } from '../database/database-fault.ts';
import { isWithheld } from '../notes/withheld.ts';

const FULL =
  'The disk is full, so nothing was kept. Ask whoever runs this installation to make room, and start it again.';
const AWAY = 'The database could not be reached, so nothing was kept. Start it again in a few minutes.';
const FAULT = 'It failed by a fault of this program, which is in its log now. Nothing of it was kept.';
const WITHHELD =
  'The file has a coded passage about somebody who declined or withdrew consent. Such a passage cannot be coded here, so nothing was imported. Take that coding out of the file, or record what they have agreed to since, and import it again.';

/** What to tell a person of an error, as whole sentences. `fault` is told of what is no fault of the file's. */
export function failureSentence(error: unknown, fault: (error: unknown) => void): string {
  if (error instanceof Error && error.name === 'Refusal') return error.message;
  if (isWithheld(error)) return WITHHELD;
  fault(error);
  const found = faultOf(error);
  if (found === 'full') return FULL;
  if (found === 'unreachable') return AWAY;
  return error instanceof Error && error.name === 'ThreadDied' ? error.message : FAULT;
}

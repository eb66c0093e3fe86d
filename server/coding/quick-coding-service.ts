import { type Event, eventsOf } from '../audit/event-service.ts';
import { type Actor, type Db, inTwoTrips, type Writing } from '../database/connection.ts';
import { isWithheld } from '../notes/withheld.ts';
import { cutFromParagraphs, type Passage, surroundings } from './passage.ts';
import { findingForCoding, type ForCoding, forCodingOf, insertionOf } from './passage-queries.ts';
import { type Repaint, repaintingOf, repaintOf } from './repaint-queries.ts';

/** What to code: a passage of revision `revision`, or sentences of it by number; and a new id for each theme. */
export type CodingRequest = {
  revision: number;
  where: Passage | { sentences: number[] };
  codings: { id: string; themeId: string }[];
  /** Whether the answer is to have what the note's page looks like now. */
  painted?: boolean;
};

/** What the passage now carries: the ids of the codings, in the order asked for, and where they are. */
export type Coded = Passage & { ids: string[]; noteId: string; repaint?: Repaint | undefined };

const UNIQUE = '23505';

/**
 * Codes a passage as nearly every one is coded, in two trips to the database: the words are selected in the newest text,
 * each theme can be used, and nothing is there yet. Undefined, and nothing done, where anything is otherwise: what it is,
 * and what is to be said about it, codePassage() finds out.
 */
export async function codeAtOnce(
  db: Db,
  actor: Actor,
  noteId: string,
  request: CodingRequest,
): Promise<Coded | undefined> {
  const { where, codings, revision: number } = request;
  const around = 'sentences' in where ? undefined : surroundings(where);
  if ('sentences' in where || !around) return undefined;
  const [ids, themeIds] = [codings.map(({ id }) => id), codings.map(({ themeId }) => themeId)];
  const reading = findingForCoding(noteId, { number, ids, themeIds, around });
  try {
    return await inTwoTrips<ForCoding, Coded>(db, actor, reading, (rows) =>
      writingOf(actor, noteId, { ...request, where }, forCodingOf(rows)),
    );
  } catch (error) {
    // Some of it is there already, or the passage is withheld.
    if ((error as { code?: unknown }).code === UNIQUE || isWithheld(error)) return undefined;
    throw error;
  }
}

function writingOf(
  actor: Actor,
  noteId: string,
  { revision, where, codings, painted }: CodingRequest & { where: Passage },
  found: ForCoding | undefined,
): Writing<Coded> | undefined {
  if (!found || found.removed || found.revisionId === null || found.stored.length > 0) return undefined;
  if (found.revision !== revision || found.seen !== revision) return undefined;
  if (found.themes.length < codings.length || found.themes.some(({ removed, retired }) => removed || retired))
    return undefined;
  const cut = cutFromParagraphs(found.paragraphs, found.lastEnd, where);
  if (!cut) return undefined;
  const ids = codings.map(({ id }) => id);
  const { studyId, membershipId: coderId } = actor;
  const insertion = insertionOf({ studyId, noteId, revisionId: found.revisionId, coderId, cut, codings });
  const events = eventsOf(actor, madeEvents(codings, { noteId, revision, ...where }));
  return {
    statements: [insertion, events.statement, ...(painted ? [repaintingOf(noteId, where, ids)] : [])],
    changes: events.changes,
    answer: (rows) => ({ ids, noteId, ...where, repaint: painted ? repaintOf(rows[2], ids) : undefined }),
  };
}

/** That codings were made of a passage. */
export function madeEvents(
  codings: readonly { id: string; themeId: string }[],
  of: Passage & { noteId: string; revision: number },
): Event[] {
  const { noteId, ...place } = of;
  return codings.map(({ id, themeId }) => ({
    kind: 'coding.made',
    subjectId: id,
    after: { noteId, themeId, ...place },
  }));
}

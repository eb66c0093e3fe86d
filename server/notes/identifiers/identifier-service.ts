import { listAgenciesKnownTo } from '../../agencies/known-agency-queries.ts';
import { listParticipants, type Participant } from '../../agencies/participants/participant-queries.ts';
import { type Actor, type Db, inStudy, type Transaction } from '../../database/connection.ts';
import { type Mark, marksIn } from '../../identifiers/marks.ts';
import { findPeopleKnownTo } from '../../identities/known-people-service.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { findAgencyOfNote } from './identifier-queries.ts';

/** `namable`: the participants of the visit's agency to whom the actor may add a name. */
export type FoundIdentifiers = { marks: Mark[]; agencyId: string; namable: Participant[] };

/**
 * What in `text` names somebody the actor may know, or is likely to identify anybody. For writing: `text` is neither kept
 * nor logged, and no event is left, because nothing is told but what the actor typed.
 */
export async function findIdentifiers(db: Db, actor: Actor, noteId: string, text: string): Promise<FoundIdentifiers> {
  const { people, ...found } = await inStudy(db, actor, async (trx) => {
    const agencyId = await findAgencyOfNote(trx, noteId);
    if (agencyId === undefined) throw new NotFoundError();
    return {
      agencyId,
      people: await findPeopleKnownTo(trx, actor),
      namable: await listNamable(trx, actor, agencyId),
    };
  });
  // Outside the transaction: reading a text takes longer than asking for the names.
  return { ...found, marks: marksIn(text, people) };
}

// The longest text whose identifiers are counted while its page waits.
const COUNTED_LIMIT = 100_000;

/** How many places of a saved text the actor should look at; undefined where it is too long to be read meanwhile. */
export async function countIdentifiers(trx: Transaction, actor: Actor, body: string): Promise<number | undefined> {
  if (body === '') return 0;
  if (body.length > COUNTED_LIMIT) return undefined;
  return marksIn(body, await findPeopleKnownTo(trx, actor)).length;
}

async function listNamable(trx: Transaction, actor: Actor, agencyId: string): Promise<Participant[]> {
  const mayName = actor.role === 'lead' || (await listAgenciesKnownTo(trx, actor.membershipId)).includes(agencyId);
  if (!mayName) return [];
  return (await listParticipants(trx, agencyId)).filter(({ removedAt }) => removedAt === null);
}

import { setImmediate } from 'node:timers/promises';
import { type Actor, inIdentities, type Transaction } from '../database/connection.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { listIdentities } from '../identities/identity-queries.ts';
import { findKnownPeople } from '../identities/known-people-service.ts';
import { createMentionFinder } from '../identifiers/mentions.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { AppError } from '../shared/errors.ts';
import { type Disguised, disguiseFor } from './cast.ts';
import type { Choices } from './choices.ts';
import type { Disclosure } from './disclosure-queries.ts';
import { listNamed, listPseudonyms, listRoleCounts, readInsideRows } from './inside-queries.ts';
import { createRowGate, type OutsideRow } from './outside-row.ts';
import { type Preview, type Rules, type Survey } from './preview.ts';

const UNREADABLE =
  'Some real names of this study are kept under a key that this installation does not have, so they cannot be looked for. Nothing can leave until the key is there: ask whoever runs this installation.';

/** Everything that a text is compared with before it leaves, and how much of it there is. */
export type Ready = { disguised: Disguised; rules: Rules } & Pick<Preview, 'consent' | 'nameless' | 'participants'>;

/**
 * Makes a study's names ready to be looked for. AppError (409) where some cannot be
 * read: what is not known cannot be replaced.
 */
export async function makeReady(trx: Transaction, actor: Actor, choices: Choices): Promise<Ready> {
  const people = await findKnownPeople(trx, actor);
  const stored = await inIdentities(trx, () => listIdentities(trx));
  if (stored.length > people.length) throw new AppError(409, UNREADABLE);
  const { members, agencies } = await listNamed(trx);
  const pseudonyms = await listPseudonyms(trx);
  const counts = await listRoleCounts(trx);
  const disguised = disguiseFor({ people, members, agencies }, choices);
  const named = createMentionFinder([
    { participantId: '', agencyId: '', pseudonym: '\n', names: pseudonyms.map(({ pseudonym }) => pseudonym) },
  ]);
  const hasIdentity = new Set(people.map(({ participantId }) => participantId));
  return {
    disguised,
    rules: {
      disguised,
      isPseudonym: (words) => named(words).length > 0,
      // Who does not know the agency has the whole study to guess from.
      roleCount: (agencyId, role) =>
        counts
          .filter((one) => one.role === role && (choices.agencies === 'masked' || one.agencyId === agencyId))
          .reduce((total, { count }) => total + count, 0),
    },
    consent: await countWithheld(trx),
    nameless: pseudonyms.filter(({ id }) => !hasIdentity.has(id)).length,
    participants: pseudonyms.length,
  };
}

/** The rows of an export as they may leave, some hundreds at a time; `survey` adds up what becomes of them. */
export async function* outsideRows(
  trx: Transaction,
  actor: Actor,
  { filter, choices }: Pick<Disclosure, 'filter' | 'choices'>,
  { disguised, survey }: { disguised: Disguised; survey: Survey },
): AsyncGenerator<OutsideRow[]> {
  const gate = createRowGate(disguised, choices);
  const wanted = { filter, choices: await listChoices(trx), timeZone: actor.timeZone };
  for await (const batch of readInsideRows(trx, wanted)) {
    const rows: OutsideRow[] = [];
    for (const inside of batch) {
      const judged = gate(inside);
      survey.add(inside, judged);
      if (judged.withheld === null) rows.push(judged.row);
    }
    yield rows;
    // Other people's requests have their turn between two batches.
    await setImmediate();
  }
}

import type { Knex } from 'knex';
import { newId } from '../shared/ids.ts';
import { type ChainState, createVerifier } from './chain.ts';
import { insertEvents } from './event-queries.ts';
import { disagreement, type NotedHash } from './noted-hashes.ts';
import { countAllGaps, listChains, listLinksOf } from './verification-queries.ts';

const LINKS_AT_ONCE = 5000;

/** What became of one chain. `study` null for what happened to accounts; `noted` is a note that it contradicts. */
export type VerifiedChain = ChainState & {
  studyId: string | null;
  name: string;
  unchained: number;
  vanished: number;
  noted: NotedHash | undefined;
};

/** How a chain is called in notes. */
export function chainName(studyId: string | null): string {
  return studyId ?? 'accounts';
}

/**
 * Computes every chain of the installation anew, as the database's owner, and compares them with `notes`. Reads a few
 * thousand events at a time. Records in each study that it was checked, and what came of it.
 */
export function verifyTrail(owner: Knex, notes: readonly NotedHash[]): Promise<VerifiedChain[]> {
  return owner.transaction(
    async (trx) => {
      const verified: VerifiedChain[] = [];
      const chains = await listChains(trx);
      // Also those that are gone altogether, but were noted.
      for (const { chain } of notes)
        if (!chains.some(({ studyId }) => chainName(studyId) === chain))
          chains.push({ studyId: chain === 'accounts' ? null : chain, name: 'a study that is no longer there' });
      for (const { studyId, name } of chains) {
        const verifier = createVerifier(studyId);
        const wanted = new Set(notes.filter(({ chain }) => chain === chainName(studyId)).map(({ links }) => links));
        const hashAt = new Map<number, string>();
        for (let more = true; more;) {
          const links = await listLinksOf(trx, studyId, verifier.state.links, LINKS_AT_ONCE);
          for (const link of links) {
            if (wanted.has(link.number)) hashAt.set(link.number, link.hash.toString('hex'));
            if (!verifier.follow(link)) break;
          }
          more = verifier.state.fault === null && links.length === LINKS_AT_ONCE;
        }
        const noted = disagreement(notes, chainName(studyId), hashAt);
        verified.push({ ...verifier.state, studyId, name, ...(await countAllGaps(trx, studyId)), noted });
      }
      return verified;
    },
    { isolationLevel: 'repeatable read' },
  );
}

export function isIntact({ fault, unchained, vanished, noted }: VerifiedChain): boolean {
  return fault === null && unchained === 0 && vanished === 0 && noted === undefined;
}

/** Puts on record, in each study, that the command checked its chain and what came of it. */
export async function recordVerification(owner: Knex, chains: readonly VerifiedChain[]): Promise<void> {
  await owner.transaction((trx) =>
    insertEvents(
      trx,
      chains
        .filter(({ name, studyId }) => studyId !== null && name !== 'a study that is no longer there')
        .map(({ studyId, links, hash, fault, late, unchained, vanished, noted }) => ({
          id: newId(),
          study_id: studyId,
          person_id: null,
          membership_id: null,
          kind: 'trail.checked',
          subject_id: null,
          before: null,
          after: JSON.stringify({
            links,
            hash,
            brokenAt: fault?.number ?? noted?.links ?? null,
            reason: fault?.reason ?? (noted ? 'it is not what was noted outside the database' : null),
            late,
            unchained,
            vanished,
          }),
          request_id: null,
        })),
    ),
  );
}

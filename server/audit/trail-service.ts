import { type Actor, type Db, inStudy } from '../database/connection.ts';
import { copyCsv } from '../database/copy-out.ts';
import { createVerifier } from './chain.ts';
import { everyKind, wordsOf } from './event-words.ts';
import { recordEvent } from './event-service.ts';
import { sealTrail } from './sealing-service.ts';
import { type Narrowed, questionOf } from './trail-filter.ts';
import { countGaps, listChain, trailSelect } from './trail-queries.ts';

const LINKS_AT_ONCE = 2000;

/** Sends the trail as CSV, and puts on record that it has left, with what it was narrowed to. */
export function sendTrail(
  db: Db,
  actor: Actor,
  filter: Narrowed,
  { take, signal }: { take: (chunk: Buffer) => void | Promise<void>; signal: AbortSignal },
): Promise<void> {
  const words = everyKind().map((kind) => ({ kind, did: wordsOf(kind)?.did ?? kind }));
  return inStudy(
    db,
    actor,
    async (trx) => {
      const rows = await copyCsv(trx, trailSelect(trx, questionOf(filter, actor.timeZone), words), take, signal);
      await recordEvent(trx, actor, { kind: 'trail.exported', after: { ...filter, rows } });
    },
    { snapshot: true },
  );
}

/** What checking the study's chain came to, as the event about it keeps it. */
export type TrailCheck = {
  links: number;
  hash: string;
  brokenAt: number | null;
  reason: string | null;
  late: number;
  unchained: number;
  vanished: number;
};

/** Computes the study's chain anew from its events, and records what that came to. */
export async function checkTrail(db: Db, actor: Actor): Promise<TrailCheck> {
  await sealTrail(db);
  return inStudy(db, actor, async (trx) => {
    const verifier = createVerifier(actor.studyId);
    for (let more = true; more;) {
      const links = await listChain(trx, verifier.state.links, LINKS_AT_ONCE);
      more = links.every((link) => verifier.follow(link)) && links.length === LINKS_AT_ONCE;
    }
    const { links, hash, late, fault } = verifier.state;
    const gaps = await countGaps(trx);
    const check = { links, hash, brokenAt: fault?.number ?? null, reason: fault?.reason ?? null, late, ...gaps };
    await recordEvent(trx, actor, { kind: 'trail.checked', after: check });
    return check;
  });
}

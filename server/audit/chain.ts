import { createHash } from 'node:crypto';

/** An event as its hash is made of it: every column as text, the moment in UTC with microseconds. */
export type ChainedEvent = {
  id: string;
  at: string;
  studyId: string | null;
  personId: string | null;
  membershipId: string | null;
  kind: string;
  subjectId: string | null;
  before: string | null;
  after: string | null;
  requestId: string | null;
};

/** One link of the chain; `event` null when the event that it stands for is gone. */
export type Link = { number: number; hash: Buffer; linkedAt: Date; event: ChainedEvent | null };

export type ChainFault = { number: number; reason: string };

/**
 * How far a chain has been verified. `hash` is that of the last link that was right. `late` counts events that say that they
 * happened long before those that were recorded before them: somebody added them, or the clock was set back.
 */
export type ChainState = { links: number; hash: string; linkedAt: Date | null; late: number; fault: ChainFault | null };

// An event is chained seconds after it happened, or when a program starts again that was killed in between.
const LATEST_MS = 60 * 60 * 1000;

// The length before each value keeps two of them from being read as one; "-" is none.
function field(value: string | null): string {
  return value === null ? '-' : `${Buffer.byteLength(value)}:${value}`;
}

/** What a chain begins with; `studyId` null for what happened to accounts. */
export function chainBeginning(studyId: string | null): Buffer {
  return createHash('sha256')
    .update(`trail of ${studyId ?? 'accounts'}`)
    .digest();
}

/** The hash of a link: of the one before it, and every field of the event. seal_trail() makes the same in the database. */
export function linkHash(previous: Buffer, event: ChainedEvent): Buffer {
  const { id, at, studyId, personId, membershipId, kind, subjectId, before, after, requestId } = event;
  const fields = [id, at, studyId, personId, membershipId, kind, subjectId, before, after, requestId];
  return createHash('sha256').update(previous).update(fields.map(field).join(',')).digest();
}

/** Follows a chain from its beginning, link by link in order, and stops at the first that is wrong. */
export function createVerifier(studyId: string | null) {
  let previous = chainBeginning(studyId);
  const state: ChainState = { links: 0, hash: previous.toString('hex'), linkedAt: null, late: 0, fault: null };

  function faultOf({ number, hash, event }: Link): string | undefined {
    if (number !== state.links + 1) return `entry ${state.links + 1} is missing`;
    if (event === null) return 'what it stands for has been removed';
    if (event.studyId !== studyId) return 'it belongs to another study';
    if (!linkHash(previous, event).equals(hash))
      return 'it, or the order of entries, is not what it was when it was recorded';
    return undefined;
  }

  return {
    state,
    /** False once the chain is broken: there is no use in reading on. */
    follow(link: Link): boolean {
      if (state.fault) return false;
      const reason = faultOf(link);
      if (reason !== undefined) {
        state.fault = { number: state.links + 1, reason };
        return false;
      }
      if (state.linkedAt && Date.parse(`${link.event?.at}Z`) < state.linkedAt.getTime() - LATEST_MS) state.late += 1;
      previous = link.hash;
      state.links = link.number;
      state.hash = link.hash.toString('hex');
      state.linkedAt = link.linkedAt;
      return true;
    },
  };
}

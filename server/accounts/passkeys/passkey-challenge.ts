import type { Request } from 'express';

/** What a challenge was made for; one that was made for something else does not count. */
export type Purpose = 'add' | 'sign-in' | 'second-step';

declare module 'express-session' {
  interface SessionData {
    passkey?: { purpose: Purpose; challenge: string; at: number; name?: string };
  }
}

const LASTS_MS = 5 * 60_000;

/** Keeps the challenge that the browser is asked to sign, in place of any before it. `name` is that of a new passkey. */
export function keepChallenge(req: Request, purpose: Purpose, challenge: string, name?: string): void {
  req.session.passkey = { purpose, challenge, at: Date.now(), ...(name !== undefined && { name }) };
}

/** Takes the challenge out of the session: whatever comes of it, it counts once. Undefined when it is too old. */
export function takeChallenge(req: Request, purpose: Purpose): { challenge: string; name?: string } | undefined {
  const kept = req.session.passkey;
  delete req.session.passkey;
  if (kept?.purpose !== purpose || Date.now() - kept.at > LASTS_MS) return undefined;
  return { challenge: kept.challenge, ...(kept.name !== undefined && { name: kept.name }) };
}

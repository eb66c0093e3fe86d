import type { CookieOptions, Request, Response } from 'express';
import { asAccount, type Db } from '../database/connection.ts';
import { csrfToken } from '../web/csrf.ts';
import { createKnownDevices, type KnownDevices } from './known-device.ts';
import type { Person } from './person-queries.ts';
import { markOf } from './session-mark.ts';
import { updateSessionPlace } from './session-queries.ts';
import { signedInPerson } from './signed-in-person.ts';

/** How the second step was taken; a provider of single sign-on may have asked for it. */
export type Proof = 'app' | 'recovery-code' | 'passkey' | 'single-sign-on';

/** Somebody who has taken the first step of signing in and not the second. They are not signed in. */
export type Halfway = { personId: string; passwordMark: string; at: number; to: string; by: FirstStep };

/** What somebody signed in with, before any second step. */
export type FirstStep = 'here' | 'single-sign-on';

declare module 'express-session' {
  interface SessionData {
    secondStep?: { how: Proof; at: number };
    halfway?: Halfway;
    /** What the strategy of single sign-on keeps while somebody is at the provider. */
    singleSignOn?: object;
    /** Set where the session was begun by single sign-on: signing out may then go on at the provider. */
    by?: 'single-sign-on';
  }
}

/** How sessions begin and end; `devices` and `deviceCookie` tell whether somebody has signed in from here before. */
export type Door = {
  devices: KnownDevices;
  deviceCookie(req: Request): string | undefined;
  /**
   * Signs the person in and answers where to go: to `to`, or, when they have a second step and `proof` does not say how
   * they took it, to the page that asks for it; they are not signed in before.
   */
  letIn(req: Request, res: Response, person: Person, way?: Way): Promise<string>;
};

type Way = { to?: string; proof?: Proof | undefined; by?: FirstStep };

const A_YEAR = 365 * 24 * 60 * 60 * 1000;
const HALFWAY_MS = 10 * 60 * 1000;

/** The door of this site. Its cookie is named like the session's: `__Host-` on https, else with the port. */
export function createDoor(db: Db, config: { sessionSecret: string; secure: boolean; port: number }): Door {
  const devices = createKnownDevices(config.sessionSecret);
  const name = config.secure ? '__Host-fieldnotes-device' : `fieldnotes-device-${config.port}`;
  const options: CookieOptions = { httpOnly: true, sameSite: 'lax', secure: config.secure, path: '/', maxAge: A_YEAR };
  const deviceCookie = (req: Request) =>
    (req.headers.cookie ?? '')
      .split(/;\s*/)
      .find((pair) => pair.startsWith(`${name}=`))
      ?.slice(name.length + 1);

  return {
    devices,
    deviceCookie,
    async letIn(req, res, person, { to = '/', proof, by = 'here' } = {}) {
      if (person.secondStepAt !== null && proof === undefined) return askForSecondStep(req, person, { to, by });
      const unsent = unsentBy(req, person);
      // passport gives the session a new id, and what was in the old one is gone.
      await settled((done) => req.logIn(signedInPerson(person), done));
      req.session.began = Date.now();
      if (proof !== undefined) req.session.secondStep = { how: proof, at: Date.now() };
      if (by === 'single-sign-on') req.session.by = by;
      if (unsent !== undefined) req.session.unsent = unsent;
      // Made now: two pages opened at once would otherwise each make one, and the first page's forms be refused.
      csrfToken(req);
      const place = { address: req.ip, browser: req.get('user-agent') };
      await asAccount(db, {}, (trx) => updateSessionPlace(trx, req.sessionID, place));
      // encode: the value is made of characters that cookies may hold as they are.
      const value = devices.remember(deviceCookie(req), person.id);
      res.cookie(name, value, { ...options, encode: (text) => text });
      return unsent === undefined ? to : '/unsent';
    },
  };
}

/** Who has taken the first step in this session, for ten minutes. */
export function halfwayOf(req: Request): Halfway | undefined {
  const { halfway } = req.session;
  return halfway !== undefined && Date.now() - halfway.at < HALFWAY_MS ? halfway : undefined;
}

async function askForSecondStep(
  req: Request,
  person: Person,
  { to, by }: { to: string; by: FirstStep },
): Promise<string> {
  const unsent = unsentBy(req, person);
  await settled((done) => void req.session.regenerate(done));
  req.session.halfway = { personId: person.id, passwordMark: markOf(person), at: Date.now(), to, by };
  if (unsent !== undefined) req.session.unsent = unsent;
  csrfToken(req);
  await settled((done) => void req.session.save(done));
  return '/sign-in/second-step';
}

// What an ended session could not send is shown again to whoever wrote it, and to nobody else.
function unsentBy(req: Request, person: Person) {
  return req.session.unsent?.by === person.id ? req.session.unsent : undefined;
}

/** Ends this session alone. */
export function endSession(req: Request): Promise<void> {
  return settled((done) => void req.session.destroy(done));
}

function settled(change: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    change((error) => {
      if (!error) resolve();
      else reject(error instanceof Error ? error : new Error('the session could not be changed', { cause: error }));
    });
  });
}

import type { Request, RequestHandler, Response } from 'express';
import type { Actor, Db, Member, Role } from '../database/connection.ts';
import { NotFoundError } from '../shared/errors.ts';
import { isId } from '../shared/ids.ts';

/** The person signed in, as passport keeps it on the request. */
export type SignedInPerson = {
  id: string;
  email: string;
  name: string;
  isAdministrator: boolean;
  hasSecondStep: boolean;
};

declare global {
  // eslint-disable-next-line typescript/no-namespace -- passport's own way of typing req.user
  namespace Express {
    interface User extends SignedInPerson {}
    interface Request {
      /** The membership of the study in the address, where it has been looked up together with the person. */
      member?: Member | undefined;
    }
  }
}

/** Finds the person's current membership of the study, or undefined. */
export type FindActor = (db: Db, personId: string, studyId: string) => Promise<Member | undefined>;

export type Guards = {
  /** Anybody signed in. */
  signedIn: RequestHandler;
  /** Administrators of the installation. */
  administrator: RequestHandler;
  /** Any member of the study `:study`, agency staff included. */
  member: RequestHandler;
  /** The study's lead and researchers. */
  team: RequestHandler;
  /** The study's lead. */
  lead: RequestHandler;
  /** Staff of an agency of the study. */
  agencyStaff: RequestHandler;
};

/** The guards that every route names as its first handler. What a person may not see does not exist for them: 404. */
export function createGuards(db: Db, findActor: FindActor): Guards {
  const signedIn: RequestHandler = (req, res, next) => {
    if (req.user) return next();
    askToSignIn(req, res);
  };

  const members =
    (...roles: Role[]): RequestHandler =>
    async (req, res, next) => {
      if (!req.user) return askToSignIn(req, res);
      const studyId = req.params.study;
      const known = req.member?.studyId === studyId ? req.member : undefined;
      const actor = known ?? (isId(studyId) ? await findActor(db, req.user.id, studyId) : undefined);
      if (!actor || !roles.includes(actor.role)) throw new NotFoundError();
      if (actor.requiresSecondStep && actor.role !== 'agency' && !req.user.hasSecondStep)
        return askForSecondStep(req, res);
      const mine: Actor = { ...actor, requestId: requestId(req) };
      res.locals.actor = mine;
      res.locals.study = {
        id: mine.studyId,
        name: mine.studyName,
        path: `/studies/${mine.studyId}`,
        isLead: mine.role === 'lead',
        isTeam: mine.role !== 'agency',
      };
      next();
    };

  return {
    signedIn,
    administrator: (req, res, next) => {
      if (!req.user) return askToSignIn(req, res);
      if (!req.user.isAdministrator) throw new NotFoundError();
      next();
    },
    member: members('lead', 'researcher', 'agency'),
    team: members('lead', 'researcher'),
    lead: members('lead'),
    agencyStaff: members('agency'),
  };
}

/** The member who makes this request; only behind a study guard. */
export function actorOf(res: Response): Actor {
  const actor = res.locals.actor as Actor | undefined;
  if (!actor) throw new Error('actorOf() was called on a route without a study guard');
  return actor;
}

/** The address of the study of this request; only behind a study guard. */
export function pathOf(res: Response): string {
  return `/studies/${actorOf(res).studyId}`;
}

/** The same with the study's time zone, as views want it. */
export function placeOf(res: Response): { path: string; timeZone: string } {
  return { path: pathOf(res), timeZone: actorOf(res).timeZone };
}

/** The person who makes this request; only behind a guard. */
export function personOf(req: Request): SignedInPerson {
  if (!req.user) throw new Error('personOf() was called on a route without a guard');
  return req.user;
}

/** The path parameter `name` as a UUID; anything else is a page that does not exist (404). */
export function idParam(req: Request, name: string): string {
  const value = req.params[name];
  if (!isId(value)) throw new NotFoundError();
  return value.toLowerCase();
}

/** The id that the log has for this request too. */
export function requestId(req: Request): string {
  return typeof req.id === 'string' ? req.id : '';
}

/** Whether the answer should be JSON: the browser code asks for it by its Accept header. */
export function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json';
}

// The study says that its team signs in with a second step: it is set up before anything of the study is shown.
function askForSecondStep(req: Request, res: Response): void {
  if (wantsJson(req)) {
    res
      .status(403)
      .json({ error: 'This study asks for a second step at sign-in. Set it up on the page of your account.' });
    return;
  }
  if (req.method === 'GET') req.session.returnTo = req.originalUrl;
  res.redirect(303, '/account/second-step?required');
}

function askToSignIn(req: Request, res: Response): void {
  if (wantsJson(req)) {
    res
      .status(401)
      .json({ error: 'You have been signed out. Sign in again in another tab; what you typed is kept here.' });
    return;
  }
  // Only pages are worth coming back to, not the styles or pictures that an open page still asks for.
  if (req.method === 'GET' && (req.get('sec-fetch-dest') ?? 'document') === 'document')
    req.session.returnTo = req.originalUrl;
  res.redirect(303, '/sign-in');
}

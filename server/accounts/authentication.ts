import { type Request, Router } from 'express';
import type { SessionData } from 'express-session';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';
import type { Db } from '../database/connection.ts';
import { isId } from '../shared/ids.ts';
import { passwordMatches } from './password.ts';
import { findPerson, findPersonByEmail, findSession, type FoundSession, type Person } from './person-queries.ts';
import type { FindSession } from '../web/session-store.ts';
import { markOf } from './session-mark.ts';
import { signedInPerson } from './signed-in-person.ts';

declare global {
  // eslint-disable-next-line typescript/no-namespace -- as express-session and passport extend it
  namespace Express {
    interface Request {
      /** What was found together with the session that the request came with. */
      foundSession?: FoundSession;
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    passwordMark?: string;
  }
}

const STUDY = /^\/studies\/([^/]+)/;

/** For sessions(): a session comes with its person, and their membership of the study in the address. */
export function sessionFinder(db: Db): FindSession {
  return async (id, path) => {
    const study = STUDY.exec(path)?.[1];
    const found = await findSession(db, id, isId(study) ? study : null);
    return found && { data: found.data as SessionData, attach: (req) => (req.foundSession = found) };
  };
}

type Done<T> = (error: unknown, value?: T) => void;

/**
 * passport for this application: who is behind the session, looked up at every request so that a disabled person is
 * out at once, and the check of e-mail and password used by the sign-in page (`req.app.locals.passport`).
 */
export function authentication(db: Db): Router {
  const passport = new Passport();
  passport.serializeUser((req: Request, user: Express.User, done: Done<string>) => {
    findPerson(db, user.id).then((person) => {
      req.session.passwordMark = markOf(person);
      done(null, user.id);
    }, done);
  });
  passport.deserializeUser((req: Request, id: string, done: Done<Express.User | false>) => {
    const found = req.foundSession
      ? Promise.resolve(req.foundSession)
      : findPerson(db, id).then((person) => ({ person }));
    found.then(({ person, member }: Partial<FoundSession>) => {
      // A new password deletes the sessions begun with the old one. One that a request still running puts back does not
      // carry the new one's mark.
      const current = person && req.session.passwordMark === markOf(person);
      // Whatever way a session was begun: for somebody with a second step it counts only once that has been taken.
      const complete = person && (person.secondStepAt === null || req.session.secondStep !== undefined);
      const letIn = current && complete;
      if (letIn) req.member = member;
      done(null, letIn ? signedInPerson(person, req.session) : false);
    }, done);
  });
  passport.use(
    new Strategy({ usernameField: 'email', passwordField: 'password' }, (email, password, done) => {
      checkPassword(db, email, password).then((person) => done(null, person ? signedInPerson(person) : false), done);
    }),
  );
  const router = Router();
  router.use((req, _res, next) => {
    req.app.locals.passport = passport;
    next();
  });
  router.use(passport.initialize());
  router.use(passport.session());
  return router;
}

async function checkPassword(db: Db, email: string, password: string): Promise<Person | undefined> {
  const person = await findPersonByEmail(db, email);
  return (await passwordMatches(person?.passwordHash, password)) ? person : undefined;
}
